"""The guard of what is only appended to: it holds for one transaction's reason, and for nobody else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection

from geo.append_only import Reason, past_the_guard
from tests.past import assert_refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _diary() -> None:
    """A table of two columns that stay, one that is still written on, and one that may be erased."""
    run("CREATE TEMPORARY TABLE diary (id int, told text, read bool, said text) ON COMMIT DROP")
    run("INSERT INTO diary VALUES (1, 'lunes', false, 'Buenos días, María')")
    run(
        "CREATE TRIGGER diary_append_only BEFORE UPDATE OR DELETE ON diary"
        " FOR EACH ROW EXECUTE FUNCTION aldaba_append_only('read', 'said')"
    )


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def row() -> tuple[int, str, bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM diary")
        [found] = cursor.fetchall()
    return found


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE diary SET told = 'martes'",
        "UPDATE diary SET said = ''",
        "UPDATE diary SET said = NULL",
        "UPDATE diary SET read = true, id = 2",
        "DELETE FROM diary",
    ],
)
def test_what_was_said_stays(sql: str) -> None:
    assert_refused(sql)
    assert row() == (1, "lunes", False, "Buenos días, María")


def test_what_is_still_written_is_written() -> None:
    run("UPDATE diary SET read = true")
    assert row()[2]


def test_a_column_that_is_added_later_stays_as_it_was_too() -> None:
    run("ALTER TABLE diary ADD COLUMN more text DEFAULT 'x'")
    assert_refused("UPDATE diary SET more = 'y'")


def test_erasing_takes_out_words_and_nothing_else() -> None:
    with past_the_guard(Reason.ERASING):
        run("UPDATE diary SET said = 'Buenos días'")
        assert_refused("UPDATE diary SET told = ''")
        assert_refused("DELETE FROM diary")
    assert row() == (1, "lunes", False, "Buenos días")
    assert_refused("UPDATE diary SET said = ''")


def test_retention_is_no_reason_to_change_words_nor_to_delete_what_has_no_rule() -> None:
    with past_the_guard(Reason.RETENTION):
        assert_refused("UPDATE diary SET said = ''")
        assert_refused("DELETE FROM diary")


def test_a_reason_ends_with_a_block_that_fails() -> None:
    with suppress(RuntimeError), past_the_guard(Reason.ERASING):
        run("UPDATE diary SET said = ''")
        raise RuntimeError
    assert row()[3] == "Buenos días, María"
    assert_refused("UPDATE diary SET said = ''")
