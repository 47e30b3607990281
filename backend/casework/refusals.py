"""Why a boleta may not make a move now, in words for whoever asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import who_may
from backend.casework.given import Given
from backend.casework.moves import Move
from backend.casework.rules import NOBODY_READS, reads_reserved
from backend.casework.selectors import may_make
from field.models import Department, Petition, Status
from geo.problems import Conflict, FieldError, Invalid, NotAllowed, NotFound, Problem

#: Codes of refusals besides those of the problems that they are.
SAME_DEPARTMENT: Final = "same"
UNREADABLE_THERE: Final = "reserved"
#: Refusals that lie in the department given with the move, and not in the boleta.
OF_THE_DEPARTMENT: Final = frozenset({SAME_DEPARTMENT, UNREADABLE_THERE})
#: Referring one of these to the department that already has it would change nothing.
_STILL_THERE = frozenset({Status.UNREAD, Status.IN_HAND, Status.SCHEDULED})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A boleta that stays where it is. ``folio`` is empty for one that the person may not know of."""

    petition: UUID
    folio: str
    code: str
    detail: str

    def as_problem(self) -> Problem:
        """The error that it is where that boleta alone was asked for."""
        if self.code in OF_THE_DEPARTMENT:
            error: FieldError = {"pointer": "/department", "code": self.code, "detail": self.detail}
            return Invalid(_("Revise los datos marcados."), errors=[error])
        kinds = {kind.code: kind for kind in (NotFound, NotAllowed, Conflict)}
        return kinds[self.code](self.detail)


def out_of_sight(petition: UUID) -> Refusal:
    """That of a boleta that is not there, or is not the person's to know of."""
    return Refusal(
        petition,
        "",
        NotFound.code,
        _("Esta boleta ya no está a su alcance; puede que la hayan canalizado a otra dependencia."),
    )


def held_back(petition: Petition, reason: str) -> Refusal:
    """That of a boleta which something else keeps from the move (``obstacles``)."""
    return _refusal(petition, Conflict.code, reason)


def refusal_of(
    petition: Petition, move: Move, by: User, given: Given, seen_at: datetime | None
) -> Refusal | None:
    """Why a boleta that the person sees may not make the move, or None where it may.

    Whose task it is comes before where the boleta stands. Reads what is at hand: no query, if the
    petition's petitioner is loaded where ``move.unreachable_only`` asks for it.
    """
    if not by.has_perm(move.verb):
        return _refusal(petition, NotAllowed.code, who_may(move.verb))
    if reason := _stands_elsewhere(petition, move, seen_at):
        return _refusal(petition, Conflict.code, reason)
    if not may_make(by, petition, move):
        text = _("El paso «%(move)s» no es para esta boleta.") % {"move": move.label}
        return _refusal(petition, NotAllowed.code, text)
    return _of_department(petition, given.department) if given.department else None


def _of_department(petition: Petition, department: Department) -> Refusal | None:
    """Why the boleta may not go there."""
    if department.pk == petition.department_id and petition.status in _STILL_THERE:
        return _refusal(petition, SAME_DEPARTMENT, _("La boleta ya está ahí."))
    if petition.category.sensitive and not reads_reserved(department, petition.category):
        return _refusal(petition, UNREADABLE_THERE, str(NOBODY_READS))
    return None


def _stands_elsewhere(petition: Petition, move: Move, seen_at: datetime | None) -> str:
    """Why it does not leave from here, or that somebody moved it since it was looked at."""
    leaves = petition.status in move.sources
    moved = seen_at is not None and petition.status_at != seen_at
    if moved and (move.target is not None or not leaves):
        return _(
            "La boleta está ahora como «%(status)s»; alguien la movió antes. Véala de nuevo y decida."
        ) % {"status": petition.get_status_display()}
    if not leaves:
        return _("La boleta está como «%(status)s» y así no es posible el paso «%(move)s».") % {
            "status": petition.get_status_display(),
            "move": move.label,
        }
    return ""


def _refusal(petition: Petition, code: str, detail: str) -> Refusal:
    return Refusal(petition.pk, petition.folio, code, detail)
