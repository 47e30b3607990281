"""The inbox at a million petitions, 100 thousand of them open, as a department's liaison and as the director.

Each address is asked through Django's test client (all middleware, session and rights included), a stated
number of times with other values each time; beside it the floor: the SQL of those very requests sent again
with psycopg and read to the end.
"""

from __future__ import annotations

import os
import random
from typing import Any

import psycopg

from tests.bench.asking import Address, ask, say_columns
from tests.bench.city import city_database

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
#: What the office was promised, in milliseconds.
PROMISED = 80


def main() -> None:
    with city_database("inbox") as libpq:
        report(libpq)


def report(libpq: str) -> None:
    from django.test import Client

    from backend.accounts.models import User
    from field.models import Department

    director, _ = User.objects.get_or_create(username="directora", role=User.Role.DIRECTOR)
    liaison, _ = User.objects.get_or_create(
        username="enlace", role=User.Role.ENLACE, department=Department.objects.order_by("pk")[0]
    )
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; what others run slows all below")
    print(f"{ROUNDS} requests each, in the server, milliseconds; over {PROMISED} at p95 is marked")
    with psycopg.connect(libpq, autocommit=True) as db:
        for user in (liaison, director):
            client = Client()
            client.force_login(user, backend="backend.accounts.backends.RoleBackend")
            say_columns(user.get_role_display())
            for name, address in _addresses(user):
                ask(name, client, address, db, rounds=ROUNDS, promised=PROMISED)


def _addresses(user: Any) -> list[tuple[str, Address]]:
    chosen: dict[str, Address] = {
        "category": lambda c: f"category=c{8 * int(5 * c.random() ** 2)}",
        "place": lambda c: f"place=C{c.randrange(600):04d}",
        "channel": lambda c: f"channel={c.choice(('recorrido', '073', 'app', 'oficio'))}",
        "a month": lambda c: f"captured_after=2026-{c.randint(1, 9):02d}-01&captured_before=2026-10-01",
    }
    words: dict[str, Address] = {
        "a common first name": lambda c: c.choice(("María", "jose", "GUADALUPE")),
        "a rare name": lambda c: f"Hermenegildo Apellido{c.randrange(200, 300)}",
        "a surname": lambda c: f"apellido{c.randrange(300)}",
        "a common word": lambda c: c.choice(("luminaria", "juarez", "piden respuesta")),
        "another's common word": lambda c: c.choice(("fuga", "bache", "drenaje tapado")),
        "the beginning of a name": lambda c: c.choice(("Guad", "mar", "hermene", "María Lóp")),
        "a beginning of another's word": lambda _c: "lumin",
        "seven digits of a telephone": lambda c: f"{c.randrange(800_000):07d}",
        "the number of a folio": lambda c: f"{c.randrange(1, 1000):05d}",
        "a word that is not there": lambda c: c.choice(("helicóptero", "xilófono")),
        "folio": _folio,
        "telephone": lambda c: f"669 {c.randrange(800_000):07d}",
    }
    tabs = {
        "first page": "",
        "unread": "status=no_leida",
        "overdue": "overdue=1",
        "this week": "view=week",
        "disputed": "status=inconformidad",
        "attended": "status=atendida",
        "all": "view=all",
        "scheduled": "status=programada",
    }
    lines: list[tuple[str, Address]] = [(name, _always(query)) for name, query in tabs.items()]
    lines.append(("page 1,000 of all, jumped to", _always("view=all&page=1000")))
    lines.append(("page 1,001 of all, come to", _always(_turned(user, "view=all", 1001))))
    lines.append(("page 200 of pending, jumped to", _always("page=200")))
    lines += [(f"pending by {name}", _with("", query)) for name, query in chosen.items()]
    lines += [(f"all by {name}", _with("view=all&", query)) for name, query in chosen.items()]
    lines += [(f"q: {name}", _with("q=", query)) for name, query in words.items()]
    common = words["a common first name"]
    lines += [(f"q: a first name, by {name}", _both("q=", common, query)) for name, query in chosen.items()]
    lines.append(("q: a first name, overdue", _with("overdue=1&q=", common)))
    lines.append(("q: the beginning of a name, overdue", _always("overdue=1&q=mar")))
    lines.append(("q: a first name, disputed", _with("status=inconformidad&q=", common)))
    lines.append(
        ("overdue, category and channel", _both("overdue=1&", chosen["category"], chosen["channel"]))
    )
    lines.append(("page 21 of a first name", _always(_turned(user, "q=María", 21))))
    return [
        *((name, _listed(query)) for name, query in lines),
        ("counts alone", lambda _c: "/boletas/conteos/"),
    ]


def _listed(query: Address) -> Address:
    return lambda chance: f"/boletas/?{query(chance)}"


def _always(query: str) -> Address:
    return lambda _chance: query


def _with(first: str, query: Address) -> Address:
    return lambda chance: first + query(chance)


def _both(first: str, one: Address, other: Address) -> Address:
    return lambda chance: f"{first}{one(chance)}&{other(chance)}"


def _folio(chance: random.Random) -> str:
    from field.models import Petition

    return str(Petition.objects.values_list("folio", flat=True)[chance.randrange(1000)])


def _turned(user: Any, query: str, pages: int) -> str:
    """The query that a person who had turned the pages one by one would send last."""
    from django.http import QueryDict

    from backend.casework.filters import parse_filters
    from backend.casework.inbox import inbox_page, view_of

    asked = QueryDict(query)
    filters = parse_filters(asked)
    view, cursor = view_of(asked, filters), None
    for _page in range(0, pages - 1, 20):
        cursor = inbox_page(user, view, filters, cursor=cursor, size=50 * 20).next or cursor
    return f"{query}&cursor={cursor}"
