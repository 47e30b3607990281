"""Moving boletas along their workflow: the one way in which a status ever changes.

One and a thousand go the same way: their rows are locked together, those that may not make the move
are told apart, and the rest are written with one statement per table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.casework.given import NOTHING, Given, faults_of
from backend.casework.models import StatusChange
from backend.casework.moves import Move, Reach
from backend.casework.obstacles import obstacles_to
from backend.casework.refusals import OF_THE_DEPARTMENT, Refusal, held_back, out_of_sight, refusal_of
from backend.casework.selectors import visible_to
from backend.casework.services.moving import make_move, those_along
from backend.casework.services.work_items import WorkItem, items_around, lock_items
from backend.casework.workflow import MOVES
from field.models import Petition
from geo.problems import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of many: their steps, the boletas that stayed, in the order asked, and the steps of those
    of the same work items that went along unasked.
    """

    changes: list[StatusChange]
    refused: list[Refusal]
    along: list[StatusChange]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of many now: the boletas that would go, those that would stay, and those of the same
    work items that would go along unasked.
    """

    petitions: list[Petition]
    refused: list[Refusal]
    along: list[Petition] = field(default_factory=list)


@transaction.atomic
def change_statuses(
    *,
    petitions: Sequence[UUID],
    move: str,
    by: User,
    given: Given = NOTHING,
    seen: Mapping[UUID, datetime] | None = None,
) -> Moved:
    """Make one move of the table on many petitions; those that may not make it are refused and the rest go.

    Petitions that are one work item move together, as the move's ``reach`` has it.
    ``seen`` has the ``status_at`` that the person was looking at, by petition. Raises NotFound (an
    unknown move), or Invalid with pointers to what was given and no boleta could be moved with.
    """
    step = _step(move)
    given = given.asked_by(step)
    if faults := faults_of(step, given):
        raise Invalid(_("Revise los datos marcados."), errors=faults)
    items = lock_items(petitions)
    found = _sort_out(petitions, _members(items), step, by, given, seen=seen or {})
    changes = make_move(found.petitions, step, by, given, items)
    asked = len(found.petitions)
    return Moved(changes[:asked], found.refused, changes[asked:])


def preview_moves(
    *,
    petitions: Sequence[UUID],
    move: str,
    by: User,
    given: Given = NOTHING,
    seen: Mapping[UUID, datetime] | None = None,
) -> Foreseen:
    """Tell which petitions would go and which would stay if the move were made now; nothing is written.

    Raises NotFound for an unknown move.
    """
    step = _step(move)
    rows = Petition.objects.filter(pk__in=petitions)
    found = _sort_out(petitions, rows, step, by, given.asked_by(step), seen=seen or {})
    if found.petitions and step.reach is not Reach.ONE:
        along = those_along(found.petitions, step, items_around(found.petitions))
        return replace(found, along=[member for member, _asked in along])
    return found


@transaction.atomic
def change_status(
    *,
    petition: Petition,
    move: str,
    by: User,
    given: Given = NOTHING,
    seen_at: datetime | None = None,
    seen_steps: int | None = None,
) -> StatusChange:
    """Make one move of the table on a petition, and its work item, and append it to the history.

    ``seen_at`` is the ``status_at`` that the person was looking at: a boleta that moved since then
    is a Conflict even where the move would still be allowed. ``seen_steps`` is how many steps of the
    history the person had before them: what only notes something is noted once, though it be sent
    again from there, and the step that stands is returned. Raises NotFound for a petition out of
    sight (or an unknown move), NotAllowed, Conflict, or Invalid with pointers to what was given.
    On return ``petition`` stands as stored.
    """
    step = _step(move)
    given = given.asked_by(step)
    seen = {petition.pk: seen_at} if seen_at else {}
    items = lock_items([petition.pk])
    found = _sort_out([petition.pk], _members(items), step, by, given, seen=seen)
    refusal = found.refused[0] if found.refused else None
    if refusal is not None and refusal.code not in OF_THE_DEPARTMENT:
        raise refusal.as_problem()
    errors = faults_of(step, given) + (refusal.as_problem().errors if refusal else [])
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    if step.target is None and (noted := _noted_since(petition, step, by, given, seen_steps)):
        return noted
    change, *_along = make_move(found.petitions, step, by, given, items)
    now = change.petition
    petition.status, petition.status_at = now.status, now.status_at
    petition.department, petition.due_on = now.department, now.due_on
    petition.echo_of_id = now.echo_of_id
    return change


@transaction.atomic
def append_note(*, petition: Petition, by: User, note: str) -> StatusChange:
    """Append a note to the history of a petition, also of one that the writer may no longer see.

    Whoever calls has made sure that the writer may say this of it. It is noted where the petition stands
    now, whatever ``petition`` was when it was read.
    """
    held = Petition.objects.filter(pk=petition.pk).select_for_update(no_key=True)
    status, department = held.values_list("status", "department").get()
    return StatusChange.objects.create(
        petition=petition,
        move="note",
        from_status=status,
        to_status=status,
        at=timezone.now(),
        by=by,
        department_id=department,
        note=note,
    )


def _noted_since(
    petition: Petition, move: Move, by: User, given: Given, seen_steps: int | None
) -> StatusChange | None:
    """The same remark by the same person among the steps after those that the person had seen."""
    if seen_steps is None:
        return None
    since = StatusChange.objects.filter(petition=petition).values("pk")[seen_steps:]
    return StatusChange.objects.filter(pk__in=since, move=move.name, by=by, note=given.note).first()


def _step(move: str) -> Move:
    step = MOVES.get(move)
    if step is None:
        raise NotFound(_("No existe ese paso."))
    return step


def _members(items: Mapping[UUID, WorkItem]) -> Iterable[Petition]:
    return (member for key, item in items.items() if key == item.head.pk for member in item.members)


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
    obstacles = obstacles_to(move.name, found)
    ready, refused = [], []
    for key in dict.fromkeys(keys):
        petition = found.get(key)
        if petition is None or key not in seen_now:
            refused.append(out_of_sight(key))
        elif refusal := refusal_of(petition, move, by, given, seen.get(key)):
            refused.append(refusal)
        elif reason := obstacles.get(key):
            refused.append(held_back(petition, reason))
        else:
            ready.append(petition)
    return Foreseen(ready, refused)
