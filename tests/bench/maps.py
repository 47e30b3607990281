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

from tests.bench.throwaway import throwaway_database
from tests.bench.town import COLUMNS, ROWS, SIDE, SOUTH, WEST, build_town

PETITIONS = int(os.environ.get("BENCH_PETITIONS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
SPOTS = 60_000

# Skew: a few colonias, categories and spots get most; a tenth is open, most of it recent.
_PETITIONS = """
    INSERT INTO field_petition (id, folio, captured_at, received_at, channel, category_id, description,
        answers, location, location_method, address, reference, place_id, certainty, candidates, cell,
        status, status_at, department_id, due_on)
    SELECT gen_random_uuid(), to_char(n, 'FM00000000000'), at, at,
        (ARRAY['recorrido','recorrido','recorrido','073','073','modulo','telefono','app','redes','oficio'])
            [1 + floor(random() * 10)::int],
        category.id, 'La luminaria no enciende desde el lunes.', '{{}}',
        ST_Point(spot.x + (random() - 0.5) * 0.0006, spot.y + (random() - 0.5) * 0.0006, 4326),
        'gps', '', '', spot.place_id, 'certain', '{{}}', spot.cell,
        CASE WHEN opened THEN (ARRAY['no_leida','en_seguimiento','programada','inconformidad'])
                [1 + floor(random() * 4)::int]
             ELSE (ARRAY['concluida','concluida','concluida','concluida','atendida','improcedente','externa'])
                [1 + floor(random() * 7)::int] END,
        at + interval '9 days', category.department_id, (at + interval '14 days')::date
    FROM (SELECT n, now() - interval '3 years' * (1 - n / {total}.0) - interval '2 minutes' AS at,
                 1 + floor({spots} * power(random(), 1.7))::int AS spot,
                 1 + floor({categories} * power(random(), 2))::int AS category,
                 random() < 0.4 * power(n / {total}.0, 3) AS opened
          FROM generate_series(1, {total}) AS n) AS drawn
    JOIN bench_spot AS spot ON spot.id = drawn.spot
    JOIN (SELECT id, department_id, row_number() OVER (ORDER BY id) AS nth FROM field_category) AS category
        ON category.nth = drawn.category
    ORDER BY drawn.n
"""


def main() -> None:
    with throwaway_database("maps") as libpq:
        _fill(libpq)
        _report(libpq)


def _fill(libpq: str) -> None:
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    from backend.reports.services.snapshots import rebuild_density
    from geo.services.territory import refresh_simple_boundaries

    started = time.perf_counter()
    build_town()
    refresh_simple_boundaries()
    with psycopg.connect(libpq, autocommit=True) as db:
        _make_spots(db)
        categories = _one(db, "SELECT count(*) FROM field_category")
        db.execute(_PETITIONS.format(total=PETITIONS, spots=SPOTS, categories=categories))
        db.execute("VACUUM ANALYZE")
        open_ = _one(
            db,
            "SELECT count(*) FROM field_petition WHERE status IN "
            "('por_verificar','no_leida','en_seguimiento','programada','inconformidad')",
        )
    print(f"{PETITIONS:,} petitions, {open_:,} open, made in {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    snapshot = rebuild_density(force=True)
    assert snapshot
    print(f"density snapshot: {len(snapshot.columns) / 1e6:.1f} MB in {time.perf_counter() - started:.2f} s")


def _one(db: psycopg.Connection[Any], query: str) -> int:
    row = db.execute(query).fetchone()
    assert row
    return int(row[0])


def _make_spots(db: psycopg.Connection[Any]) -> None:
    """Where people ask: spots inside the colonias, the first hundreds of colonias having most."""
    import h3.api.basic_int as h3

    chance = random.Random(7)
    places = [row[0] for row in db.execute("SELECT id FROM geo_place ORDER BY code")]
    order = chance.sample(range(len(places)), len(places))
    db.execute("CREATE UNLOGGED TABLE bench_spot (id int, place_id bigint, x float8, y float8, cell bigint)")
    with db.cursor().copy("COPY bench_spot FROM STDIN") as copy:
        for number in range(1, SPOTS + 1):
            place = order[int(len(places) * chance.random() ** 1.6)]
            x = WEST + (place % COLUMNS + 0.1 + 0.8 * chance.random()) * SIDE
            y = SOUTH + (place // COLUMNS + 0.1 + 0.8 * chance.random()) * SIDE
            copy.write_row((number, places[place], x, y, h3.latlng_to_cell(y, x, 10)))


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


def _in_view(path: str, nearest: int, farthest: int, *, open_only: bool = False) -> Address:
    """What a window of 1,000 by 700 pixels shows, somewhere in the city."""

    def address(chance: random.Random) -> str:
        zoom = chance.randint(nearest, farthest)
        wide, high = 1000 * 360 / 256 / 2**zoom, 700 * 330 / 256 / 2**zoom
        x = WEST + chance.random() * COLUMNS * SIDE
        y = SOUTH + chance.random() * ROWS * SIDE
        bbox = f"{x - wide / 2:.5f},{y - high / 2:.5f},{x + wide / 2:.5f},{y + high / 2:.5f}"
        return f"{path}zoom={zoom}&bbox={bbox}&{_filters(chance, open_only=open_only, own=False)}"

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
    open_ = "status IN ('por_verificar','no_leida','en_seguimiento','programada','inconformidad')"
    query = query.format(open=open_, when="captured_at > now() - interval '365 days'")
    times = []
    for _round in range(7):
        started = time.perf_counter()
        db.execute(query).fetchall()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
