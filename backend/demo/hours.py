"""When the city hall is at work: its working days, eight to three."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta

from backend.casework.deadlines import is_working_day
from backend.demo.calls import ZONE
from geo.clock import next_month

_OPENS, _OPEN_S = time(8), 7 * 3600


class WorkingHours:
    """The working days around ``until``, at which the demo's time stops, and moments in them by chance."""

    def __init__(self, *, chance: random.Random, until: datetime, rest_days: frozenset[date]) -> None:
        self.chance, self.until, self.rest_days = chance, until, rest_days
        start = until.date() - timedelta(days=800)
        days = (start + timedelta(days=n) for n in range(1500))
        self._days = [day for day in days if is_working_day(day, rest_days)]

    def later(self, at: datetime, days: float) -> datetime:
        """A moment about ``days`` working days after ``at``: the next day at the least."""
        return self.moment(self._day(bisect_right(self._days, _local_day(at)) - 1 + max(1, round(days))))

    def before_end(self, days: int) -> datetime:
        """A moment of the working day that lies ``days`` before the last one."""
        return self.moment(self._day(bisect_left(self._days, self.until.date()) - 1 - days))

    def next_month(self, at: datetime) -> datetime:
        """A moment in the first working days of the month after ``at``, when validations are made."""
        first = next_month(_local_day(at))
        return self.later(datetime.combine(first, time(), ZONE), self.chance.randint(1, 9))

    def first_of_month(self, month: date) -> date:
        """The first working day of a month."""
        return self._day(bisect_left(self._days, month.replace(day=1)))

    def day_before(self, day: date) -> date:
        """The working day before a day."""
        return self._day(bisect_left(self._days, day) - 1)

    def soon(self, at: datetime) -> datetime:
        """Some minutes after ``at``; the next working day, where the office closes before."""
        then = at + timedelta(seconds=self.chance.randint(240, 1500))
        closes = datetime.combine(_local_day(at), _OPENS, ZONE) + timedelta(seconds=_OPEN_S)
        return then if then < closes else self.later(at, 1)

    def moment(self, day: date) -> datetime:
        """A moment of a day at which the office is open."""
        opens = datetime.combine(day, _OPENS, ZONE)
        return opens + timedelta(seconds=self.chance.randint(0, _OPEN_S))

    def _day(self, index: int) -> date:
        return self._days[min(max(index, 0), len(self._days) - 1)]


def _local_day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
