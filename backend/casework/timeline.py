"""A boleta's story as it would be read to a citizen over the phone, and its due date in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from backend.casework.deadlines import (
    RestDay,
    days_not_counted,
    is_as_counted,
    is_working_day,
    municipal_holidays,
)
from backend.casework.models import StatusChange
from backend.casework.workflow import CALENDAR, CORRECTED, IMPORTED, JOINED, MOVES, RECEIVED, SPLIT, VOICE
from field.folio import format_folio
from field.models import OPEN_STATUSES, Channel, Petition, Status
from geo.clock import local_day, local_today

#: How each channel is said of what was received by it.
_BY_CHANNEL = {
    Channel.TOUR: _lazy("en un recorrido"),
    Channel.DESK: _lazy("en el módulo"),
    Channel.AUDIENCE: _lazy("en audiencia pública"),
    Channel.PHONE: _lazy("por teléfono"),
    Channel.CALL_CENTRE: _lazy("por la línea 073"),
    Channel.EMAIL: _lazy("por el correo oficial"),
    Channel.SOCIAL: _lazy("por redes sociales"),
    Channel.PRESS: _lazy("por la prensa"),
    Channel.APP: _lazy("por la aplicación móvil"),
    Channel.LETTER: _lazy("por oficio"),
}
#: The steps that say nothing of a department, a day or another boleta.
_PLAIN = {
    IMPORTED: _lazy("Llegó de otro sistema como «%(status)s»"),
    CORRECTED: _lazy("La oficina corrigió lo que dice la boleta"),
}
#: The steps that came about by two boletas.
_BY_TWO = {
    JOINED: _lazy("Se juntó con la boleta %(folio)s: se atienden como un solo asunto"),
    SPLIT: _lazy("Se separó de la boleta %(folio)s: cada una sigue por su lado, con la fecha que ya tenía"),
    VOICE: _lazy("Quien la pidió quiso sumar su voz a la boleta %(folio)s; no se pudieron juntar solas"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the story: what happened, when, who did it and in whose words."""

    at: datetime
    move: str
    status: str
    text: str
    by: str
    note: str
    scheduled_for: date | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Promise:
    """When an answer is due and how that day was counted."""

    due_on: date
    working_days: int
    counted_from: date
    not_counted: list[RestDay]
    overdue: bool
    #: Whether the calendar of today gives that day: it changed since, and the date was left as it stood.
    as_today: bool = True

    def __str__(self) -> str:
        days = ngettext("%(n)s día hábil", "%(n)s días hábiles", self.working_days) % {"n": self.working_days}
        verb = _("venció el") if self.overdue else _("vence el")
        sentence = f"{days}: {verb} {in_words(self.due_on)}"
        if not self.as_today:
            return _("%(sentence)s, según el calendario de cuando se prometió.") % {"sentence": sentence}
        return f"{sentence}. {not_counted_in_words(self.not_counted)}"


def not_counted_in_words(rest_days: Sequence[RestDay]) -> str:
    """``No cuentan sábados, domingos ni el 16 de noviembre (Día de la Revolución).``"""
    days_off = [
        _("sábados"),
        _("domingos"),
        *(_("el %(day)s (%(name)s)") % {"day": in_words(rest.date), "name": rest.name} for rest in rest_days),
    ]
    return _("No cuentan %(listed)s ni %(last)s.") % {
        "listed": ", ".join(days_off[:-1]),
        "last": days_off[-1],
    }


def story_of(petition: Petition, *, words: bool) -> list[Step]:
    """The steps of a petition, oldest first. ``words`` shows what people wrote. One query."""
    steps = StatusChange.objects.filter(petition=petition).select_related("by", "department")
    return [_step(petition, step, words=words) for step in steps]


def attended_of(petition: Petition) -> StatusChange | None:
    """The step by which a department said what it did, while that is the answer. One query."""
    if petition.status not in (Status.ATTENDED, Status.CLOSED):
        return None
    return StatusChange.objects.filter(petition=petition, move="attend").select_related("department").last()


def in_history(step: StatusChange) -> str:
    """The line that a step has in its petition's history, without who made it."""
    return _text(step.petition, step)


def doubts_about(day: date, *, promised: date | None = None) -> list[str]:
    """What may be amiss with a day that a department gives for its work; none of it is forbidden. One query.

    A promise that has run out already is late whatever the day is: nothing is said of it.
    """
    doubts = []
    if not is_working_day(day, frozenset(municipal_holidays())):
        doubts.append(_("Ojo: el %(day)s es inhábil.") % {"day": _named(day)})
    if promised and local_today() <= promised < day:
        text = _(
            "Ojo: el %(day)s es después de la fecha comprometida, el %(promised)s: ese día ya estará vencida."
        )
        doubts.append(text % {"day": _named(day), "promised": in_words(promised)})
    return doubts


def promise_of(petition: Petition) -> Promise | None:
    """The promise that is running, or None where nobody owes an answer. Two queries."""
    if petition.due_on is None or petition.status not in OPEN_STATUSES:
        return None
    referral = petition.referrals.last()
    working_days = referral.working_days if referral else petition.category.working_days
    counted_from = referral.counted_from if referral else petition.asked_earlier
    if counted_from is None:
        counted_from = local_day(referral.at if referral else petition.received_at)
    municipal = municipal_holidays()
    return Promise(
        petition.due_on,
        working_days,
        counted_from,
        days_not_counted(counted_from, petition.due_on, municipal),
        petition.due_on < local_today(),
        is_as_counted(petition.due_on, counted_from, working_days, frozenset(municipal)),
    )


def _named(day: date) -> str:
    """``domingo 6 de diciembre``."""
    return f"{date_format(day, 'l').lower()} {in_words(day)}"


def in_words(day: date) -> str:
    """``4 de diciembre``, with the year where it is not this one."""
    return _in_words(day, day.year == local_today().year)


@lru_cache(maxsize=1_000)
def _in_words(day: date, this_year: bool) -> str:
    # Kept, because a list says the same few days over and over. Django's Mexican Spanish capitalises
    # months; Spanish does not.
    return date_format(day, r"j \d\e F" if this_year else r"j \d\e F \d\e Y").lower()


def _step(petition: Petition, step: StatusChange, *, words: bool) -> Step:
    return Step(
        at=step.at,
        move=step.move,
        status=step.to_status,
        text=_text(petition, step),
        by=str(step.by) if step.by else "",
        note=step.note if words else "",
        scheduled_for=step.scheduled_for,
        evidence=step.evidence_id,
    )


def _text(petition: Petition, step: StatusChange) -> str:
    department = step.department.name if step.department else _("la oficina")
    move = MOVES.get(step.move)
    if move is None:
        return _text_of_no_move(petition, step, department)
    day = in_words(step.scheduled_for) if step.scheduled_for else ""
    story = move.story_along if step.other_folio and move.story_along else move.story
    text = str(story).format(
        department=department,
        date=day,
        institution=step.institution or _("otra institución"),
        means=_("por oficio") if step.by_letter else _("por teléfono"),
    )
    return text[:1].upper() + text[1:]


def _text_of_no_move(petition: Petition, step: StatusChange, department: str) -> str:
    """The line of a step that nobody made by a button."""
    status = str(step.get_to_status_display())
    if step.move in _PLAIN:
        return str(_PLAIN[step.move]) % {"status": status}
    if step.move == RECEIVED:
        received = _("Se recibió %(by_channel)s") % {"by_channel": _BY_CHANNEL[Channel(petition.channel)]}
        if asked_on := petition.asked_earlier:
            text = _("%(received)s (se había pedido el %(day)s)")
            received = text % {"received": received, "day": in_words(asked_on)}
        if step.department is None:
            return _("%(received)s; la oficina debe verificarla") % {"received": received}
        text = _("%(received)s y se canalizó a %(department)s")
        return text % {"received": received, "department": department}
    if step.move == CALENDAR and step.due_on:
        text = _("Cambió el calendario de días inhábiles: ahora vence el %(day)s")
        return text % {"day": in_words(step.due_on)}
    if step.move in _BY_TWO:
        text = str(_BY_TWO[step.move]) % {"folio": format_folio(step.other_folio)}
        if step.from_status != step.to_status:
            text = _("%(text)s y está como ella, «%(status)s»") % {"text": text, "status": status}
        if step.due_on:
            text = _("%(text)s; vence el %(day)s") % {"text": text, "day": in_words(step.due_on)}
        return text
    return status
