"""A database of a benchmark's own, beside the one in the settings and never the product's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg


@contextmanager
def throwaway_database(name: str) -> Iterator[str]:
    """Create ``aldaba_bench_<name>`` with every migration, point Django at it, drop it at the end.

    Yields its libpq connection string. Needs DATABASE_URL; prints whether the cluster has fsync on,
    for a figure without it says little.
    """
    url = urlsplit(os.environ["DATABASE_URL"])
    database = f"aldaba_bench_{name}"
    # A folder of sockets stands before the name, where libpq wants it as a parameter.
    sockets = url.path.rpartition("/")[0]
    there = url._replace(scheme="postgresql", query=f"host={sockets}" if sockets else url.query)
    libpq, own = (urlunsplit(there._replace(path=f"/{base}")) for base in ("postgres", database))
    with psycopg.connect(libpq, autocommit=True) as admin:
        fsync = admin.execute("SHOW fsync").fetchone()
        print(f"PostgreSQL {admin.info.server_version // 10000}, fsync {fsync[0] if fsync else '?'}")
        admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{database}"')
    os.environ["DATABASE_URL"] = urlunsplit(url._replace(path=f"{sockets}/{database}"))
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    # GeoDjango may have read the settings before the address changed.
    connections["default"].settings_dict["NAME"] = database
    call_command("migrate", verbosity=0)
    try:
        yield own
    finally:
        connections.close_all()
        with psycopg.connect(libpq, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        os.environ["DATABASE_URL"] = urlunsplit(url)
