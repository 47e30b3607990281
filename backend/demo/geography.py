"""The lie of the land of Puerto Aldaba: sea, estuary, river, hills, avenues, sectors.

It is drawn by hand in ``data/sketch.toml``, in the *sketch plane*: kilometres, x inland and y up the
coast, with the origin behind the beach. ``to_degrees`` turns that plane so that the coast runs
north-north-west, as that of southern Sinaloa does, and lays it on the map. The city is fictional.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from backend.demo.names import read_data

Points = list[tuple[float, float]]

ORIGIN = (-106.62, 23.46)
TURN = math.radians(27)
_M_PER_DEGREE_LAT = 110_750.0
_M_PER_DEGREE_LON = 111_320.0 * math.cos(math.radians(ORIGIN[1]))


@dataclass(frozen=True)
class Sector:
    """A part of the city of one make: ``kind`` sets its density, age, block and need."""

    at: tuple[float, float]
    kind: str
    #: Hectares of a usual colonia here, and the lie of its streets in degrees.
    hectares: float
    angle: float


_SKETCH: Final = read_data("sketch")
SECTORS: Final = tuple(
    Sector(tuple(entry.pop("at")), **entry) for entry in (dict(sector) for sector in _SKETCH["sectors"])
)


def curve(points: Points, rng: np.random.Generator | None = None, rough: float = 0.0) -> NDArray[Any]:
    """A smooth line (Catmull-Rom), a vertex about every 80 m, roughened by ``rough`` km."""
    knots = np.array([points[0], *points, points[-1]], dtype=float)
    pieces = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        steps = max(2, math.ceil(float(np.hypot(*(c - b))) / 0.08))
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    line = np.vstack([*pieces, knots[-1:]])
    if rng is not None and rough:
        noise = rng.normal(0, rough, line.shape)
        noise[0] = noise[-1] = 0
        line = line + (noise + np.roll(noise, 1, 0) + np.roll(noise, 2, 0)) / 3
    return line


def _ring(points: Points) -> shapely.Polygon:
    return shapely.Polygon(curve([*points, points[0]]))


def land(rng: np.random.Generator) -> Any:
    """The whole municipality, from the surf to the foothills."""
    coast = curve(_SKETCH["coast"], rng, 0.018)
    inland = curve([_SKETCH["coast"][-1], *_SKETCH["inland"], _SKETCH["coast"][0]], rng, 0.06)
    return shapely.make_valid(shapely.Polygon(np.vstack([coast, inland[1:-1]])))


@cache
def water() -> Any:
    """The estuary, the lagoon, the river and the stream."""
    return shapely.union_all(
        [
            shapely.make_valid(_ring(_SKETCH["estuary"])),
            _ring(_SKETCH["lagoon"]),
            shapely.LineString(curve(_SKETCH["river"])).buffer(0.055),
            shapely.LineString(curve(_SKETCH["stream"])).buffer(0.02),
        ]
    )


def unbuilt() -> Any:
    """Water and hills: inside the municipality, in no colonia."""
    return shapely.union_all([water(), *(_ring(hill) for hill in _SKETCH["hills"])])


def built(land: Any) -> Any:
    """What is built of ``land``: the city, from the surf to its last street."""
    return land.intersection(_ring(_SKETCH["urban_edge"])).difference(unbuilt())


def barriers() -> list[shapely.LineString]:
    """The avenues and the railway, where colonias end."""
    return [shapely.LineString(curve(points)) for points in [*_SKETCH["avenues"], _SKETCH["railway"]]]


def to_degrees(xy: NDArray[Any]) -> NDArray[Any]:
    """Sketch kilometres (n, 2) to longitude and latitude (n, 2), kept to a centimetre (7 decimals)."""
    x, y = xy[..., 0] * 1000, xy[..., 1] * 1000
    east = x * math.cos(TURN) - y * math.sin(TURN)
    north = x * math.sin(TURN) + y * math.cos(TURN)
    return np.round(
        np.stack([ORIGIN[0] + east / _M_PER_DEGREE_LON, ORIGIN[1] + north / _M_PER_DEGREE_LAT], -1), 7
    )


def on_the_map(geometry: shapely.Geometry) -> Any:
    """A sketch geometry in degrees (EPSG:4326)."""
    return shapely.transform(geometry, to_degrees)
