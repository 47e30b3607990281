"""The municipality's calendar: the days on which its offices rest, and the due dates that these move."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from backend.casework.deadlines import official_rest_days

#: Years that can be looked at and changed: those of the boletas that there may be, and of their promises.
FIRST_YEAR, LAST_YEAR = 2000, 2099
_SATURDAY = 5
_weeks = months.Calendar()


@dataclass(frozen=True, slots=True)
class Day:
    """A square of the calendar. ``kind``: ``official``, ``municipal``, ``weekend`` or "" (a working day)."""

    date: date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month's first day, its weeks (None outside of the month), and how many days are worked."""

    first: date
    weeks: list[list[Day | None]]

    @property
    def working_days(self) -> int:
        """How many days of the month count."""
        return sum(day is not None and not day.kind for week in self.weeks for day in week)


def year_of(year: int, municipal: Mapping[date, str]) -> list[Month]:
    """The twelve months of a year, each week from Monday to Sunday."""
    official = official_rest_days(year)
    return [
        Month(
            date(year, month, 1),
            [
                [_day(day, official, municipal) if day.month == month else None for day in week]
                for week in _weeks.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _day(day: date, official: Mapping[date, str], municipal: Mapping[date, str]) -> Day:
    if name := official.get(day):
        return Day(day, "official", name)
    if name := municipal.get(day):
        return Day(day, "municipal", name)
    return Day(day, "weekend" if day.weekday() >= _SATURDAY else "", "")
