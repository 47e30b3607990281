"""Lengths on the WGS 84 ellipsoid, for where asking the database for each would be one question too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float64]

#: Semi-major axis in metres and first eccentricity squared of WGS 84 (NIMA TR8350.2).
_A: Final = 6_378_137.0
_E2: Final = 6.694_379_990_14e-3


def metres_per_degree(lat: Floats | float) -> tuple[Floats, Floats]:
    """Metres in a degree of longitude and in one of latitude, at a latitude in degrees."""
    phi = numpy.radians(numpy.asarray(lat, dtype=float))
    w2 = 1 - _E2 * numpy.sin(phi) ** 2
    degree = numpy.pi / 180
    return degree * _A * numpy.cos(phi) / numpy.sqrt(w2), degree * _A * (1 - _E2) / w2**1.5


def distance_matrix(lon_lats: Sequence[tuple[float, float]]) -> Floats:
    """Metres between every two points of (longitude, latitude).

    With the radii of curvature midway between the two (Gauss's mid-latitude rule): within 1 part in
    100,000 of the geodesic across a municipality, and 90,000 pairs take some milliseconds.
    """
    lon, lat = numpy.asarray(lon_lats, dtype=float).reshape(-1, 2).T
    east, north = metres_per_degree((lat[:, None] + lat[None]) / 2)
    found: Floats = numpy.hypot((lon[:, None] - lon[None]) * east, (lat[:, None] - lat[None]) * north)
    return found
