"""A synthetic city for benchmarks: 600 colonias of about 210 vertices that tile exactly."""

from __future__ import annotations

import math
import random
from itertools import pairwise

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

WEST, SOUTH, SIDE, COLUMNS, ROWS, WIGGLES = -106.5, 23.1, 0.01, 30, 20, 52


def _edge(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """A wavy border from one corner towards another, the same from both sides."""
    if end < start:
        return _edge(end, start)[::-1]
    (x0, y0), (x1, y1) = start, end
    points = []
    for step in range(WIGGLES + 1):
        t = step / WIGGLES
        bulge = SIDE * 0.04 * math.sin(math.tau * 3 * t)
        x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t
        points.append((x + (y1 - y0) / SIDE * bulge, y + (x1 - x0) / SIDE * bulge))
    return points


def _boundary(column: int, row: int) -> MultiPolygon:
    x, y = WEST + column * SIDE, SOUTH + row * SIDE
    east, north = WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE
    corners = [(x, y), (east, y), (east, north), (x, north), (x, y)]
    ring = [point for pair in pairwise(corners) for point in _edge(*pair)[:-1]]
    return MultiPolygon(Polygon([*ring, ring[0]]), srid=4326)


def build_town() -> None:
    """Write the municipality, its 600 colonias, 8 departments and 40 categories."""
    from field.models import Category, Department
    from geo.models import Municipality, Place

    Municipality.objects.create(name="Ciudad de banco", centre=Point(WEST + 0.15, SOUTH + 0.1, srid=4326))
    places = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            boundary = _boundary(column, row)
            places.append(
                Place(
                    code=f"C{row * COLUMNS + column:04d}",
                    kind="colonia",
                    name=f"Colonia {column}-{row}",
                    boundary=boundary,
                    simple_boundary=boundary,
                    centre=boundary.centroid,
                    area_m2=1_100_000.0,
                    population=1500,
                )
            )
    Place.objects.bulk_create(places)
    departments = [Department(code=f"d{n}", name=f"Dependencia {n}") for n in range(8)]
    Department.objects.bulk_create(departments)
    Category.objects.bulk_create(
        Category(code=f"c{n}", name=f"Categoría {n}", group=f"Grupo {n % 6}", department=departments[n % 8])
        for n in range(40)
    )


def random_point(chance: random.Random) -> tuple[float, float]:
    """Longitude and latitude of a door, most of them downtown."""
    x = min(max(chance.gauss(0.5, 0.18), 0.001), 0.999)
    y = min(max(chance.gauss(0.5, 0.18), 0.001), 0.999)
    return WEST + x * SIDE * COLUMNS, SOUTH + y * SIDE * ROWS
