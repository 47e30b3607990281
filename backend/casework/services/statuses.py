"""Moving boletas along their workflow: the one way in which a status ever changes.

One and a thousand go the same way: their rows are locked together, those that may not make the move
are told apart, and the rest are written with one statement per table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, DateField, Value, When, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.given import Given, faults_of
from backend.casework.models import Referral, StatusChange
from backend.casework.refusals import SAME_DEPARTMENT, Refusal, out_of_sight, refusal_of
from backend.casework.selectors import visible_to
from backend.casework.signals import boletas_moved
from backend.casework.workflow import MOVES, Deadline, Move, Need
from field.models import Attachment, Department, Petition
from geo.clock import local_today
from geo.problems import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of many: the steps written, and the boletas that stayed, in the order asked."""

    changes: list[StatusChange]
    refused: list[Refusal]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of many now: the boletas that would go, and those that would stay."""

    petitions: list[Petition]
    refused: list[Refusal]


@transaction.atomic
def change_statuses(
    *,
    petitions: Sequence[UUID],
    move: str,
    by: User,
    note: str = "",
    scheduled_for: date | None = None,
    department: Department | None = None,
    evidence: Attachment | None = None,
    institution: str = "",
    by_letter: bool = False,
    seen: Mapping[UUID, datetime] | None = None,
) -> Moved:
    """Make one move of the table on many petitions; those that may not make it are refused and the rest go.

    ``seen`` has the ``status_at`` that the person was looking at, by petition. Raises NotFound (an
    unknown move), or Invalid with pointers to the arguments that no boleta could be moved with.
    """
    step = _step(move)
    given = Given.to(
        step,
        note=note,
        scheduled_for=scheduled_for,
        department=department,
        evidence=evidence,
        institution=institution,
        by_letter=by_letter,
    )
    if faults := faults_of(step, given):
        raise Invalid(_("Revise los datos marcados."), errors=faults)
    found = _sort_out(petitions, _locked(petitions), step, by, given, seen=seen or {})
    return Moved(_make(found.petitions, step, by, given), found.refused)


def preview_moves(
    *,
    petitions: Sequence[UUID],
    move: str,
    by: User,
    department: Department | None = None,
    seen: Mapping[UUID, datetime] | None = None,
) -> Foreseen:
    """Tell which petitions would go and which would stay if the move were made now; nothing is written.

    Raises NotFound for an unknown move.
    """
    step = _step(move)
    rows = Petition.objects.filter(pk__in=petitions)
    given = Given(department=department if step.department is not Need.NO else None)
    return _sort_out(petitions, rows, step, by, given, seen=seen or {})


@transaction.atomic
def change_status(
    *,
    petition: Petition,
    move: str,
    by: User,
    note: str = "",
    scheduled_for: date | None = None,
    department: Department | None = None,
    evidence: Attachment | None = None,
    institution: str = "",
    by_letter: bool = False,
    seen_at: datetime | None = None,
) -> StatusChange:
    """Make one move of the table on a petition and append it to the history.

    ``seen_at`` is the ``status_at`` that the person was looking at: a boleta that moved since then
    is a Conflict even where the move would still be allowed. Raises NotFound for a petition out of
    sight (or an unknown move), NotAllowed, Conflict, or Invalid with pointers to the arguments.
    On return ``petition`` stands as stored.
    """
    step = _step(move)
    given = Given.to(
        step,
        note=note,
        scheduled_for=scheduled_for,
        department=department,
        evidence=evidence,
        institution=institution,
        by_letter=by_letter,
    )
    seen = {petition.pk: seen_at} if seen_at else {}
    found = _sort_out([petition.pk], _locked([petition.pk]), step, by, given, seen=seen)
    refusal = found.refused[0] if found.refused else None
    if refusal is not None and refusal.code != SAME_DEPARTMENT:
        raise refusal.as_problem()
    errors = faults_of(step, given) + (refusal.as_problem().errors if refusal else [])
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    [change] = _make(found.petitions, step, by, given)
    now = change.petition
    petition.status, petition.status_at = now.status, now.status_at
    petition.department, petition.due_on = now.department, now.due_on
    return change


@transaction.atomic
def append_note(*, petition: Petition, by: User, note: str) -> StatusChange:
    """Append a note to the history of a petition, also of one that the writer may no longer see.

    Whoever calls has made sure that the writer may say this of it.
    """
    return StatusChange.objects.create(
        petition=petition,
        move="note",
        from_status=petition.status,
        to_status=petition.status,
        at=timezone.now(),
        by=by,
        department_id=petition.department_id,
        note=note,
    )


def _step(move: str) -> Move:
    step = MOVES.get(move)
    if step is None:
        raise NotFound(_("No existe ese paso."))
    return step


def _locked(keys: Sequence[UUID]) -> Iterable[Petition]:
    """The rows as they stand once nobody else holds them: in one order, so that two never wait in a ring."""
    return Petition.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")


def _sort_out(
    keys: Sequence[UUID],
    rows: Iterable[Petition],
    move: Move,
    by: User,
    given: Given,
    *,
    seen: Mapping[UUID, datetime],
) -> Foreseen:
    """Tell those that may make the move from those that may not; as many queries for one as for all."""
    found = {petition.pk: petition for petition in rows}
    # Asked once the rows are held: whoever moved them a moment ago may have put them out of sight. Nor are
    # other tables' rows joined to the lock, which would come as they were before the wait.
    seen_now = set(visible_to(by).filter(pk__in=keys).values_list("pk", flat=True))
    lookups = ["category", "department"] + ["petitioner"] * move.unreachable_only
    prefetch_related_objects(list(found.values()), *lookups)
    ready, refused = [], []
    for key in dict.fromkeys(keys):
        petition = found.get(key)
        if petition is None or key not in seen_now:
            refused.append(out_of_sight(key))
        elif refusal := refusal_of(petition, move, by, given, seen.get(key)):
            refused.append(refusal)
        else:
            ready.append(petition)
    return Foreseen(ready, refused)


def _make(petitions: Sequence[Petition], move: Move, by: User, given: Given) -> list[StatusChange]:
    """Write the move of petitions that may make it, one statement per table, and tell the floors above."""
    if not petitions:
        return []
    now = timezone.now()
    came_from = [petition.status for petition in petitions]
    _stand(petitions, move, given, now)
    if move.deadline is Deadline.ANEW:
        _refer(petitions, by, given.note, now)
    changes = StatusChange.objects.bulk_create(
        StatusChange(
            petition=petition,
            move=move.name,
            from_status=before,
            to_status=petition.status,
            at=now,
            by=by,
            department=petition.department,
            note=given.note,
            scheduled_for=given.scheduled_for,
            evidence=given.evidence,
            institution=given.institution,
            by_letter=given.by_letter,
        )
        for petition, before in zip(petitions, came_from, strict=True)
    )
    boletas_moved.send(StatusChange, changes=changes)
    return changes


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
    """Count each category's days from today; the answer is the column's value for all of them."""
    today, rest = local_today(), frozenset(municipal_holidays())
    due: dict[int, date] = {}
    for petition in petitions:
        petition.due_on = due_date(today, petition.category.working_days, rest)
        due[petition.category_id] = petition.due_on
    whens = (When(category=category, then=Value(day)) for category, day in due.items())
    return Case(*whens, output_field=DateField())


def _refer(petitions: Sequence[Petition], by: User, reason: str, now: datetime) -> None:
    """Keep what each department was asked and by when; what the office itself has is nobody's referral."""
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
        for petition in petitions
        if petition.department_id and petition.due_on
    )
