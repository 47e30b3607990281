"""The departments' response capacity at a million petitions with their whole history.

Each page is asked for with another period each time, through Django's test client, beside the bare SQL.
"""

from __future__ import annotations

import os
import random

import psycopg

from tests.bench.asking import Address, ask, say_columns
from tests.bench.city import city_database

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "24"))
#: What we aim at for a month, in milliseconds.
PROMISED = 300


def main() -> None:
    with city_database("capacity") as libpq:
        report(libpq)


def report(libpq: str) -> None:
    from django.test import Client

    from backend.accounts.models import User
    from field.models import Department

    director, _ = User.objects.get_or_create(username="directora", role=User.Role.DIRECTOR)
    liaison, _ = User.objects.get_or_create(
        username="enlace", role=User.Role.ENLACE, department=Department.objects.order_by("pk")[0]
    )
    print(
        f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
        f"{ROUNDS} requests each, milliseconds; over {PROMISED} at p95 is marked"
    )
    with psycopg.connect(libpq, autocommit=True) as db:
        for user in (liaison, director):
            client = Client()
            client.force_login(user, backend="backend.accounts.backends.RoleBackend")
            say_columns(user.get_role_display())
            for name, address in _addresses():
                ask(name, client, address, db, rounds=ROUNDS, promised=PROMISED)


def _addresses() -> list[tuple[str, Address]]:
    page = "/informes/capacidad/?periodo="
    listed = "/informes/capacidad/boletas/?periodo="
    return [
        ("a month", lambda chance: page + _month(chance)),
        ("a quarter", lambda chance: f"{page}{chance.choice((2025, 2026))}-T{chance.randint(1, 3)}"),
        ("a year", lambda chance: f"{page}{chance.choice((2024, 2025))}"),
        ("boletas behind a month's figure", lambda chance: f"{listed}{_month(chance)}&medida=atendidas"),
    ]


def _month(chance: random.Random) -> str:
    return f"{chance.choice((2025, 2026))}-{chance.randint(1, 10):02d}"
