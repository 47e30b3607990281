"""A move of status, and a thousand in bulk, at a million petitions, 100 thousand of them open.

The move is asked for as the page asks, through Django's test client (middleware, session and rights
included), and as the service alone; each commits. Beside them the same tables written by bare SQL with
psycopg: the lock, the boletas, their steps and referrals.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg

from tests.bench.city import city_database

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "200"))
BULK = int(os.environ.get("BENCH_BULK", "1000"))
BULK_ROUNDS = 5

_LOCK = "SELECT * FROM field_petition WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
_OPEN = "UPDATE field_petition SET status = 'en_seguimiento', status_at = now() WHERE id = ANY(%(ids)s)"
_REFER = (
    "UPDATE field_petition SET status = 'no_leida', status_at = now(), department_id = %(department)s, "
    "due_on = current_date + 14 WHERE id = ANY(%(ids)s)"
)
_STEPS = (
    "INSERT INTO casework_statuschange (petition_id, move, from_status, to_status, at, by_id, department_id, "
    "note) SELECT id, 'open', 'no_leida', status, now(), %(by)s, department_id, '' FROM field_petition "
    "WHERE id = ANY(%(ids)s)"
)
_REFERRALS = (
    "INSERT INTO casework_referral (petition_id, department_id, at, by_id, working_days, due_on, reason) "
    "SELECT id, department_id, now(), %(by)s, 10, due_on, '' FROM field_petition WHERE id = ANY(%(ids)s)"
)
ONE, MANY = (_LOCK, _OPEN, _STEPS), (_LOCK, _REFER, _STEPS, _REFERRALS)


def main() -> None:
    with city_database("moves") as libpq:
        from backend.config.celery import app

        # What a move would set going afterwards is not measured, and nobody else's queue gets it.
        app.conf.broker_url = "memory://"
        with psycopg.connect(libpq, autocommit=True) as db:
            _report(db)


def _report(db: psycopg.Connection[Any]) -> None:
    from backend.accounts.models import User
    from field.models import Department

    director = User.objects.create(username="directora", role=User.Role.DIRECTOR)
    department = Department.objects.order_by("pk")[0]
    liaison = User.objects.create(username="enlace", role=User.Role.ENLACE, department=department)
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; milliseconds")
    print(f"{'':44}{'p50':>8}{'p95':>8}{'SQL':>5}")
    unread = _unread(db, department.pk)
    _line("a liaison opens one: service", ROUNDS, _one_by_service(liaison, unread))
    _line("a liaison opens one: over HTTP", ROUNDS, _one_over_http(liaison, unread))
    _line("the same tables, bare", ROUNDS, _bare(db, unread, ONE, 1, director.pk, department.pk))
    many = _unread(db, None)
    _line(f"{BULK:,} opened in bulk", BULK_ROUNDS, _many(director, many, "open"))
    _line(f"{BULK:,} referred again in bulk", BULK_ROUNDS, _many(director, many, "refer_again"))
    _line(f"{BULK:,} foreseen", BULK_ROUNDS, _foreseen(director, many))
    bare = _bare(db, many, MANY, BULK, director.pk, department.pk)
    _line("the same tables of a referral, bare", BULK_ROUNDS, bare)
    _line("a draft of rules tried on the last year", BULK_ROUNDS, _trial(director, department))


def _unread(db: psycopg.Connection[Any], department: int | None) -> Iterator[tuple[UUID, str]]:
    """Unread boletas in no order, each once."""
    own = "" if department is None else f"AND department_id = {department}"
    rows = db.execute(f"SELECT id, folio FROM field_petition WHERE status = 'no_leida' {own}").fetchall()
    random.Random(3).shuffle(rows)
    return iter(rows)


def _take(rows: Iterator[tuple[UUID, str]], count: int) -> list[tuple[UUID, str]]:
    taken = [row for _n, row in zip(range(count), rows, strict=False)]
    if len(taken) < count:
        raise SystemExit("too few unread boletas: ask for fewer rounds or more petitions")
    return taken


def _one_by_service(by: Any, unread: Iterator[tuple[UUID, str]]) -> Callable[[], None]:
    from backend.casework.services.statuses import change_statuses

    def move() -> None:
        [(key, _folio)] = _take(unread, 1)
        assert len(change_statuses(petitions=[key], move="open", by=by).changes) == 1

    return move


def _one_over_http(by: Any, unread: Iterator[tuple[UUID, str]]) -> Callable[[], None]:
    from django.test import Client

    client = Client()
    client.force_login(by, backend="backend.accounts.backends.RoleBackend")

    def move() -> None:
        [(key, _folio)] = _take(unread, 1)
        answer = client.post(f"/boletas/{key}/mover/", {"move": "open"}, secure=True)
        assert answer.status_code == 302, answer.content

    return move


def _many(by: Any, unread: Iterator[tuple[UUID, str]], move: str) -> Callable[[], None]:
    from backend.casework.given import Given
    from backend.casework.services.statuses import change_statuses
    from field.models import Department

    other = Department.objects.create(code=f"otra-{move}", name="Otra")

    def change() -> None:
        keys = [key for key, _folio in _take(unread, BULK)]
        moved = change_statuses(
            petitions=keys, move=move, by=by, given=Given(note="En bloque", department=other)
        )
        assert len(moved.changes) == BULK

    return change


def _foreseen(by: Any, unread: Iterator[tuple[UUID, str]]) -> Callable[[], None]:
    from backend.casework.services.statuses import preview_moves

    keys = [key for key, _folio in _take(unread, BULK)]
    return lambda: bool(preview_moves(petitions=keys, move="open", by=by)) or None


def _trial(by: Any, department: Any) -> Callable[[], None]:
    from backend.casework.models import ReferralRule
    from backend.casework.rule_trial import try_rules
    from backend.casework.rules import rules_of
    from field.models import Category
    from geo.models import Place

    def look() -> None:
        rows = [
            ReferralRule(category=Category.objects.exclude(department=department)[0], department=department),
            ReferralRule(place=Place.objects.all()[0], department=department),
            ReferralRule(group="Grupo 1", department=department),
        ]
        assert try_rules(rules_of(rows), by).moved

    return look


def _bare(
    db: psycopg.Connection[Any],
    unread: Iterator[tuple[UUID, str]],
    statements: tuple[str, ...],
    count: int,
    by: int,
    department: int,
) -> Callable[[], None]:
    def move() -> None:
        ids = [key for key, _folio in _take(unread, count)]
        with db.transaction():
            for statement in statements:
                db.execute(statement, {"ids": ids, "by": by, "department": department})

    return move


def _line(name: str, rounds: int, act: Callable[[], None]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        act()
    times = []
    for _round in range(rounds):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    print(f"{name:44}{statistics.median(times):8.1f}{p95:8.1f}{len(queries) or '':>5}", flush=True)
