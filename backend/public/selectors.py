"""What of a petition anyone may know who has its folio."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from backend.casework.models import StatusChange
from backend.public.wording import RESERVED, STANDINGS, Standing
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_day, local_today

#: The day that was given last.
_SCHEDULED_FOR = Subquery(
    StatusChange.objects.filter(petition=OuterRef("pk"), scheduled_for__isnull=False)
    .order_by("-at", "-id")
    .values("scheduled_for")[:1]
)


@dataclass(frozen=True, slots=True)
class Answer:
    """No name, no text, no address, no place, not even the category."""

    folio: str
    standing: Standing
    taken_on: date
    department: str = ""
    due_on: date | None = None
    overdue: bool = False
    scheduled_for: date | None = None


def answer_for(folio: str) -> Answer | None:
    """Where the petition with this stored folio stands, or None if there is none; one query."""
    row = (
        Petition.objects.filter(folio=folio)
        .values("status", "captured_at", "due_on", "department__name", "category__sensitive")
        .annotate(scheduled_for=_SCHEDULED_FOR)
        .first()
    )
    if row is None:
        return None
    taken_on = local_day(row["captured_at"])
    if row["category__sensitive"]:
        return Answer(folio, RESERVED, taken_on)
    due_on = row["due_on"] if row["status"] in OPEN_STATUSES else None
    return Answer(
        folio,
        STANDINGS[row["status"]],
        taken_on,
        row["department__name"] or "",
        due_on,
        due_on is not None and due_on < local_today(),
        row["scheduled_for"] if row["status"] == Status.SCHEDULED else None,
    )
