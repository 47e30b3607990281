"""Points placed in their colonia: one at a time, in sync's batches, and 100,000 at once.

The floor is the bare question to the same table, ``ST_Covers`` through its GiST index and nothing about
certainty, candidates or borders; the points go in and the answers come back the same way as ours.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.bench.throwaway import throwaway_database
from tests.bench.town import build_town, random_point

if TYPE_CHECKING:
    from geo.services.locate import Location

Fix = tuple[float, float, float | None]
#: How many points at once, and how many such calls are timed.
SIZES = ((1, 1000), (50, 200), (200, 50), (100_000, 3))
_FLOOR_SQL = """
SELECT given.n, place.id, place.code
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS given (lon, lat, n)
JOIN geo_place place ON ST_Covers(place.boundary, ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326))
"""


def main() -> None:
    with throwaway_database("locate"):
        build_town()
        _analyse()
        chance = random.Random(7)
        points = [(*random_point(chance), chance.uniform(3, 20)) for _number in range(200_000)]
        _explain(points[:50])
        _time(points)


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE geo_place")
        cursor.execute("SELECT count(*), avg(ST_NPoints(boundary))::int FROM geo_place")
        print("{} colonias of {} vertices on average".format(*cursor.fetchone()))


def _bare(points: list[Fix]) -> list[tuple[int, int, str]]:
    from django.db import connection

    lons, lats, _accuracies = zip(*points, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR_SQL, [list(lons), list(lats)])
        rows: list[tuple[int, int, str]] = cursor.fetchall()
        return rows


def _ours(points: list[Fix]) -> list[Location]:
    from geo.services.locate import locate_points

    return locate_points(points)


def _time(points: list[Fix]) -> None:
    heads = ("points at once", "ours ms/point", "floor ms/point", "ratio", "ours a second")
    print("{:>14} {:>14} {:>15} {:>6} {:>14}".format(*heads))
    for size, calls in SIZES:
        ours, floor = _per_point(_ours, points, size, calls), _per_point(_bare, points, size, calls)
        print(f"{size:>14,} {ours:>14.4f} {floor:>15.4f} {ours / floor:>6.1f} {1000 / ours:>14,.0f}")
    certainties = [found.certainty.value for found in _ours(points[:100_000])]
    print({name: certainties.count(name) for name in sorted(set(certainties))})


def _per_point(locate: Callable[[list[Fix]], object], points: list[Fix], size: int, calls: int) -> float:
    """The median call's milliseconds a point, after one call to warm up."""
    locate(points[:size])
    spent = []
    for call in range(calls):
        start = call * size % (len(points) - size)
        batch = points[start : start + size]
        began = time.perf_counter()
        locate(batch)
        spent.append(time.perf_counter() - began)
    return sorted(spent)[len(spent) // 2] / size * 1000


def _explain(points: list[Fix]) -> None:
    """How PostgreSQL goes about a batch: its indexes and its time."""
    from django.db import connection

    from geo.services import locate

    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {locate.LOCATE_SQL}", locate.parameters(points)
        )
        for (line,) in cursor.fetchall():
            if any(word in line for word in ("Scan", "Time", "Nested", "Buffers")):
                print(line[:110])
