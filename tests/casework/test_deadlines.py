"""Working days against the Mexican calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.casework.deadlines import (
    days_not_counted,
    due_date,
    is_working_day,
    municipal_holidays,
    official_rest_days,
)
from backend.casework.models import Holiday


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 2, 2),  # first Monday of February, for the 5th
        date(2027, 2, 1),
        date(2026, 3, 16),  # third Monday of March, for the 21st
        date(2026, 5, 1),
        date(2026, 9, 16),
        date(2026, 11, 16),  # third Monday of November, for the 20th
        date(2026, 12, 25),
        date(2024, 10, 1),  # the federal executive changes hands, every six years
        date(2030, 10, 1),
    ],
)
def test_rest_days_of_article_74_are_not_working_days(day):
    assert not is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 11, 20),  # the anniversary itself: a working Friday
        date(2026, 2, 5),
        date(2026, 4, 2),  # Maundy Thursday is custom, not law
        date(2026, 11, 2),  # so is the Day of the Dead
        date(2026, 12, 24),
        date(2025, 10, 1),
        date(2018, 10, 1),  # until 2018 it was 1 December
    ],
)
def test_days_that_only_custom_keeps_are_working_days(day):
    assert is_working_day(day)


def test_the_library_knows_the_seven_days_of_an_ordinary_year_and_eight_of_a_sixth():
    assert len(official_rest_days(2026)) == 7
    assert len(official_rest_days(2024)) == 8


@pytest.mark.parametrize(
    ("received_on", "working_days", "due_on"),
    [
        (date(2026, 11, 20), 10, date(2026, 12, 4)),  # a Friday; two clean weeks
        (date(2026, 11, 13), 10, date(2026, 11, 30)),  # Monday 16 rests
        (date(2026, 11, 13), 1, date(2026, 11, 17)),
        (date(2026, 12, 23), 3, date(2026, 12, 29)),  # Christmas, then a weekend
        (date(2026, 12, 30), 2, date(2027, 1, 4)),  # the new year starts at rest
        (date(2027, 1, 29), 1, date(2027, 2, 2)),  # 1 February 2027 rests
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # received on a Saturday
        (date(2026, 11, 16), 1, date(2026, 11, 17)),  # received on a rest day
    ],
)
def test_a_promise_is_due_on_the_last_of_its_working_days(received_on, working_days, due_on):
    assert due_date(received_on, working_days) == due_on


def test_days_of_the_municipality_are_left_out_too():
    carnival = frozenset({date(2027, 2, 8), date(2027, 2, 9)})
    assert due_date(date(2027, 2, 5), 1, carnival) == date(2027, 2, 10)


def test_less_than_a_day_is_no_promise():
    with pytest.raises(ValueError, match="one working day"):
        due_date(date(2026, 11, 20), 0)


@given(
    st.dates(date(2015, 1, 1), date(2040, 1, 1)),
    st.integers(1, 60),
    st.frozensets(st.dates(date(2015, 1, 1), date(2040, 1, 1)), max_size=5),
)
def test_between_receipt_and_due_date_lie_exactly_the_days_promised(received_on, days, extra):
    due_on = due_date(received_on, days, extra)
    after = [received_on + timedelta(n) for n in range(1, (due_on - received_on).days + 1)]
    assert sum(is_working_day(day, extra) for day in after) == days
    assert is_working_day(due_on, extra)


def test_the_days_left_out_are_named_once_and_weekends_are_not():
    left_out = days_not_counted(date(2026, 11, 13), date(2026, 12, 28), {date(2026, 12, 12): "Sábado"})
    assert left_out == [
        (date(2026, 11, 16), "Día de la Revolución"),
        (date(2026, 12, 25), "Navidad"),
    ]


@pytest.mark.django_db
def test_holidays_of_the_municipality_come_with_their_reasons(django_assert_num_queries):
    Holiday.objects.create(date=date(2027, 2, 8), name="Lunes de Carnaval")
    with django_assert_num_queries(1):
        assert municipal_holidays() == {date(2027, 2, 8): "Lunes de Carnaval"}
