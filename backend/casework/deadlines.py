"""Working days: when an answer is due, and which days were left out of the count.

Left out are Saturdays, Sundays, the rest days of article 74 of the Ley Federal del Trabajo
(fractions I to VIII, from the ``holidays`` library, which knows them by year) and the days that
the municipality adds. Fraction IX, the days that electoral law sets, are Sundays for ordinary
elections; an extraordinary one is added as a ``Holiday``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays
from django.db import connection

_DAY = timedelta(days=1)
_SATURDAY = 5


class RestDay(NamedTuple):
    """A weekday that was not counted, and why."""

    date: date
    name: str


@lru_cache(maxsize=64)
def official_rest_days(year: int) -> Mapping[date, str]:
    """Article 74's rest days of a year, with their Spanish names."""
    return dict(holidays.country_holidays("MX", years=year, language="es"))


def is_working_day(day: date, extra_holidays: frozenset[date] = frozenset()) -> bool:
    """Whether offices work on a local day."""
    return day.weekday() < _SATURDAY and day not in extra_holidays and day not in official_rest_days(day.year)


@lru_cache(maxsize=8192)
def due_date(received_on: date, working_days: int, extra_holidays: frozenset[date] = frozenset()) -> date:
    """The last local day of a promise of ``working_days``, counted from the day after ``received_on``.

    Raises ValueError for less than one day.
    """
    if working_days < 1:
        raise ValueError("a promise is of one working day or more")
    day = received_on
    while working_days:
        day += _DAY
        working_days -= is_working_day(day, extra_holidays)
    return day


def is_as_counted(
    due_on: date, received_on: date, working_days: int, extra_holidays: frozenset[date]
) -> bool:
    """Whether a promise ends when the calendar says: else it was left as it stood when that changed."""
    return due_on == due_date(received_on, working_days, extra_holidays)


def days_not_counted(start: date, end: date, municipal: Mapping[date, str]) -> list[RestDay]:
    """The weekdays after ``start`` and up to ``end`` that the count left out, oldest first."""
    days = []
    for offset in range(1, (end - start).days + 1):
        day = start + offset * _DAY
        name = municipal.get(day) or official_rest_days(day.year).get(day)
        if name and day.weekday() < _SATURDAY:
            days.append(RestDay(day, name))
    return days


def municipal_holidays() -> dict[date, str]:
    """The days that the municipality adds, with their reasons. One query."""
    # Asked by every batch that arrives: to have it composed anew would cost more than running it does.
    with connection.cursor() as cursor:
        cursor.execute("SELECT date, name FROM casework_holiday ORDER BY date")
        return dict(cursor.fetchall())
