"""The city hall's hours: whatever comes later lies in them, and later."""

from __future__ import annotations

import random
from datetime import date, datetime, time

from backend.casework.deadlines import is_working_day
from backend.demo.calls import ZONE
from backend.demo.hours import WorkingHours

REST = frozenset({date(2026, 11, 2)})


def test_what_comes_later_is_later_and_in_office_hours() -> None:
    until = datetime(2026, 11, 30, tzinfo=ZONE)
    hours = WorkingHours(chance=random.Random(1), until=until, rest_days=REST)
    for _try in range(300):
        at = hours.before_end(hours.chance.randint(0, 40))
        for then in (hours.later(at, hours.chance.randint(0, 3)), hours.soon(at), hours.next_month(at)):
            assert then > at
            assert is_working_day(then.date(), REST)
            assert time(8) <= then.time() <= time(15)


def test_one_working_day_later_is_the_next_day() -> None:
    hours = WorkingHours(chance=random.Random(1), until=datetime(2026, 11, 30, tzinfo=ZONE), rest_days=REST)
    friday = datetime(2026, 10, 30, 14, 59, tzinfo=ZONE)
    assert hours.later(friday, 1).date() == date(2026, 11, 3)
    assert hours.day_before(date(2026, 11, 3)) == date(2026, 10, 30)
    assert hours.first_of_month(date(2026, 11, 30)) == date(2026, 11, 3)
