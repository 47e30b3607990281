"""Folio series and the folios that the server itself issues."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from field.folio import LAST_NUMBER, SERIES_ALPHABET, make_folio
from field.models import FolioCounter, FolioSeries

#: The first half of the advisory locks' keys: they are the series' and nobody else's.
_SERIES_LOCKS = 0x666F6C


@transaction.atomic
def allocate_series(*, office: bool = False) -> FolioSeries:
    """Take a series that nobody has, chosen at random so that tablets' folios tell no order."""
    while True:
        code = "".join(secrets.choice(SERIES_ALPHABET) for _ in range(3))
        series, created = FolioSeries.objects.get_or_create(code=code, defaults={"office": office})
        if created:
            return series


def lock_series(codes: Iterable[str]) -> None:
    """Let no other transaction file folios of these series until this one ends. One query.

    Cloned tablets hand in the same folios at once, in any order: waiting here, the second one finds them
    taken, where their unique index would lock both up.
    """
    keys = sorted({int(code, 36) for code in codes})
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_advisory_xact_lock(%s, key)) FROM unnest(%s::int[]) AS key",
                [_SERIES_LOCKS, keys],
            )


@transaction.atomic
def issue_folios(*, count: int, at: datetime) -> list[str]:
    """Issue ``count`` folios of the local year of ``at`` from the office's own series."""
    year = timezone.localtime(at).year % 100
    issued: list[str] = []
    while len(issued) < count:
        series, first, last = _take(year, min(count - len(issued), LAST_NUMBER))
        issued += [make_folio(year, series, number) for number in range(first, last + 1)]
    return issued


def _take(year: int, count: int) -> tuple[str, int, int]:
    """Reserve up to ``count`` numbers in an office series that has room: series, first, last."""
    while True:
        full = FolioCounter.objects.filter(year=year, last=LAST_NUMBER).values("series")
        series = FolioSeries.objects.filter(office=True).exclude(code__in=full).order_by("code").first()
        code = (series or allocate_series(office=True)).code
        FolioCounter.objects.get_or_create(series_id=code, year=year)
        # The row lock is what keeps two intakes from one number.
        counter = FolioCounter.objects.select_for_update().get(series_id=code, year=year)
        taken = min(count, LAST_NUMBER - counter.last)
        if taken:
            counter.last += taken
            counter.save(update_fields=["last"])
            return code, counter.last - taken + 1, counter.last
