"""Reads of who looked at whose data."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Q, Value

from geo.clock import whole_days

if TYPE_CHECKING:
    from backend.privacy.models import Look  # noqa: F401


class LookQuerySet(models.QuerySet["Look"]):
    """Looks."""

    def on(self, day: dt.date) -> Self:
        """Those of a local day."""
        start, end = whole_days(day, day)
        return self.filter(at__gte=start, at__lt=end)

    def newest(self, *, before: tuple[dt.datetime, int] | None = None) -> Self:
        """The newest first; those past the row with this time and id."""
        looks = self
        if before is not None:
            at, pk = before
            # The first condition alone lets an index begin at the right row.
            looks = looks.filter(Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=pk)))
        return looks.order_by("-at", "-pk")

    def by_person(self) -> list[tuple[int, int, int]]:
        """User id, how many looks, at how many boletas; those who looked most first."""
        counted = (
            self.order_by()
            .values("user")
            .annotate(looks=Count(Value(1)), boletas=Count(F("petition"), distinct=True))
        )
        return list(counted.order_by("-looks", "user").values_list("user", "looks", "boletas"))
