"""Working days counted for many boletas at once: how many there were from a first day up to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

from backend.casework.deadlines import is_working_day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """``counts[n]`` is how many working days there are from ``first`` to ``n`` days after it, both included.

    From one day to another it is the difference of two of them (``steps.MEASURED``): an office's ten thousand
    answers cost twenty thousand look-ups and no walk over the days between.
    """

    first: date
    counts: list[int]


@lru_cache(maxsize=8)
def working_days(first_year: int, last_year: int, municipal: frozenset[date]) -> WorkingDays:
    """The working days of whole years, without the municipality's rest days. Ten years take 10 ms, once."""
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    days = (first + n * _DAY for n in range((last - first).days + 1))
    return WorkingDays(first, list(accumulate(int(is_working_day(day, municipal)) for day in days)))
