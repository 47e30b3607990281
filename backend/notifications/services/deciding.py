"""What the office decides: what each event says and whether it is told, which messages go, who hears none."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.selectors import visible_to
from backend.casework.services.statuses import append_note
from backend.notifications.addresses import address as spelt
from backend.notifications.models import EventRule, Message, MessageTemplate, OptOut
from backend.notifications.selectors import contacts_of
from backend.notifications.services.carriers import wake_carriers
from backend.notifications.vocabulary import FIELDS, RELEASABLE, WITHDRAWABLE, Event, Mode, Reason, State, Way
from field.models import Petition
from geo.placeholders import check_placeholders
from geo.problems import Conflict, FieldError, Invalid, NotFound

SUBJECT_MAX_LENGTH = 150
#: A long letter; ten SMS.
BODY_MAX_LENGTH = {Way.EMAIL: 8000, Way.SMS: 1500, Way.WHATSAPP: 4000}


@transaction.atomic
def write_template(*, event: str, way: str, subject: str, body: str, by: User) -> MessageTemplate:
    """Keep a new text for an event and a way. Raises NotAllowed, NotFound, or Invalid with pointers."""
    require(by, "notifications.edit")
    if errors := faults_of_template(event=event, way=way, subject=subject, body=body):
        raise Invalid(_("Revise el texto."), errors=errors)
    subject = " ".join(subject.split()) if way == Way.EMAIL else ""
    return MessageTemplate.objects.create(event=event, way=way, subject=subject, body=body.strip(), by=by)


def faults_of_template(*, event: str, way: str, subject: str, body: str) -> list[FieldError]:
    """What is wrong with a text, with pointers. Raises NotFound for an event or a way that is none."""
    if event not in Event.values or way not in Way.values:
        raise NotFound(_("No existe ese aviso."))
    errors: list[FieldError] = []
    if way == Way.EMAIL and not subject.strip():
        errors.append(_fault("subject", "required", _("Escriba el asunto.")))
    if len(subject) > SUBJECT_MAX_LENGTH:
        errors.append(_fault("subject", "max_length", _("El asunto es demasiado largo.")))
    if not body.strip():
        errors.append(_fault("body", "required", _("Escriba el texto.")))
    if len(body) > BODY_MAX_LENGTH[Way(way)]:
        errors.append(_fault("body", "max_length", _("El texto es demasiado largo.")))
    for name, text in (("subject", subject), ("body", body)):
        if "\0" in text:
            errors.append(_fault(name, "invalid", _("Tiene caracteres que no se pueden guardar.")))
        errors += [_fault(name, "placeholder", wrong) for wrong in check_placeholders(text, FIELDS)]
    return errors


@transaction.atomic
def set_mode(*, event: str, mode: str, by: User) -> None:
    """Say whether citizens hear of an event, and whether somebody reads it first."""
    require(by, "notifications.edit")
    if event not in Event.values or mode not in Mode.values:
        raise NotFound(_("No existe ese aviso."))
    EventRule.objects.update_or_create(event=event, defaults={"mode": mode})


@transaction.atomic
def release_messages(*, ids: Collection[int], by: User) -> int:
    """Let messages that wait for somebody's eyes go, and try again those that failed: how many go.

    One that may have left already is not among them: see ``resend_messages``.
    """
    require(by, "notifications.see")
    return _let_go(_within_reach(ids, by).filter(state__in=RELEASABLE))


@transaction.atomic
def resend_messages(*, ids: Collection[int], by: User) -> int:
    """Send messages of which nobody knows whether they left: the person has asked, or decided. How many go.

    Raises Conflict where somebody has decided on all of them already.
    """
    require(by, "notifications.see")
    n = _let_go(_within_reach(ids, by).filter(state=State.UNSURE))
    if not n:
        raise Conflict(
            ngettext("Ese aviso ya no está en duda.", "Esos avisos ya no están en duda.", len(ids))
        )
    return n


@transaction.atomic
def withdraw_messages(*, ids: Collection[int], by: User) -> int:
    """Decide that messages that have not left are not to go: how many."""
    require(by, "notifications.see")
    withdrawable = _within_reach(ids, by).filter(state__in=WITHDRAWABLE)
    return withdrawable.update(state=State.DROPPED, reason=Reason.WITHDRAWN)


@transaction.atomic
def note_wish(*, petition: Petition, wants: bool, by: User) -> None:
    """Note that a boleta's citizen wants no messages, or wants them again; its story says who noted it."""
    require(by, "notifications.see")
    changed = [
        opt_in(address=address, by=by) if wants else opt_out(address=address, by=by)
        for address in contacts_of(petition)
    ]
    if any(changed):
        note = _("Pidió recibir avisos otra vez.") if wants else _("Pidió no recibir avisos.")
        append_note(petition=petition, by=by, note=note)


@transaction.atomic
def opt_out(*, address: str, by: User | None) -> bool:
    """Note that an address, in any spelling, wants no messages; whether that is new."""
    _row, created = OptOut.objects.get_or_create(address=spelt(address), defaults={"by": by})
    return created


@transaction.atomic
def opt_in(*, address: str, by: User) -> bool:
    """Note that an address wants messages again, as the person told the office; whether that is new."""
    require(by, "notifications.see")
    gone, _by_model = OptOut.objects.filter(address=spelt(address)).delete()
    return bool(gone)


def _let_go(messages: QuerySet[Message]) -> int:
    n = messages.update(state=State.WAITING, reason="", send_after=timezone.now(), attempts=0, error="")
    if n:
        wake_carriers()
    return n


def _within_reach(ids: Collection[int], by: User) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=ids, petition__in=visible_to(by))


def _fault(name: str, code: str, detail: str) -> FieldError:
    return {"pointer": f"/{name}", "code": code, "detail": detail}
