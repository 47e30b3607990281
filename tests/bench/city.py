"""The synthetic city and its past in a database, made for a benchmark alone or made once and copied.

``BENCH_PETITIONS`` asks for another size than a million. With ``BENCH_KEEP=1`` the city stays in the cluster
as ``aldaba_bench_city`` and each benchmark works on a copy of it: half a minute instead of many. It knows
nothing of what changes afterwards in a migration that it had: drop it then.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.bench.crowd import OPEN, fill_city
from tests.bench.past import fill_history
from tests.bench.throwaway import copy_database, is_there, throwaway_database

PETITIONS = int(os.environ.get("BENCH_PETITIONS", "1000000"))
KEPT = "aldaba_bench_city" if os.environ.get("BENCH_KEEP") else ""


@contextmanager
def city_database(name: str) -> Iterator[str]:
    """A throwaway database with the city in it. Yields its libpq connection string."""
    there = bool(KEPT) and is_there(KEPT)
    with throwaway_database(name, like=KEPT if there else "") as libpq:
        if not there:
            _fill(libpq)
        if KEPT and not there:
            from django.db import connections

            connections.close_all()
            copy_database(f"aldaba_bench_{name}", KEPT)
        with psycopg.connect(libpq) as db:
            counts = db.execute(f"SELECT count(*), count(*) FILTER (WHERE {OPEN}) FROM field_petition")
            print("{:,} petitions, {:,} open".format(*counts.fetchone() or (0, 0)), flush=True)
        from django.conf import settings

        # Pages name their files as they lie in the checkout: nobody gathered them for a benchmark.
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        yield libpq


def _fill(libpq: str) -> None:
    started = time.perf_counter()
    with psycopg.connect(libpq, autocommit=True) as db:
        fill_city(db, PETITIONS)
        steps = fill_history(db)
    print(f"made in {time.perf_counter() - started:.0f} s, with {steps:,} steps")
