"""From the draft to the paper, and what becomes of the paper."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.deadlines import due_date, municipal_holidays
from backend.letters.facts import day_of
from backend.letters.models import AWAITING, OUT, Delivery, Kind, Letter, Letterhead, LetterStep, State
from backend.letters.printing.papers import draw_letter
from backend.letters.selectors import series_for
from backend.letters.services.answering import mark_answered, mark_unanswered
from backend.letters.services.numbering import take_number
from backend.letters.services.steps import check_state, keep, lock, lock_with_answered
from backend.letters.wording import unfinished
from field.models import Attachment
from field.services.attachments import store_attachment
from geo.clock import local_today
from geo.problems import Conflict, FieldError, Invalid

_LONGEST_WAIT: Final = timedelta(days=366)


@transaction.atomic
def issue_letter(
    *, letter: Letter, by: User, answer_due_on: date | None = None, seen_at: datetime | None = None
) -> Letter:
    """Give a draft its number and its day, and keep the paper as it is now, for good.

    The paper is drawn with the counter locked: whoever issues at the same moment waits for it, and a paper
    that cannot be drawn or stored takes no number. A letter to an institution or a department expects an
    answer, by ``answer_due_on`` or in the office's usual days. ``seen_at`` is the ``edited_at`` of the text
    that the person read. Raises Invalid for one that is unfinished or a day that cannot be, Conflict for
    one corrected since.
    """
    require(by, "letters.issue")
    locked = lock_with_answered(letter, by)
    check_state(locked, State.DRAFT)
    if seen_at is not None and locked.edited_at != seen_at:
        raise Conflict(_("Alguien corrigió el borrador mientras usted lo leía: léalo antes de expedirlo."))
    _check_finished(locked)
    today = local_today()
    if answer_due_on and not today <= answer_due_on <= today + _LONGEST_WAIT:
        fault = _("Elija un día de aquí a un año para la respuesta.")
        raise Invalid(fault, errors=[{"pointer": "/answer_due_on", "code": "impossible", "detail": fault}])
    if not locked.series.active:  # put out of use since it was drafted
        locked.series = series_for(incoming=False)
    number = take_number(series=locked.series, on=today)
    locked.year, locked.sequence, locked.number = number
    locked.state, locked.date, locked.entered_at = State.ISSUED, today, timezone.now()
    if locked.kind != Kind.ANSWER:
        locked.answer_due_on = answer_due_on or answer_day(today)
    paper = io.BytesIO(draw_letter(locked))
    locked.pdf = store_attachment(source=paper, user=by, ours=True).attachment
    keep(locked, step=LetterStep.Step.ISSUED, by=by, note=locked.number)
    if locked.answers is not None:
        mark_answered(letter=locked.answers, on=today, by=by, note=locked.number)
    return locked


@transaction.atomic
def record_delivery(
    *,
    letter: Letter,
    by: User,
    delivery: str,
    on: date,
    to: str = "",
    received: bool = True,
    scan: Attachment | None = None,
) -> Letter:
    """Write down that an issued letter was sent, or handed over (``received``), when, how and to whom.

    ``scan`` is the copy with the stamp of who received it. May be done again: the last one stands, and the
    history keeps each. What was answered before anybody noted its delivery stays answered. Raises Invalid for
    a day before it was issued or still to come.
    """
    require(by, "letters.draft")
    locked = lock(letter, by)
    check_state(locked, *(() if locked.incoming else OUT))
    errors: list[FieldError] = []
    if delivery not in Delivery.values:
        errors.append({"pointer": "/delivery", "code": "required", "detail": _("Elija cómo se entregó.")})
    if not (locked.date and locked.date <= on <= local_today()):
        detail = _("El día va de cuando se expidió a hoy.")
        errors.append({"pointer": "/on", "code": "impossible", "detail": detail})
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    locked.delivery, locked.delivered_on, locked.delivered_to = delivery, on, to.strip()
    if locked.state != State.ANSWERED:
        locked.state = State.DELIVERED if received else State.SENT
    locked.scan = scan or locked.scan
    step = LetterStep.Step.HANDED_OVER if received else LetterStep.Step.SENT
    how = ", ".join(filter(None, (str(Delivery(delivery).label), locked.delivered_to, day_of(on))))
    keep(locked, step=step, by=by, note=how)
    return locked


@transaction.atomic
def cancel_letter(*, letter: Letter, by: User, reason: str) -> Letter:
    """Cancel a numbered letter: it keeps its number and its paper, with the reason beside them. What it
    answered has no answer any more."""
    require(by, "letters.issue")
    locked = lock_with_answered(letter, by)
    check_state(locked, *AWAITING)
    if not reason.strip():
        raise Invalid(_("Escriba el motivo."))
    if locked.answered_by.exclude(state__in=(State.DRAFT, State.DISCARDED, State.CANCELLED)).exists():
        raise Conflict(_("Ya tiene respuesta: no se puede cancelar."))
    locked.state, locked.reason = State.CANCELLED, reason.strip()
    keep(locked, step=LetterStep.Step.CANCELLED, by=by, note=locked.reason)
    if locked.answers is not None:
        mark_unanswered(letter=locked.answers, by=by, note=locked.number)
    return locked


def answer_day(start: date) -> date:
    """The last working day on which an answer is expected to what is issued or received on ``start``."""
    return due_date(start, Letterhead.current().answer_days, frozenset(municipal_holidays()))


def _check_finished(letter: Letter) -> None:
    """Nothing is missing on the paper; all that is, is told at once."""
    errors: list[FieldError] = []
    asked = {
        "subject": _("Falta el asunto."),
        "body": _("Falta el texto."),
        "signer_name": _("Falta quién firma."),
        "signer_post": _("Falta el cargo de quien firma."),
    }
    for name, detail in asked.items():
        if not getattr(letter, name).strip():
            errors.append({"pointer": f"/{name}", "code": "required", "detail": detail})
    if not letter.party.strip():
        detail = _("Falta a quién se dirige.")
        errors.append({"pointer": "/party_name", "code": "required", "detail": detail})
    if unfinished(letter.subject, letter.body, letter.party, letter.copies):
        detail = _("Quedan espacios por llenar (________ o {datos}).")
        errors.append({"pointer": "/body", "code": "unfinished", "detail": detail})
    if errors:
        raise Invalid(_("El oficio aún no se puede expedir."), errors=errors)
