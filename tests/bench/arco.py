"""Finding all of a person for an ARCO request, at a million petitions with their whole past.

The page is asked for as the chief of the office, through Django's test client, with another person each time;
beside it the bare SQL. Every word, call, door and referral of the city is looked through.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from urllib.parse import urlencode

import psycopg

from tests.bench.asking import Address, ask, say_columns
from tests.bench.city import city_database

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "24"))
#: What we aim at, in milliseconds: somebody waits for it, a few times a month.
PROMISED = 2000


def main() -> None:
    with city_database("arco") as libpq:
        report(libpq)


def report(libpq: str) -> None:
    from django.test import Client

    from backend.accounts.models import User
    from backend.privacy.services.requests import register_request

    chief = User.objects.create(username="jefatura", role=User.Role.JEFE)
    request = register_request(
        by=chief,
        received_on=dt.date(2026, 11, 30),
        right="access",
        holder="Elvira Velarde Osuna",
        identity_shown="INE",
        contact="669 000 0118",
        means="modulo",
        asked="Lo que haya de mí.",
    )
    client = Client()
    client.force_login(chief, backend="backend.accounts.backends.RoleBackend")
    print(
        f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
        f"{ROUNDS} requests each, milliseconds; over {PROMISED} at p95 is marked"
    )
    with psycopg.connect(libpq, autocommit=True) as db:
        say_columns("ARCO: find all of a person")
        for name, address in _addresses(f"/privacidad/{request.pk}/buscar/?"):
            ask(name, client, address, db, rounds=ROUNDS, promised=PROMISED)


def _addresses(page: str) -> list[tuple[str, Address]]:
    def asked(**values: str) -> str:
        return page + urlencode(values)

    return [
        ("a whole name", lambda c: asked(name=_whole_name(c))),
        (
            "name, telephone and e-mail",
            lambda c: asked(name=_whole_name(c), phone=_phone(c), email=_email(c)),
        ),
        ("a common name", lambda c: asked(name=c.choice(("María Hernández", "José García", "Juan López")))),
        ("a first name alone", lambda c: asked(name=c.choice(("María", "Guadalupe", "Zenaida")))),
        ("a name that nobody has", lambda _c: asked(name="Xicoténcatl Quetzalli")),
        ("a telephone", lambda c: asked(phone=_phone(c))),
        ("an e-mail", lambda c: asked(email=_email(c))),
    ]


def _whole_name(chance: random.Random) -> str:
    first = chance.choice(("Elvira", "Ramón", "Zenaida", "Wenceslao"))
    return f"{first} Apellido{chance.randrange(300)} Apellido{chance.randrange(300)}"


def _phone(chance: random.Random) -> str:
    return f"669 {chance.randrange(800_000):07d}"


def _email(chance: random.Random) -> str:
    return f"Persona{chance.randrange(100_000) * 10 + 5}@correo.test"
