"""Moving a boleta along its workflow: the one way in which its status ever changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.models import Referral, StatusChange
from backend.casework.selectors import may_make, visible_to
from backend.casework.signals import boletas_moved
from backend.casework.workflow import MOVES, Deadline, Move, Need
from field.models import Attachment, Department, Petition, Status
from geo.clock import local_today
from geo.problems import Conflict, FieldError, Invalid, NotAllowed, NotFound

NOTE_MAX_LENGTH = 4000
_SCHEDULE_AHEAD = timedelta(days=2 * 365)
#: Referring one of these to the department that already has it would change nothing.
_STILL_THERE = frozenset({Status.UNREAD, Status.IN_HAND, Status.SCHEDULED})


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
    seen_at: datetime | None = None,
) -> StatusChange:
    """Make one move of the table on a petition and append it to the history.

    ``seen_at`` is the ``status_at`` that the person was looking at: a boleta that moved since then
    is a Conflict even where the move would still be allowed. Raises NotFound for a petition out of
    sight (or an unknown move), NotAllowed, Conflict, or Invalid with pointers to the arguments.
    On return ``petition`` stands as stored.
    """
    step = MOVES.get(move)
    if step is None:
        raise NotFound(_("No existe ese paso."))
    locked = _lock(petition, by)
    require(by, step.verb)
    _check_stands(locked, step, seen_at)
    if not may_make(by, locked, step):
        raise NotAllowed(_("El paso «%(move)s» no es para esta boleta.") % {"move": step.label})
    note = note.strip()
    _check_asked(locked, step, note, scheduled_for, department)

    now = timezone.now()
    came_from = locked.status
    if step.target is not None:
        _stand(locked, step, department, now)
        _promise(locked, step, by, note, now)
        locked.save(update_fields=["status", "status_at", "department", "due_on"])
        petition.status, petition.status_at = locked.status, locked.status_at
        petition.department, petition.due_on = locked.department, locked.due_on
    change = StatusChange.objects.create(
        petition=locked,
        move=step.name,
        from_status=came_from,
        to_status=locked.status,
        at=now,
        by=by,
        department=locked.department,
        note=note if step.note is not Need.NO else "",
        scheduled_for=scheduled_for if step.date is not Need.NO else None,
        evidence=evidence if step.evidence is not Need.NO else None,
    )
    boletas_moved.send(StatusChange, changes=[change])
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


def _lock(petition: Petition, by: User) -> Petition:
    """The row as it stands once nobody else holds it, if the person still sees it."""
    locked = (
        Petition.objects.select_for_update(of=("self",))
        .select_related("category", "department", "petitioner")
        .filter(pk=petition.pk)
        .first()
    )
    if locked is None or not visible_to(by).filter(pk=petition.pk).exists():
        raise NotFound(
            _("Esta boleta ya no está a su alcance; puede que la hayan canalizado a otra dependencia.")
        )
    return locked


def _check_stands(petition: Petition, move: Move, seen_at: datetime | None) -> None:
    """The move leaves from where the petition is, and nobody moved it since it was looked at."""
    leaves = petition.status in move.sources
    moved = seen_at is not None and petition.status_at != seen_at
    if moved and (move.target is not None or not leaves):
        raise Conflict(
            _("La boleta está ahora como «%(status)s»; alguien la movió antes. Véala de nuevo y decida.")
            % {"status": petition.get_status_display()}
        )
    if not leaves:
        raise Conflict(
            _("La boleta está como «%(status)s» y así no es posible el paso «%(move)s».")
            % {"status": petition.get_status_display(), "move": move.label}
        )


def _check_asked(
    petition: Petition, move: Move, note: str, scheduled_for: date | None, department: Department | None
) -> None:
    """What the move asks for is there and makes sense; every fault is told at once."""
    errors: list[FieldError] = []
    if move.note is Need.REQUIRED and not note:
        errors.append({"pointer": "/note", "code": "required", "detail": _("Escriba la nota.")})
    elif len(note) > NOTE_MAX_LENGTH:
        errors.append({"pointer": "/note", "code": "max_length", "detail": _("La nota es demasiado larga.")})
    if move.date is Need.REQUIRED:
        errors += _date_errors(scheduled_for)
    if move.department is Need.REQUIRED:
        errors += _department_errors(petition, department)
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)


def _date_errors(day: date | None) -> list[FieldError]:
    today = local_today()
    if day is None:
        return [{"pointer": "/scheduled_for", "code": "required", "detail": _("Elija la fecha.")}]
    if day < today:
        return [{"pointer": "/scheduled_for", "code": "past", "detail": _("La fecha ya pasó.")}]
    if day > today + _SCHEDULE_AHEAD:
        return [{"pointer": "/scheduled_for", "code": "too_far", "detail": _("La fecha está muy lejos.")}]
    return []


def _department_errors(petition: Petition, department: Department | None) -> list[FieldError]:
    if department is None or not department.active:
        return [{"pointer": "/department", "code": "required", "detail": _("Elija la dependencia.")}]
    if department.pk == petition.department_id and petition.status in _STILL_THERE:
        return [{"pointer": "/department", "code": "same", "detail": _("La boleta ya está ahí.")}]
    return []


def _stand(petition: Petition, move: Move, department: Department | None, now: datetime) -> None:
    """Put the petition where the move takes it."""
    if move.target is None:
        raise ValueError("a move without a target leaves the petition where it is")
    petition.status, petition.status_at = move.target.value, now
    if move.department is not Need.NO:
        petition.department = department
    elif move.leaves_department:
        petition.department = None


def _promise(petition: Petition, move: Move, by: User, note: str, now: datetime) -> None:
    """Where the move asks a department anew, count its days from today and keep the promise."""
    if move.deadline is Deadline.KEPT or petition.department is None:
        return
    days = petition.category.working_days
    petition.due_on = due_date(local_today(), days, frozenset(municipal_holidays()))
    Referral.objects.create(
        petition=petition,
        department=petition.department,
        at=now,
        by=by,
        working_days=days,
        due_on=petition.due_on,
        reason=note,
    )
