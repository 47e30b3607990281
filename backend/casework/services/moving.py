"""Writing a move: where petitions and those that share their work items stand after it, and its steps.

Whoever calls has locked the work items and made sure that each petition may make the move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, DateField, F, Value, When
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.given import Given
from backend.casework.models import Referral, StatusChange
from backend.casework.moves import Deadline, Move, Need, Reach
from backend.casework.services.echoes import settle_lead, take_out
from backend.casework.services.work_items import WorkItem
from backend.casework.signals import boletas_moved
from field.models import Petition, Status
from geo.clock import local_today


def make_move(
    petitions: Sequence[Petition], move: Move, by: User, given: Given, items: Mapping[UUID, WorkItem]
) -> list[StatusChange]:
    """Write the move of petitions that may make it and of those that go along, and tell the floors above.

    One statement per table. The steps are returned, those of ``petitions`` first, in their order.
    """
    if not petitions:
        return []
    now = timezone.now()
    told = _let_go(petitions, move, by, items, now)
    along = those_along(petitions, move, items)
    moved = [*petitions, *(member for member, _asked in along)]
    others = [*("" for _petition in petitions), *(asked.folio for _member, asked in along)]
    came_from = [petition.status for petition in moved]
    _stand(moved, move, given, now)
    # A citizen's words stay in that citizen's history.
    notes = [given.note if not other or move.reach is Reach.WORK_ITEM else "" for other in others]
    if move.deadline is Deadline.ANEW:
        _refer(moved, by, notes, now)
    changes = StatusChange.objects.bulk_create(
        StatusChange(
            petition=petition,
            move=move.name,
            from_status=before,
            to_status=petition.status,
            at=now,
            by=by,
            department=petition.department,
            note=note,
            scheduled_for=given.scheduled_for,
            evidence=given.evidence,
            institution=given.institution,
            by_letter=given.by_letter,
            other_folio=other,
            due_on=petition.due_on if move.deadline is Deadline.ANEW else None,
        )
        for petition, before, note, other in zip(moved, came_from, notes, others, strict=True)
    )
    for key in {items[petition.pk].head.pk for petition in petitions}:
        settle_lead(items[key])
    boletas_moved.send(StatusChange, changes=[*told, *changes])
    return changes


def _let_go(
    petitions: Sequence[Petition], move: Move, by: User, items: Mapping[UUID, WorkItem], now: datetime
) -> list[StatusChange]:
    """Let what its citizen had confirmed and reopens now be its own, where the rest is on its way already."""
    told: list[StatusChange] = []
    for petition in petitions:
        item = items[petition.pk]
        if _goes_alone(petition, move, item):
            told += take_out(item, petition.pk, by_id=by.pk, at=now)
    return told


def _goes_alone(petition: Petition, move: Move, item: WorkItem) -> bool:
    """Whether its citizen reopens what that one had confirmed, while the rest is on its way already."""
    reopened = move.target is not None and petition.status == Status.CLOSED != item.head.status
    return reopened and item.head.status not in move.sources


def those_along(
    petitions: Sequence[Petition], move: Move, items: Mapping[UUID, WorkItem]
) -> list[tuple[Petition, Petition]]:
    """Those of the same work items that nobody asked for and that go along, each with the one that was."""
    if move.reach is Reach.ONE:
        return []
    asked = {petition.pk for petition in petitions}
    first: dict[UUID, Petition] = {}
    for petition in petitions:
        item = items[petition.pk]
        if petition in item.members and not _goes_alone(petition, move, item):
            first.setdefault(item.head.pk, petition)
    return [(member, one) for head, one in first.items() for member in items[head].those_along(asked)]


def _stand(petitions: Sequence[Petition], move: Move, given: Given, now: datetime) -> None:
    """Put petitions where the move takes them."""
    if move.target is None:
        return
    columns: dict[str, Any] = {"status": move.target.value, "status_at": now}
    if move.department is not Need.NO:
        columns["department"] = given.department
    elif move.leaves_department:
        columns["department"] = None
    for petition in petitions:
        for column, value in columns.items():
            setattr(petition, column, value)
    if move.deadline is Deadline.ANEW:
        columns["due_on"] = _promise_anew(petitions)
    Petition.objects.filter(pk__in=[petition.pk for petition in petitions]).update(**columns)


def _promise_anew(petitions: Sequence[Petition]) -> Case:
    """Count each category's days from today; the answer is the column's value for all of them.

    Where no department has it nobody is asked anew: what was promised stays until the office refers it.
    """
    today, rest = local_today(), frozenset(municipal_holidays())
    due: dict[int, date] = {}
    kept = [petition.pk for petition in petitions if petition.department is None]
    for petition in petitions:
        if petition.department is not None:
            petition.due_on = due_date(today, petition.category.working_days, rest)
            due[petition.category_id] = petition.due_on
    whens = [When(pk__in=kept, then=F("due_on"))] if kept else []
    whens += [When(category=category, then=Value(day)) for category, day in due.items()]
    return Case(*whens, output_field=DateField())


def _refer(petitions: Sequence[Petition], by: User, reasons: Sequence[str], now: datetime) -> None:
    """Keep what each department was asked and by when."""
    Referral.objects.bulk_create(
        Referral(
            petition=petition,
            department=petition.department,
            at=now,
            by=by,
            working_days=petition.category.working_days,
            due_on=petition.due_on,
            reason=reason,
        )
        for petition, reason in zip(petitions, reasons, strict=True)
        if petition.department_id and petition.due_on
    )
