"""Asking pages through Django's test client, beside the floor: the SQL of those very requests by psycopg."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

Address = Callable[[random.Random], str]


def say_columns(who: str) -> None:
    """Print the heads of the columns that ``ask`` fills, and stand as a server does that begins."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()  # as ``backend.config.gunicorn`` does
    print(f"\n{who:34}{'p50':>7}{'p95':>7}{'SQL':>5}{'bare p50':>10}{'p95':>7}")


def ask(
    name: str, client: Any, address: Address, db: psycopg.Connection[Any], *, rounds: int, promised: int
) -> None:
    """Ask an address so many times with other values each time, and print how long it took.

    Milliseconds in the server (all middleware, session and rights included); every fourth request is sent
    again as bare SQL and read to the end. What takes more than ``promised`` at p95 is marked.
    """
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    chance = random.Random(11)
    times, bare, count = [], [], 0
    for number in range(rounds + 2):
        url = address(chance)
        reset_queries()
        started = time.perf_counter()
        answer = client.get(url)
        took = (time.perf_counter() - started) * 1000
        assert answer.status_code in (200, 400), (url, answer.status_code)
        if number > 1:  # the first two find nothing in memory
            times.append(took)
        if number % 4 == 0:
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            count = max(count, len(asked))
            sent = [query["sql"] for query in asked if query["sql"].lstrip().startswith(("SELECT", "WITH"))]
            bare.append(_bare(sent, db))
    p95, bare_p95 = (statistics.quantiles(some, n=20)[-1] for some in (times, bare))
    late = " <" if p95 > promised else ""
    print(
        f"{name:34}{statistics.median(times):7.1f}{p95:7.1f}{count:5}"
        f"{statistics.median(bare):10.1f}{bare_p95:7.1f}{late}",
        flush=True,
    )


def _bare(queries: list[str], db: psycopg.Connection[Any]) -> float:
    started = time.perf_counter()
    for query in queries:
        db.execute(query).fetchall()
    return (time.perf_counter() - started) * 1000
