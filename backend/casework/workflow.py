"""The statuses of a boleta and the moves between them: the one table that says what may happen.

Source: the manual of Mazatlán's SAC for the statuses, validation and *inconformidad*; Huatabampo's
procedures (4.1.1) for *improcedente*. Where they are silent the table says what an office would
expect. Who may make a move is its ``verb``; a liaison besides only in the own department.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from field.vocabulary import Status

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: The first step of every history; nobody makes them by a button.
RECEIVED: Final = "receive"
IMPORTED: Final = "import"
JOINED: Final = "join"  # by which petitions about the same thing become one work item
SPLIT: Final = "split"
#: What the boleta says was put right; its note tells what it said before.
CORRECTED: Final = "correct"
#: A citizen asked to add a voice to a petition that could not take it then.
VOICE: Final = "voice"
#: The due date was counted again because the calendar changed; nobody makes it by a button either.
CALENDAR: Final = "calendar"

_NOTE = _("Nota")


class Need(Enum):
    """Whether a move takes something, and whether it goes without."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Deadline(Enum):
    """What a move does to the due date.

    It stays with what the citizen was promised, unless an answer is asked for anew (referral or
    dispute): then whoever has it gets the category's working days, counted from that day. What the
    office is told of each case: ``docs/deadlines.md``.
    """

    KEPT = "kept"
    ANEW = "anew"


class Reach(Enum):
    """Whom a move moves where petitions about the same thing are one work item (``docs/echoes.md``)."""

    WORK_ITEM = "work_item"  # all of them, each with the note
    ONE_FOR_ALL = "one_for_all"  # all of them, at one citizen's word, which stays in the own history
    ONE = "one"  # that petition alone: it is between the office and its citizen


@dataclass(frozen=True, slots=True)
class Move:
    """One way from some statuses to another, and what it asks of the person who makes it.

    ``target`` None leaves the status as it is. ``label`` is the button's, ``story`` the line that
    the history shows; ``{department}``, ``{date}``, ``{institution}`` and ``{means}`` are filled in.
    """

    name: str
    sources: frozenset[Status]
    target: Status | None
    verb: str
    label: _StrPromise | str
    story: _StrPromise | str
    note: Need = Need.OPTIONAL
    note_label: _StrPromise | str = _NOTE
    date: Need = Need.NO
    department: Need = Need.NO
    #: A photo. The rule is "attended, with evidence", and a note of what was done is evidence: advice, a
    #: paper or a repaired pipe leave nothing to photograph, and a photo that is forced is a photo of nothing.
    #: The true check is the citizen's, in the validation.
    evidence: Need = Need.NO
    #: Another institution's name, and whether it is asked by letter or by telephone.
    institution: Need = Need.NO
    deadline: Deadline = Deadline.KEPT
    leaves_department: bool = False
    #: Only where the boleta has nobody to call.
    unreachable_only: bool = False
    reach: Reach = Reach.WORK_ITEM
    #: The line in the histories of those that were moved at another citizen's word.
    story_along: _StrPromise | str = ""

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in."""
        needs = (self.note, self.date, self.department, self.evidence, self.institution)
        return any(need is not Need.NO for need in needs)


S = Status
_EVERY_STATUS = frozenset(Status)

_TABLE: Final[tuple[Move, ...]] = (
    Move(
        "proceed",
        frozenset({S.TO_VERIFY}),
        S.UNREAD,
        "casework.verify",
        _("Procede: canalizar"),
        _("La oficina verificó que procede y la canalizó a {department}"),
        department=Need.REQUIRED,
        deadline=Deadline.ANEW,
    ),
    Move(
        "not_proceed",
        frozenset({S.TO_VERIFY}),
        S.NOT_PROCEEDING,
        "casework.verify",
        _("No procede"),
        _("La oficina determinó que no procede"),
        note=Need.REQUIRED,
        note_label=_("Por qué no procede, como se le dirá al ciudadano"),
    ),
    Move(
        "reconsider",
        frozenset({S.NOT_PROCEEDING}),
        S.TO_VERIFY,
        "casework.verify",
        _("Revisar de nuevo"),
        _("La oficina decidió revisarla de nuevo"),
        note=Need.REQUIRED,
        note_label=_("Por qué se revisa de nuevo"),
    ),
    Move(
        "refer_again",
        frozenset({S.UNREAD, S.IN_HAND, S.SCHEDULED, S.ATTENDED, S.DISPUTED, S.EXTERNAL}),
        S.UNREAD,
        "casework.refer",
        _("Canalizar a otra dependencia"),
        _("La oficina la canalizó a {department}"),
        note=Need.REQUIRED,
        note_label=_("Motivo"),
        department=Need.REQUIRED,
        deadline=Deadline.ANEW,
    ),
    Move(
        "external",
        frozenset({S.TO_VERIFY, S.UNREAD, S.IN_HAND, S.SCHEDULED, S.DISPUTED}),
        S.EXTERNAL,
        "casework.refer",
        _("No es del municipio"),
        _("No es competencia del municipio: se gestiona {means} con {institution}"),
        note=Need.REQUIRED,
        note_label=_("Por qué no es del municipio y qué se le pide a la institución"),
        institution=Need.REQUIRED,
        leaves_department=True,
    ),
    Move(
        "open",
        frozenset({S.UNREAD}),
        S.IN_HAND,
        "casework.open",
        _("Marcar como leída"),
        _("{department} la abrió y la tiene en seguimiento"),
        note=Need.NO,
    ),
    Move(
        "take_in_hand",
        frozenset({S.SCHEDULED, S.DISPUTED}),
        S.IN_HAND,
        "casework.open",
        _("Retomar"),
        _("{department} la retomó"),
    ),
    Move(
        "schedule",
        frozenset({S.IN_HAND, S.SCHEDULED, S.DISPUTED}),
        S.SCHEDULED,
        "casework.schedule",
        _("Programar"),
        _("{department} la programó para el {date}"),
        date=Need.REQUIRED,
    ),
    Move(
        "attend",
        frozenset({S.IN_HAND, S.SCHEDULED}),
        S.ATTENDED,
        "casework.attend",
        _("Dar por atendida"),
        _("{department} la dio por atendida"),
        note=Need.REQUIRED,
        note_label=_("Qué se hizo"),
        evidence=Need.OPTIONAL,
    ),
    Move(
        "hand_back",
        frozenset({S.UNREAD, S.IN_HAND, S.SCHEDULED, S.DISPUTED}),
        S.TO_VERIFY,
        "casework.hand_back",
        _("Devolver a la oficina"),
        _("La dependencia la devolvió a la oficina"),
        note=Need.REQUIRED,
        note_label=_("Por qué no le corresponde"),
        leaves_department=True,
    ),
    Move(
        "validate_positive",
        frozenset({S.ATTENDED}),
        S.CLOSED,
        "casework.validate",
        _("Validación positiva"),
        _("El ciudadano confirmó que quedó resuelta"),
        note_label=_("Comentarios del ciudadano"),
        reach=Reach.ONE,
    ),
    Move(
        "validate_negative",
        frozenset({S.ATTENDED}),
        S.DISPUTED,
        "casework.validate",
        _("Validación negativa"),
        _("El ciudadano dijo que no quedó resuelta"),
        note=Need.REQUIRED,
        note_label=_("Palabras del ciudadano"),
        deadline=Deadline.ANEW,
        reach=Reach.ONE_FOR_ALL,
        story_along=_("Otra persona que pidió lo mismo dijo que no quedó resuelta"),
    ),
    Move(
        "no_answer",
        frozenset({S.ATTENDED}),
        None,
        "casework.validate",
        _("No contestó"),
        _("La oficina llamó para validar y no hubo respuesta"),
        reach=Reach.ONE,
    ),
    Move(
        "dispute",
        # Whatever was not attended, and whatever was and is not resolved; else ``ask_again``.
        frozenset({S.TO_VERIFY, S.UNREAD, S.ATTENDED, S.CLOSED}),
        S.DISPUTED,
        "casework.validate",
        _("Inconformidad"),
        _("El ciudadano manifestó su inconformidad"),
        note=Need.REQUIRED,
        note_label=_("Palabras del ciudadano"),
        deadline=Deadline.ANEW,
        reach=Reach.ONE_FOR_ALL,
        story_along=_("Otra persona que pidió lo mismo manifestó su inconformidad"),
    ),
    Move(
        "ask_again",
        frozenset({S.IN_HAND, S.SCHEDULED}),
        S.UNREAD,
        "casework.validate",
        _("El ciudadano insiste"),
        _("El ciudadano preguntó de nuevo: {department} debe leerla otra vez"),
        note=Need.REQUIRED,
        note_label=_("Palabras del ciudadano"),
        reach=Reach.ONE_FOR_ALL,
        story_along=_("Otra persona que pidió lo mismo preguntó de nuevo: {department} debe leerla otra vez"),
    ),
    Move(
        "close",
        frozenset({S.EXTERNAL}),
        S.CLOSED,
        "casework.close",
        _("Concluir"),
        _("La oficina la concluyó con la respuesta de la otra institución"),
        note=Need.REQUIRED,
        note_label=_("Qué respondió la otra institución"),
    ),
    Move(
        "close_unreachable",
        frozenset({S.ATTENDED}),
        S.CLOSED,
        "casework.close",
        _("Concluir sin validar"),
        _("La oficina la concluyó sin validar: no hay a quién llamar"),
        note=Need.REQUIRED,
        note_label=_("Cómo se comprobó"),
        unreachable_only=True,
        reach=Reach.ONE,
    ),
    Move(
        "note",
        _EVERY_STATUS,
        None,
        "casework.note",
        _("Agregar nota"),
        _("Nota"),
        note=Need.REQUIRED,
        reach=Reach.ONE,
    ),
)

MOVES: Final[dict[str, Move]] = {move.name: move for move in _TABLE}


def moves_from(status: str) -> tuple[Move, ...]:
    """The moves that the table allows from a status, in the table's order."""
    return tuple(move for move in _TABLE if status in move.sources)
