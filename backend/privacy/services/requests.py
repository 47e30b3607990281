"""ARCO requests: registered, extended once, answered; each step written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.privacy.models import ArcoRequest, ArcoStep, ArcoSubject
from backend.privacy.terms import (
    TO_ANSWER,
    TO_EXTEND,
    TO_FULFIL,
    may_extend,
    say_not_ours_by,
    working_days_after,
)
from geo.clock import local_today
from geo.problems import Conflict, Invalid

VERB: Final = "privacy.answer"


@transaction.atomic
def register_request(*, by: User, received_on: date, **said: Any) -> ArcoRequest:
    """Register a request and count its twenty working days. Raises Invalid or NotAllowed."""
    require(by, VERB)
    if received_on > local_today():
        detail = _("La fecha en que se recibió no puede ser futura.")
        raise Invalid(detail, errors=[{"pointer": "/received_on", "code": "future", "detail": detail}])
    request = ArcoRequest.objects.create(
        number=_next_number(received_on.year),
        received_on=received_on,
        due_on=working_days_after(received_on, TO_ANSWER),
        **said,
    )
    add_step(request=request, by=by, act="registered")
    return request


@transaction.atomic
def tick_subjects(
    *,
    request: ArcoRequest,
    by: User,
    petitions: Iterable[UUID] = (),
    records: Iterable[int] = (),
    letters: Iterable[int] = (),
    named: bool = False,
) -> int:
    """Say which boletas, held records and letters are of who asks; how many were not ticked before.

    Those ``named`` are somebody else's: their words name who asks, and nothing else in them is theirs.
    """
    locked = lock_open(request, by)
    before = locked.subjects.count()
    rows = [ArcoSubject(request=locked, petition_id=petition, named=named) for petition in petitions]
    rows += [ArcoSubject(request=locked, record_id=record, named=named) for record in records]
    rows += [ArcoSubject(request=locked, letter_id=letter, named=named) for letter in letters]
    ArcoSubject.objects.bulk_create(rows, ignore_conflicts=True)
    added = locked.subjects.count() - before
    if added:
        add_step(
            request=locked,
            by=by,
            act="named" if named else "ticked",
            text=ngettext("Se agregó %(n)s.", "Se agregaron %(n)s.", added) % {"n": added},
        )
    return added


@transaction.atomic
def untick_subject(*, request: ArcoRequest, subject: int, by: User) -> None:
    """Take back a tick that was a mistake."""
    locked = lock_open(request, by)
    deleted, _each = locked.subjects.filter(pk=subject).delete()
    if deleted:
        add_step(request=locked, by=by, act="unticked")


@transaction.atomic
def extend_request(*, request: ArcoRequest, reason: str, by: User) -> ArcoRequest:
    """Take ten working days more, once, before the first twenty end. Raises Invalid or Conflict."""
    locked = lock_open(request, by)
    if not may_extend(locked):
        raise Conflict(_("El plazo se amplía una sola vez, y antes de que venza."))
    locked.extension_reason = said(reason, "/reason", _("Diga por qué."))
    locked.due_on, locked.extended = working_days_after(locked.due_on, TO_EXTEND), True
    locked.save(update_fields=["due_on", "extended", "extension_reason"])
    add_step(request=locked, by=by, act="extended")
    return locked


@transaction.atomic
def resolve_request(
    *, request: ArcoRequest, by: User, outcome: str, letter: str, cause: str = ""
) -> ArcoRequest:
    """Answer: it proceeds, or it does not and for which cause of the law, with the letter's text.

    That the municipality is not who must answer may be said late, and the trail then says so.
    """
    locked = lock_open(request, by)
    if locked.resolved_at:
        raise Conflict(_("La solicitud ya se respondió."))
    letter = said(letter, "/letter", _("Escriba la respuesta que se le da a la persona."))
    if locked.waits_for_person:
        raise Conflict(_("Se le pidió completar su solicitud: anote primero si lo hizo."))
    refused = outcome == ArcoRequest.Outcome.REFUSED
    if refused and cause not in ArcoRequest.Cause.values:
        detail = _("Elija la causa por la que no procede.")
        raise Invalid(detail, errors=[{"pointer": "/cause", "code": "required", "detail": detail}])
    if not refused and not _has_what_it_is_about(locked):
        raise Conflict(_("Primero busque los datos de la persona y marque cuáles son suyos."))
    locked.outcome, locked.letter, locked.cause = outcome, letter, cause if refused else ""
    locked.resolved_at = timezone.now()
    locked.effective_by = None if refused else working_days_after(local_today(), TO_FULFIL)
    locked.save(update_fields=["outcome", "letter", "cause", "resolved_at", "effective_by"])
    add_step(request=locked, by=by, act=outcome, text=_said_late(locked))
    return locked


def _said_late(request: ArcoRequest) -> str:
    """That the three days of article 47 had gone, where they matter and had."""
    if request.cause != ArcoRequest.Cause.COMPETENCE or local_today() <= say_not_ours_by(request):
        return ""
    return _("Ya habían pasado los tres días hábiles del artículo 47.")


def _has_what_it_is_about(request: ArcoRequest) -> bool:
    """Nothing may be the answer to access; words of others can be erased, not corrected nor called."""
    match request.right:
        case ArcoRequest.Right.ACCESS:
            return True
        case ArcoRequest.Right.CANCELLATION:
            return request.subjects.exists()
        case _:
            return request.subjects.filter(named=False).exists()


def lock_open(request: ArcoRequest, by: User) -> ArcoRequest:
    """The request once nobody else holds it. Raises NotAllowed, or Conflict for one that is closed."""
    require(by, VERB)
    locked = ArcoRequest.objects.select_for_update().get(pk=request.pk)
    if not locked.open:
        raise Conflict(_("La solicitud ya está cerrada."))
    return locked


def lock_granted(request: ArcoRequest, by: User, right: str) -> ArcoRequest:
    """The open request, if it was granted and is of this right."""
    locked = lock_open(request, by)
    if locked.right != right:
        raise Conflict(_("La solicitud no es de ese derecho."))
    if locked.outcome != ArcoRequest.Outcome.GRANTED:
        raise Conflict(_("Primero responda que procede; después se hace efectiva."))
    return locked


def fulfil(*, request: ArcoRequest) -> None:
    """What was granted is done."""
    request.fulfilled_at = timezone.now()
    request.save(update_fields=["fulfilled_at"])


def add_step(*, request: ArcoRequest, by: User, act: str, text: str = "") -> ArcoStep:
    """Append to what was done about a request."""
    return ArcoStep.objects.create(request=request, at=timezone.now(), by=by, act=act, text=text)


def said(text: str, pointer: str, detail: str) -> str:
    """What was written, rid of what no database keeps. Raises Invalid with ``detail`` for nothing."""
    text = text.replace("\0", "").strip()
    if not text:
        raise Invalid(detail, errors=[{"pointer": pointer, "code": "required", "detail": detail}])
    return text


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        # Two registered at once wait for each other: numbers have no gaps and none is given twice.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x4152434F0000 + year])
    prefix = f"ARCO-{year}-"
    last = ArcoRequest.objects.filter(number__startswith=prefix).order_by("-number").first()
    return f"{prefix}{int(last.number[len(prefix) :]) + 1 if last else 1:04d}"
