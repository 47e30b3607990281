"""The past as a test needs it, and as the database refuses it to everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction


@contextmanager
def unguarded(*kept: type[models.Model]) -> Iterator[None]:
    """These tables without their triggers, as whoever owns them may have them, until the block ends."""
    tables = [connection.ops.quote_name(model._meta.db_table) for model in kept]
    with transaction.atomic(), connection.cursor() as cursor:
        # A table that waits for its foreign keys to be checked cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def assert_refused(sql: str, *values: Any) -> None:
    """The database lets nobody do that to what is only appended to, and nothing of it is done."""
    with (
        pytest.raises(DatabaseError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
