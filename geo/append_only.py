"""Rows that are added and stay: what guards them in the database, and the two reasons of law to pass it.

A table is guarded by triggers that call ``aldaba_append_only`` (migration ``geo.0003_append_only``), laid by
a migration of its own app. Whoever writes past the program, by SQL, is refused as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.db import connection, transaction


class Reason(StrEnum):
    """Why the past may be touched: a setting of PostgreSQL, ``on`` for as long as somebody acts on it."""

    #: Words and files that tell of somebody are taken out of rows that stay.
    ERASING = "aldaba.erasing"
    #: Rows go whose time of keeping is over.
    RETENTION = "aldaba.retention"


@contextmanager
def past_the_guard(reason: Reason) -> Iterator[None]:
    """Let the block, in one transaction, do what the law gives a reason for; what comes after it may not."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [reason])
        yield
        cursor.execute("SELECT set_config(%s, 'off', true)", [reason])
