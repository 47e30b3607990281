"""Which rest days may be added and taken away, and by whom."""

from __future__ import annotations

from datetime import date

import pytest

from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.models import Holiday
from backend.casework.services.calendar import add_days, remove_days
from geo.problems import Invalid, NotAllowed
from tests.casework.calendar.days import MONDAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "last", "name", "pointer"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), "Revolución", "/first"),  # official already
        (date(2026, 12, 2), date(2026, 12, 1), "Al revés", "/last"),
        (date(2026, 1, 1), date(2026, 12, 31), "Todo el año", "/last"),
        (date(1850, 1, 1), date(1850, 1, 2), "Antes", "/first"),
        (date(2500, 1, 1), date(2500, 1, 2), "Después", "/first"),
        (date(2026, 12, 1), date(2026, 12, 1), "  ", "/name"),
        (date(2026, 12, 1), date(2026, 12, 1), "x" * 121, "/name"),
        (date(2026, 12, 1), date(2026, 12, 1), "a\0b", "/name"),
    ],
)
def test_days_that_make_no_sense_are_not_added(jefe, first, last, name, pointer):
    with pytest.raises(Invalid) as caught:
        add_days(first=first, last=last, name=name, move=True, by=jefe)
    assert [error["pointer"] for error in caught.value.errors] == [pointer]
    assert not Holiday.objects.exists()


def test_of_a_span_only_what_was_worked_is_added(jefe):
    Holiday.objects.create(date=date(2026, 12, 24), name="Nochebuena")
    add_days(first=date(2026, 12, 23), last=date(2027, 1, 2), name="Vacaciones", move=True, by=jefe)
    days = municipal_holidays()
    assert days[date(2026, 12, 24)] == "Nochebuena"
    assert not {date(2026, 12, 25), date(2027, 1, 1)} & set(days)  # official
    assert len(days) == 9
    assert due_date(date(2026, 12, 22), 1, frozenset(days)) == date(2027, 1, 4)


def test_a_day_that_is_not_there_cannot_be_taken_away(jefe):
    with pytest.raises(Invalid):
        remove_days(first=MONDAY, last=MONDAY, move=True, by=jefe)


@pytest.mark.parametrize("person", ["auxiliar", "asesor", "enlace", "promotor"])
def test_only_chiefs_change_the_calendar(office, person):
    with pytest.raises(NotAllowed):
        add_days(first=MONDAY, last=MONDAY, name="Mío", move=False, by=office.staff[person])
