"""What a person gives with a move, and what is wrong with it whatever the boleta."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from backend.casework.moves import Move, Need
from field.models import Attachment, Department
from geo.clock import local_today
from geo.legible import legible
from geo.problems import FieldError

NOTE_MAX_LENGTH: Final = 4000
INSTITUTION_MAX_LENGTH: Final = 160
_SCHEDULE_AHEAD = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Given:
    """All that may be said with a move; which of it the move asks for, the table tells."""

    note: str = ""
    scheduled_for: date | None = None
    department: Department | None = None
    evidence: Attachment | None = None
    institution: str = ""
    by_letter: bool = False

    def asked_by(self, move: Move) -> Given:
        """What of all this the move asks for; the rest is left aside."""
        outside = move.institution is not Need.NO
        return Given(
            note=legible(self.note) if move.note is not Need.NO else "",
            scheduled_for=self.scheduled_for if move.date is not Need.NO else None,
            department=self.department if move.department is not Need.NO else None,
            evidence=self.evidence if move.evidence is not Need.NO else None,
            institution=" ".join(legible(self.institution).split()) if outside else "",
            by_letter=self.by_letter and outside,
        )


#: With a move that asks for nothing.
NOTHING: Final = Given()


def faults_of(move: Move, given: Given) -> list[FieldError]:
    """Everything that is missing or makes no sense, told at once with pointers to the arguments."""
    return [*_note(move, given), *_date(move, given), *_department(move, given), *_institution(move, given)]


def _note(move: Move, given: Given) -> Iterator[FieldError]:
    if move.note is Need.REQUIRED and not given.note:
        yield _fault("note", "required", _("Escriba la nota."))
    elif len(given.note) > NOTE_MAX_LENGTH:
        yield _fault("note", "max_length", _("La nota es demasiado larga."))
    elif "\0" in given.note:
        yield _fault("note", "invalid", _("La nota tiene caracteres que no se pueden guardar."))


def _date(move: Move, given: Given) -> Iterator[FieldError]:
    day, today = given.scheduled_for, local_today()
    if move.date is Need.REQUIRED and day is None:
        yield _fault("scheduled_for", "required", _("Elija la fecha."))
    elif day is not None and day < today:
        yield _fault("scheduled_for", "past", _("La fecha ya pasó."))
    elif day is not None and day > today + _SCHEDULE_AHEAD:
        yield _fault("scheduled_for", "too_far", _("La fecha está muy lejos."))


def _department(move: Move, given: Given) -> Iterator[FieldError]:
    department = given.department
    if move.department is Need.REQUIRED and (department is None or not department.active):
        yield _fault("department", "required", _("Elija la dependencia."))


def _institution(move: Move, given: Given) -> Iterator[FieldError]:
    if move.institution is Need.REQUIRED and not given.institution:
        yield _fault("institution", "required", _("Escriba con qué institución se gestiona."))
    elif len(given.institution) > INSTITUTION_MAX_LENGTH:
        yield _fault("institution", "max_length", _("El nombre de la institución es demasiado largo."))
    elif "\0" in given.institution:
        yield _fault("institution", "invalid", _("El nombre tiene caracteres que no se pueden guardar."))


def _fault(argument: str, code: str, detail: str) -> FieldError:
    return {"pointer": f"/{argument}", "code": code, "detail": detail}
