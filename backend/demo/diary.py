"""Lets the rooms' own services act in the past, one moment after the other.

An affair is a generator: it yields the moment at which it next does something, and goes on when that
moment has come. Affairs of all rooms run side by side, in the order of time, so that what they number,
count and append comes out as if an office had worked those months.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone

Affair = Generator[datetime, None, None]


@contextmanager
def moment(at: datetime) -> Iterator[None]:
    """Inside, ``django.utils.timezone.now`` is ``at``: services take the time from nowhere else.

    For a command that runs alone in its process.
    """
    real = timezone.now
    timezone.now = lambda: at
    try:
        yield
    finally:
        timezone.now = real


def play(affairs: Iterable[Affair], *, until: datetime) -> None:
    """Run affairs side by side; each ends where its next moment would not come before ``until``."""
    waiting: list[tuple[datetime, int, Affair]] = []
    for number, affair in enumerate(affairs):
        _wait(waiting, next(affair, None), number, affair, until)
    while waiting:
        at, number, affair = heapq.heappop(waiting)
        with moment(at):
            then = next(affair, None)
        if then is not None and then <= at:
            raise ValueError("an affair goes on in time")
        _wait(waiting, then, number, affair, until)


def _wait(
    waiting: list[tuple[datetime, int, Affair]],
    at: datetime | None,
    number: int,
    affair: Affair,
    until: datetime,
) -> None:
    if at is not None and at < until:
        heapq.heappush(waiting, (at, number, affair))
