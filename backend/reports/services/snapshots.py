"""Keeping the density's snapshot fresh."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backend.reports.columns import read_columns
from backend.reports.models import DensitySnapshot
from field.models import Petition

#: A transaction still open at the cut may commit petitions received before it: leave them to the tail.
MARGIN: Final = timedelta(minutes=1)
#: Even without news (a corrected place, say), a snapshot is made anew after this.
OLDEST: Final = timedelta(hours=1)
KEPT: Final = 2


@transaction.atomic
def rebuild_density(*, force: bool = False) -> DensitySnapshot | None:
    """Make a new snapshot, unless nothing has come or moved since the last; None if so."""
    cut_at = timezone.now() - MARGIN
    last = DensitySnapshot.objects.defer("columns").order_by("-id").first()
    if last and not force and cut_at - last.cut_at < OLDEST and not _has_news(last):
        return None
    columns = read_columns(Petition.objects.filter(received_at__lt=cut_at))
    made = DensitySnapshot.objects.create(cut_at=cut_at, petitions=len(columns), columns=columns.to_bytes())
    newest = DensitySnapshot.objects.order_by("-id").values_list("pk", flat=True)[:KEPT]
    DensitySnapshot.objects.exclude(pk__in=list(newest)).delete()
    return made


def _has_news(last: DensitySnapshot) -> bool:
    return Petition.objects.filter(Q(received_at__gte=last.cut_at) | Q(status_at__gte=last.cut_at)).exists()
