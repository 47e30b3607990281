"""The statuses of a boleta and the moves between them: the one table that says what may happen.

Source: the manual of Mazatlán's SAC for the statuses, validation and *inconformidad*; Huatabampo's
procedures (4.1.1) for *improcedente*. Where they are silent the table says what an office would
expect. Who may make a move is its ``verb``; a liaison besides only in the own department.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from backend.casework.moves import Deadline, Move, Need, Reach
from field.vocabulary import Status

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
