"""Making a granted request effective: handing over, correcting, erasing, and not contacting again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.notifications.persons import forget_opt_outs
from backend.notifications.ports.file import forget_in_files
from backend.privacy.erasing import addresses_of, holder_of
from backend.privacy.export import export_of
from backend.privacy.finding import Sought
from backend.privacy.keeping import Kept
from backend.privacy.models import ArcoRequest, ArcoSubject, OldValue
from backend.privacy.services.blocking import block
from backend.privacy.services.forgetting import (
    forget_letter,
    forget_petition,
    forget_record,
    forget_request,
    forget_requests_of,
)
from backend.privacy.services.loose import forget_loose_words
from backend.privacy.services.questions import forget_questions
from backend.privacy.services.requests import add_step, fulfil, lock_granted
from backend.validation.models import CallItem
from backend.validation.services.calls import let_go_of_unwilling
from field.folio import format_folio
from field.models import Petitioner
from field.services.corrections import correct_personal_data
from geo.problems import Conflict, Invalid


@transaction.atomic
def export_for(*, request: ArcoRequest, by: User) -> bytes:
    """All that is kept of who asks, as a ZIP to hand over, and that it was. Raises Conflict or NotAllowed."""
    locked = lock_granted(request, by, ArcoRequest.Right.ACCESS)
    add_step(request=locked, by=by, act="exported")
    return export_of(locked)


@transaction.atomic
def rectify(*, request: ArcoRequest, subject: ArcoSubject, values: Mapping[str, str], by: User) -> list[str]:
    """Correct these values of a boleta; what each said before stays with the request. The labels corrected.

    Raises Invalid where nothing changes, Conflict or NotAllowed.
    """
    locked = lock_granted(request, by, ArcoRequest.Right.RECTIFICATION)
    if subject.petition_id is None:
        raise Conflict(_("Lo retenido se corrige en «Por componer»."))
    if subject.named:
        raise Conflict(_("Esa boleta es de otra persona: sus datos no se corrigen aquí."))
    before = correct_personal_data(petition_id=subject.petition_id, values=values)
    if not before:
        raise Invalid(_("No cambió ningún dato."))
    step = add_step(request=locked, by=by, act="rectified", text=", ".join(before))
    OldValue.objects.bulk_create(
        OldValue(step=step, petition_id=subject.petition_id, label=key, before=value)
        for key, value in before.items()
    )
    return list(before)


@transaction.atomic
def close_fulfilled(*, request: ArcoRequest, right: str, by: User) -> None:
    """Say that a granted access or rectification is done. The other two are done by doing them."""
    locked = lock_granted(request, by, right)
    if right not in (ArcoRequest.Right.ACCESS, ArcoRequest.Right.RECTIFICATION):
        raise Conflict(_("Esto se hace efectivo suprimiendo los datos o anotando la oposición."))
    fulfil(request=locked)
    add_step(request=locked, by=by, act="fulfilled")


@transaction.atomic
def object_to_contact(*, request: ArcoRequest, by: User) -> int:
    """Have nobody write to nor call who asks, at any of the boletas ticked as theirs; how many those are."""
    locked = lock_granted(request, by, ArcoRequest.Right.OBJECTION)
    petitions = locked.subjects.filter(named=False, petition__isnull=False).values("petition")
    marked = Petitioner.objects.filter(petition__in=petitions).update(objects_to_contact=True)
    let_go_of_unwilling(items=CallItem.objects.filter(petition__in=petitions))
    fulfil(request=locked)
    add_step(
        request=locked,
        by=by,
        act="objected",
        text=ngettext("En %(n)s boleta.", "En %(n)s boletas.", marked) % {"n": marked},
    )
    return marked


@transaction.atomic
def anonymise(*, request: ArcoRequest, choices: Mapping[str, str], typed: str, by: User) -> int:
    """Erase who asks from every boleta, held record and letter ticked; how many passages were changed.

    ``choices`` has EMPTY, REDACT or KEEP by passage (``petition/source/key``, or ``letters/key``); identities
    are emptied whatever it says, and of what only names the person nothing but words go. ``typed`` is the
    request's number: this cannot be undone. Boletas, letters, their figures and their steps stay; the request
    keeps its number, its dates and its trail, without the person. Where the office blocks before it
    suppresses, what goes is kept apart until its day. Raises Invalid, Conflict or NotAllowed.
    """
    locked = lock_granted(request, by, ArcoRequest.Right.CANCELLATION)
    if typed.strip().upper() != locked.number:
        detail = _("Escriba %(number)s, tal cual, para suprimir los datos.") % {"number": locked.number}
        raise Invalid(detail, errors=[{"pointer": "/typed", "code": "mismatch", "detail": detail}])
    holder, kept = holder_of(locked), Kept()
    subjects = list(locked.subjects.select_related("petition", "record", "letter").order_by("pk"))
    changed = sum(_forget(subject, holder, choices, by, kept) for subject in subjects)
    own = [subject for subject in subjects if not subject.named]
    fulfil(request=locked)
    forget_questions(person=holder)
    forget_loose_words(person=holder, kept=kept)
    forget_opt_outs(addresses=addresses_of(holder))
    forget_requests_of(
        holder=locked.holder,
        person=holder,
        petitions=[subject.petition_id for subject in own if subject.petition_id],
        kept=kept,
        letters=[subject.letter_id for subject in own if subject.letter_id],
    )
    forget_request(request=locked, kept=kept)
    act = "blocked" if block(kept=kept, told=locked.number, request=locked) else "anonymised"
    add_step(request=locked, by=by, act=act, text=", ".join(filter(None, map(_label, subjects))))
    transaction.on_commit(forget_in_files)
    return changed


def _forget(subject: ArcoSubject, holder: Sought, choices: Mapping[str, str], by: User, kept: Kept) -> int:
    """Erase who asks from one thing ticked; how many passages were changed."""
    named = subject.named
    if (petition := subject.petition) is not None:
        return forget_petition(petition_id=petition.pk, also=holder, choices=choices, kept=kept, named=named)
    if (letter := subject.letter) is not None:
        return forget_letter(letter=letter, also=holder, choices=choices, kept=kept, named=named)
    if subject.record is not None:
        forget_record(record=subject.record, also=holder, by=by, kept=kept, named=named)
    return 1


def _label(subject: ArcoSubject) -> str:
    """What the trail calls it; a held record has no name."""
    if subject.petition is not None:
        return format_folio(subject.petition.folio)
    return str(subject.letter) if subject.letter is not None else ""
