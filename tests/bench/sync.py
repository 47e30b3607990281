"""Petitions a second through ``POST /api/v1/sync``: 8 clients, real HTTP, real gunicorn.

The floor is the same rows into the same five tables by psycopg's pipelined ``executemany``: 8
connections, 50 petitions a transaction, nobody checking or placing anything. Clients, web and
database share the machine's cores.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import multiprocessing as mp
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.bench.throwaway import throwaway_database
from tests.bench.town import build_town, random_point

CLIENTS, BATCH = 8, 50
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
fork = mp.get_context("fork")


def main() -> None:
    with throwaway_database("sync") as dsn:
        tokens = _build_office()
        port = _free_port()
        web = _start_web(port)
        try:
            _wait_for(port)
            _measure(BATCH, tokens, port, web.pid, SECONDS, "batches of 50")
            _measure(1, tokens, port, web.pid, SECONDS / 2, "one record a request")
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait()
        _check(dsn)
        _floor(dsn)


def _build_office() -> list[tuple[str, str]]:
    from django.contrib.auth import get_user_model
    from django.db import connections

    from field.models import Device, FolioSeries

    build_town()
    user = get_user_model().objects.create(username="promotor", role="promotor")
    tokens = []
    for n in range(CLIENTS * 2):
        token, series = f"token-{n}", f"B{n // 10}{n % 10}"
        Device.objects.create(
            name=token,
            user=user,
            series=FolioSeries.objects.create(code=series),
            token_digest=hashlib.sha256(token.encode()).digest(),
        )
        tokens.append((token, series))
    connections.close_all()
    return tokens


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_web(port: int) -> subprocess.Popen[bytes]:
    config = Path(__file__).resolve().parents[2] / "backend" / "config" / "gunicorn.py"
    command = [sys.executable, "-m", "gunicorn", "-c", str(config), "-b", f"127.0.0.1:{port}"]
    command += ["--access-logfile", "/dev/null", "backend.config.wsgi"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server did not start")


def _record(chance: random.Random, series: str, number: int) -> dict[str, object]:
    from field.folio import make_folio

    lon, lat = random_point(chance)
    now = datetime.now(UTC)
    return {
        "kind": "petition",
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "folio": make_folio(now.year % 100, series, number),
        "captured_at": now.isoformat(),
        "category": f"c{chance.randrange(40)}",
        "description": "La lámpara frente a la tienda no enciende desde hace dos semanas y está muy oscuro.",
        "answers": {"poste": str(number)},
        "location": {"type": "Point", "coordinates": [lon, lat]},
        "accuracy_m": 8.5,
        "location_method": "gps",
        "address": "Calle Mar Caribe 118",
        "reference": "Portón verde",
        "petitioner": {"name": "Nombre Apellido", "phone": "6690000000", "consent": True, "notice": "2026-1"},
        "attachments": [],
    }


def _send(
    token: str, series: str, batch: int, port: int, until: float, seed: int, start: int
) -> tuple[int, list[float], int]:
    """One client: bodies are made between requests, and the time for that is the client's."""
    chance, number = random.Random(seed), start
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    stored, waits = 0, []
    while time.time() < until:
        records = [_record(chance, series, number + n + 1) for n in range(batch)]
        number += batch
        body = json.dumps({"records": records})
        begun = time.perf_counter()
        connection.request("POST", "/api/v1/sync", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        waits.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise RuntimeError(f"HTTP {answer.status}: {text[:300]!r}")
        stored += text.count(b'"outcome":"stored"')
    return stored, waits, number


def _rss_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    pids = [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _measure(
    batch: int, tokens: list[tuple[str, str]], port: int, pid: int, seconds: float, name: str
) -> None:
    mine = tokens[:CLIENTS] if batch > 1 else tokens[CLIENTS:]
    with fork.Pool(CLIENTS) as pool:

        def run(length: float, seed: int, starts: list[int]) -> list[tuple[int, list[float], int]]:
            until = time.time() + length
            jobs = [
                pool.apply_async(_send, (*mine[n], batch, port, until, seed + n, starts[n]))
                for n in range(CLIENTS)
            ]
            return [job.get() for job in jobs]

        warmed = run(3, batch * 1000, [0] * CLIENTS)
        before, begun = _rss_mb(pid), time.time()
        results = run(seconds, batch * 1000 + 500, [result[2] for result in warmed])
        took = time.time() - begun
    stored = sum(result[0] for result in results)
    waits = sorted(wait for result in results for wait in result[1])
    p50, p95 = (waits[int(len(waits) * q)] * 1000 for q in (0.5, 0.95))
    print(
        f"{name:24} {stored / took:8.0f} petitions/s  {len(waits) / took:7.0f} requests/s  "
        f"p50 {p50:6.0f} ms  p95 {p95:6.0f} ms  web memory {before:.0f} → {_rss_mb(pid):.0f} MB",
        flush=True,
    )


def _check(dsn: str) -> None:
    """Every petition stored is where an independent question puts it."""
    with psycopg.connect(dsn) as db:
        total, wrong = db.execute("""
            SELECT count(*), count(*) FILTER (WHERE q.place_id IS DISTINCT FROM (
                SELECT p.id FROM geo_place p WHERE ST_Intersects(p.boundary, q.location)
                 ORDER BY ST_Area(p.boundary), p.id LIMIT 1))
              FROM (SELECT * FROM field_petition ORDER BY id LIMIT 20000) q
        """).fetchone()
        parts = db.execute("""
            SELECT (SELECT count(*) FROM field_inboxrecord), (SELECT count(*) FROM field_petition),
                   (SELECT count(*) FROM field_petitioner), (SELECT count(*) FROM casework_statuschange),
                   (SELECT count(*) FROM casework_referral)
        """).fetchone()
    print(f"{'placed by another rule':24} {wrong} of {total} differ; rows in the five tables: {parts}")


# --- the floor ---------------------------------------------------------------------------------

TABLES = (
    "field_inboxrecord",
    "field_petition",
    "field_petitioner",
    "casework_statuschange",
    "casework_referral",
)

KEYS = {"field_inboxrecord": "record_id::uuid", "field_petition": "id"}


def _floor(dsn: str) -> None:
    seconds = SECONDS / 3
    with fork.Pool(CLIENTS) as pool:
        begun = time.time()
        jobs = [pool.apply_async(_write_rows, (dsn, begun + seconds, n)) for n in range(CLIENTS)]
        written = sum(job.get() for job in jobs)
    print(f"{'floor (executemany)':24} {written / seconds:8.0f} petitions/s", flush=True)


def _columns(db: psycopg.Connection, table: str) -> list[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'"
    rows = db.execute(query, [table])
    return [row[0] for row in rows]


def _write_rows(dsn: str, until: float, seed: int) -> int:
    """The product's own rows, read back and written again under new ids and folios."""
    chance, written = random.Random(seed), 0
    with psycopg.connect(dsn) as db:
        columns = {table: _columns(db, table) for table in TABLES}
        rows = {}
        for table in TABLES:
            key = KEYS.get(table, "petition_id")
            found = db.execute(
                f"SELECT {', '.join(columns[table])} FROM {table} WHERE {key} IN "
                "(SELECT id FROM field_petition ORDER BY id LIMIT 50)"
            ).fetchall()
            rows[table] = [dict(zip(columns[table], row, strict=True)) for row in found]
        ids = [row["id"] for row in rows["field_petition"]]
        while time.time() < until:
            fresh = {old: uuid.UUID(int=chance.getrandbits(128), version=4) for old in ids}
            for table in TABLES:
                statement = (
                    f"INSERT INTO {table} ({', '.join(columns[table])}) "
                    f"VALUES ({', '.join(['%s'] * len(columns[table]))})"
                )
                db.cursor().executemany(statement, [_renewed(row, table, fresh) for row in rows[table]])
            db.commit()
            written += len(ids)
    return written


def _renewed(row: dict, table: str, fresh: dict) -> list:
    row = dict(row)
    if table == "field_inboxrecord":
        row["record_id"] = str(fresh[uuid.UUID(row["record_id"])])
        row["errors"] = "[]"
    elif table == "field_petition":
        row["id"] = fresh[row["id"]]
        row["folio"], row["answers"] = row["id"].hex[:11], '{"poste": "1"}'
    else:
        row["petition_id"] = fresh[row["petition_id"]]
    return list(row.values())
