"""Affairs run side by side in the order of time, each at its own moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from backend.demo.calls import ZONE
from backend.demo.diary import Affair, moment, play

MONDAY = datetime(2026, 11, 16, 9, tzinfo=ZONE)
DAY = timedelta(days=1)


def test_affairs_take_turns_and_each_finds_its_own_moment() -> None:
    told: list[tuple[str, datetime]] = []

    def affair(name: str, *days: int) -> Affair:
        for day in days:
            yield MONDAY + day * DAY
            told.append((name, timezone.now()))

    play([affair("a", 0, 3, 9), affair("b", 1, 2)], until=MONDAY + 5 * DAY)
    assert told == [
        ("a", MONDAY),
        ("b", MONDAY + DAY),
        ("b", MONDAY + 2 * DAY),
        ("a", MONDAY + 3 * DAY),
    ]


def test_an_affair_that_goes_back_in_time_is_refused() -> None:
    def affair() -> Affair:
        yield MONDAY
        yield MONDAY - DAY

    with pytest.raises(ValueError, match="goes on in time"):
        play([affair()], until=MONDAY + DAY)


def test_the_clock_is_right_again_whatever_happened() -> None:
    real = timezone.now
    with moment(MONDAY):
        assert timezone.now() == MONDAY
    assert timezone.now is real
    with pytest.raises(ZeroDivisionError), moment(MONDAY):
        _ = 1 / 0
    assert timezone.now is real
