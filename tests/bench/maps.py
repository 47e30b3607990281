"""The maps' addresses at a million petitions, 100 thousand of them open, 600 colonias of 210 vertices.

Each address is asked through Django's test client (all middleware, session and rights included) with
a stated mix of filters, gzipped; beside it the same figures by bare SQL with psycopg.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

from tests.bench.city import city_database
from tests.bench.crowd import OPEN
from tests.bench.town import COLUMNS, ROWS, SIDE, SOUTH, WEST

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))


def main() -> None:
    with city_database("maps") as libpq:
        _prepare()
        _report(libpq)


def _prepare() -> None:
    from backend.reports.services.snapshots import rebuild_density
    from geo.services.territory import refresh_simple_boundaries

    refresh_simple_boundaries()
    started = time.perf_counter()
    snapshot = rebuild_density(force=True)
    assert snapshot
    print(f"density snapshot: {len(snapshot.columns) / 1e6:.1f} MB in {time.perf_counter() - started:.2f} s")


def _report(libpq: str) -> None:
    from django.test import Client

    from backend.accounts.models import User
    from field.models import Department

    director = User.objects.create(username="directora", role=User.Role.DIRECTOR)
    liaison = User.objects.create(
        username="enlace", role=User.Role.ENLACE, department=Department.objects.order_by("pk")[0]
    )
    clients = {}
    for user in (director, liaison):
        clients[user.username] = Client(headers={"accept-encoding": "gzip"})
        clients[user.username].force_login(user, backend="backend.accounts.backends.RoleBackend")
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; what others run slows all below")
    print(
        f"{ROUNDS} requests each; filters: a third none but the usual 12 months, a third one of category, "
        "department, status or channel, a third two of them with all time; milliseconds"
    )
    print(f"{'':34}{'p50':>7}{'p95':>7}{'kB gz':>7}{'SQL':>5}{'bare p50':>10}")
    with psycopg.connect(libpq, autocommit=True) as db:
        for name, who, address, bare in _addresses():
            _line(name, clients[who], address, bare, db)


Address = Callable[[random.Random], str]


def _addresses() -> list[tuple[str, str, Address, str]]:
    from geo.maps.cells import parent_masks

    by_place = (
        "SELECT place_id, count(*), count(*) FILTER (WHERE {open}) "
        "FROM field_petition WHERE {when} GROUP BY 1"
    )
    late = (
        "SELECT place_id, count(*), count(*) FILTER (WHERE due_on < current_date) "
        "FROM field_petition WHERE {open} GROUP BY 1"
    )
    keep, put = parent_masks(8)
    cells = f"SELECT cell & {keep} | {put}, count(*) FROM field_petition WHERE {{when}} GROUP BY 1"
    late_cells = f"SELECT cell & {keep} | {put}, count(*) FROM field_petition WHERE {{open}} GROUP BY 1"
    points = (
        "SELECT id, ST_X(location), ST_Y(location), due_on FROM field_petition WHERE {open} "
        "AND location && ST_MakeEnvelope(-106.40, 23.18, -106.34, 23.22, 4326) ORDER BY due_on LIMIT 2001"
    )
    listed = (
        "SELECT id, folio, due_on, address, ST_X(location), ST_Y(location) FROM field_petition "
        "WHERE {open} AND echo_of_id IS NULL AND department_id = (SELECT min(id) FROM field_department) "
        "AND location && ST_MakeEnvelope(-106.45, 23.15, -106.30, 23.25, 4326) ORDER BY due_on, id LIMIT 51"
    )
    outlines = "SELECT id, name, ST_AsGeoJSON(simple_boundary, 5) FROM geo_place"
    one = "SELECT category_id, count(*) FROM field_petition WHERE place_id = 7 AND {when} GROUP BY 1"
    return [
        ("outlines (first time)", "directora", lambda _c: "/mapas/lugares.json", outlines),
        ("density page", "directora", _with_filters("/mapas/densidad/?"), by_place),
        ("density data", "directora", _with_filters("/mapas/densidad/datos/?"), by_place),
        ("density cells, zoom 10 to 16", "directora", _in_view("/mapas/densidad/celdas/?", 10, 16), cells),
        ("density, one place", "directora", _one_place("/mapas/densidad/lugares/"), one),
        ("backlog page, director", "directora", _with_filters("/mapas/rezago/?", open_only=True), late),
        ("backlog page, liaison", "enlace", _with_filters("/mapas/rezago/?", open_only=True, own=True), late),
        ("backlog data, director", "directora", _with_filters("/mapas/rezago/datos/?", open_only=True), late),
        (
            "backlog cells, zoom 10 to 14",
            "directora",
            _in_view("/mapas/rezago/celdas/?", 10, 14, open_only=True),
            late_cells,
        ),
        (
            "backlog points, zoom 15 to 17",
            "directora",
            _in_view("/mapas/rezago/boletas/?", 15, 17, open_only=True),
            points,
        ),
        (
            "list in view, liaison, zoom 11 to 17",
            "enlace",
            _in_view("/mapas/rezago/a-la-vista/?", 11, 17, open_only=True, own=True),
            listed,
        ),
        (
            "list in view, liaison, by address",
            "enlace",
            _in_view("/mapas/rezago/a-la-vista/?sort=address&", 11, 17, open_only=True, own=True),
            listed,
        ),
        (
            "list in view, director, zoom 11 to 17",
            "directora",
            _in_view("/mapas/rezago/a-la-vista/?", 11, 17, open_only=True),
            listed,
        ),
        ("backlog, one place", "directora", _one_place("/mapas/rezago/lugares/", open_only=True), one),
    ]


def _filters(chance: random.Random, *, open_only: bool, own: bool) -> str:
    statuses = ("en_seguimiento", "no_leida") if open_only else ("abiertas", "concluida", "atendida")
    every = {
        "category": f"c{int(40 * chance.random() ** 2)}",
        "department": f"d{chance.randrange(8)}",
        "status": chance.choice(statuses),
        "channel": chance.choice(("recorrido", "073", "app")),
    }
    if own:
        del every["department"]
    count = chance.randrange(3)
    chosen = chance.sample(sorted(every), count)
    period = {0: "", 1: chance.choice(("", "90", "all")), 2: "all"}[count]
    measure = chance.choice(("", "rate")) if not open_only else chance.choice(("", "share"))
    pairs = [f"{name}={every[name]}" for name in chosen] + [f"period={period}", f"measure={measure}"]
    return "&".join(pairs)


def _with_filters(path: str, *, open_only: bool = False, own: bool = False) -> Address:
    return lambda chance: path + _filters(chance, open_only=open_only, own=own)


def _in_view(
    path: str, nearest: int, farthest: int, *, open_only: bool = False, own: bool = False
) -> Address:
    """What a window of 1,000 by 700 pixels shows, somewhere in the city."""

    def address(chance: random.Random) -> str:
        zoom = chance.randint(nearest, farthest)
        wide, high = 1000 * 360 / 256 / 2**zoom, 700 * 330 / 256 / 2**zoom
        x = WEST + chance.random() * COLUMNS * SIDE
        y = SOUTH + chance.random() * ROWS * SIDE
        bbox = f"{x - wide / 2:.5f},{y - high / 2:.5f},{x + wide / 2:.5f},{y + high / 2:.5f}"
        return f"{path}zoom={zoom}&bbox={bbox}&{_filters(chance, open_only=open_only, own=own)}"

    return address


def _one_place(path: str, *, open_only: bool = False) -> Address:
    return lambda c: f"{path}{c.randint(1, 600)}/?{_filters(c, open_only=open_only, own=False)}"


def _line(name: str, client: Any, address: Address, bare: str, db: psycopg.Connection[Any]) -> None:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    chance = random.Random(11)
    times, sizes = [], []
    assert client.get(address(chance)).status_code == 200
    for _round in range(ROUNDS):
        asked = address(chance)
        if name.startswith("outlines"):
            cache.clear()
        started = time.perf_counter()
        answer = client.get(asked)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (asked, answer.content)
        sizes.append(len(answer.content))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address(chance))
    floor = _bare(bare, db)
    p95 = statistics.quantiles(times, n=20)[-1]
    figures = (
        f"{statistics.median(times):7.1f}{p95:7.1f}{max(sizes) / 1000:7.1f}{len(queries):5}{floor:10.1f}"
    )
    print(f"{name:34}{figures}", flush=True)


def _bare(query: str, db: psycopg.Connection[Any]) -> float:
    query = query.format(open=OPEN, when="captured_at > now() - interval '365 days'")
    times = []
    for _round in range(7):
        started = time.perf_counter()
        db.execute(query).fetchall()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
