"""The frame of a map on paper: which ground it shows, and where on the sheet each point of it falls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from geo.ellipsoid import Floats, metres_per_degree
from geo.maps.shell import Bounds

#: A map of one point shows at least so many metres across.
LEAST_M = 500.0
#: Room around what the map is about, as a share of it.
_ROOM = 0.12


@dataclass(frozen=True, slots=True)
class Frame:
    """A sheet of ``width`` by ``height`` millimetres about a middle, north up, ``scale`` mm to the metre.

    Degrees become metres by the ellipsoid at the middle: across a municipality nothing is a
    line's width away from where another projection would put it.
    """

    lon: float
    lat: float
    width: float
    height: float
    scale: float

    @classmethod
    def around(cls, bounds: Bounds, size_mm: tuple[float, float]) -> Frame:
        """The largest scale at which the bounds fit, with some room about them."""
        west, south, east, north = bounds
        lon, lat = (west + east) / 2, (south + north) / 2
        east_m, north_m = metres_per_degree(lat)
        width, height = size_mm
        wide = max((east - west) * float(east_m) * (1 + _ROOM), LEAST_M)
        high = max((north - south) * float(north_m) * (1 + _ROOM), LEAST_M * height / width)
        return cls(lon, lat, width, height, min(width / wide, height / high))

    @property
    def bounds(self) -> Bounds:
        """What the sheet shows, in degrees."""
        east_m, north_m = metres_per_degree(self.lat)
        across = self.width / self.scale / float(east_m) / 2
        along = self.height / self.scale / float(north_m) / 2
        return (self.lon - across, self.lat - along, self.lon + across, self.lat + along)

    def place(self, lon_lats: Floats) -> Floats:
        """Millimetres from the left and from the top, for rows of longitude and latitude."""
        east_m, north_m = metres_per_degree(self.lat)
        right = self.width / 2 + (lon_lats[:, 0] - self.lon) * east_m * self.scale
        down = self.height / 2 - (lon_lats[:, 1] - self.lat) * north_m * self.scale
        return numpy.column_stack([right, down])

    def round_metres(self, most_mm: float) -> int:
        """The longest of 1, 2 or 5 times a power of ten, in metres, that a bar of ``most_mm`` holds."""
        most = most_mm / self.scale
        power = 10.0 ** math.floor(math.log10(most))
        return int(max(step * power for step in (1, 2, 5) if step * power <= most))


def bounds_of(lon_lats: Sequence[tuple[float, float]]) -> Bounds:
    """The bounds of some points; there must be one."""
    lons, lats = zip(*lon_lats, strict=True)
    return (min(lons), min(lats), max(lons), max(lats))


def spread_apart(places: Floats, gap: float, *, rounds: int = 40) -> Floats:
    """Where to draw circles that they may be told apart, each near its own place.

    Those nearer than ``gap`` push each other away, round after round; in a crowd some stay covered.
    """
    turn = numpy.arange(len(places)) * 2.399_963  # the golden angle: those on one spot part evenly
    moved: Floats = places + 1e-3 * gap * numpy.column_stack([numpy.cos(turn), numpy.sin(turn)])
    for _round in range(rounds):
        apart = moved[:, None] - moved[None]
        far = numpy.hypot(apart[..., 0], apart[..., 1])
        numpy.fill_diagonal(far, numpy.inf)
        push = numpy.clip(gap - far, 0, None) / 2
        if not push.any():
            break
        moved += (apart / far[..., None] * push[..., None]).sum(axis=1)
    return moved
