"""Numbers of letters: each given once, none skipped."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db import transaction

from backend.letters.models import LetterCounter, LetterSeries
from backend.letters.wording import write_number


class Number(NamedTuple):
    """A number that was taken, and how it is printed."""

    year: int
    sequence: int
    text: str


@transaction.atomic
def take_number(*, series: LetterSeries, on: date) -> Number:
    """Take the next number of a series in the year of a local day.

    The counter's row stays locked until the caller's transaction ends: who comes next waits, and a number
    whose letter is rolled back is given to the next one. So there is never a gap, nor the same one twice.
    """
    LetterCounter.objects.get_or_create(series=series, year=on.year)
    counter = LetterCounter.objects.select_for_update().get(series=series, year=on.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    text = write_number(series.format, series=series.code, sequence=counter.last, year=on.year)
    return Number(on.year, counter.last, text)
