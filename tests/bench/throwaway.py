"""A database of a benchmark's own, beside the one in the settings and never the product's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg


@contextmanager
def throwaway_database(name: str, *, like: str = "") -> Iterator[str]:
    """Create ``aldaba_bench_<name>``, empty with every migration or as a copy of the database ``like``, point
    Django at it, drop it at the end.

    Yields its libpq connection string. Needs DATABASE_URL; prints whether the cluster has fsync on,
    for a figure without it says little.
    """
    before, database = os.environ["DATABASE_URL"], f"aldaba_bench_{name}"
    with _cluster() as admin:
        fsync = admin.execute("SHOW fsync").fetchone()
        print(f"PostgreSQL {admin.info.server_version // 10000}, fsync {fsync[0] if fsync else '?'}")
    drop_database(database)
    copy_database(like or "template1", database)
    url = urlsplit(before)
    os.environ["DATABASE_URL"] = urlunsplit(url._replace(path=f"{url.path.rpartition('/')[0]}/{database}"))
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    # GeoDjango may have read the settings before the address changed.
    connections["default"].settings_dict["NAME"] = database
    call_command("migrate", verbosity=0)
    try:
        yield _libpq(before, database)
    finally:
        connections.close_all()
        drop_database(database)
        os.environ["DATABASE_URL"] = before


def is_there(database: str) -> bool:
    """Whether the cluster has a database of that name."""
    with _cluster() as admin:
        return bool(admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone())


def copy_database(source: str, copy: str) -> None:
    """Copy a database, file by file, to which nobody is connected."""
    with _cluster() as admin:
        admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{source}" STRATEGY file_copy')


def drop_database(database: str) -> None:
    """Drop a database, if it is there, whoever is connected."""
    with _cluster() as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _cluster() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(_libpq(os.environ["DATABASE_URL"], "postgres"), autocommit=True)


def _libpq(address: str, database: str) -> str:
    url = urlsplit(address)
    # A folder of sockets stands before the name, where libpq wants it as a parameter.
    sockets = url.path.rpartition("/")[0]
    there = url._replace(scheme="postgresql", query=f"host={sockets}" if sockets else url.query)
    return urlunsplit(there._replace(path=f"/{database}"))
