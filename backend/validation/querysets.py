"""Questions asked of the lists."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet

from backend.accounts.models import User

if TYPE_CHECKING:
    from backend.validation.models import CallItem  # noqa: F401


class CallItemQuerySet(QuerySet["CallItem"]):
    """The boletas of lists."""

    def waiting(self) -> CallItemQuerySet:
        """Those on which a call is still owed."""
        return self.filter(state="waiting")

    def unwilling(self) -> CallItemQuerySet:
        """Those whose person asked not to be contacted, or gives no consent any more."""
        objects = Q(petition__petitioner__objects_to_contact=True)
        return self.filter(objects | Q(petition__petitioner__consent=False))

    def free_for(self, user: User, now: datetime) -> CallItemQuerySet:
        """Those that may be called now, and that nobody else has on the screen; never who objects.

        Those whose hour has come are first, the longest overdue at the head; then those not tried yet.
        """
        free = Q(taken_until=None) | Q(taken_until__lt=now) | Q(taken_by=user)
        due = Q(call_after=None) | Q(call_after__lte=now)
        return (
            self.waiting()
            .filter(free, due)
            .exclude(pk__in=self.model.objects.waiting().unwilling().values("pk"))
            .order_by(F("call_after").asc(nulls_last=True), "attempts", "position")
        )

    def counted(self) -> dict[int, dict[str, int]]:
        """How many stand how: by list, then by state. One query."""
        counts: dict[int, dict[str, int]] = {}
        rows = self.order_by().values_list("call_list", "state").annotate(n=Count("id"))
        for call_list, state, number in rows:
            counts.setdefault(call_list, {})[state] = number
        return counts
