"""Letters that come: registered, linked to boletas, and petitions taken down from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.selectors import find_visible
from backend.letters.models import AWAITING, Kind, Letter, LetterCapture, LetterStep, State
from backend.letters.selectors import correspondence_of, registered_by, series_for, visible_letters
from backend.letters.services.answering import mark_answered
from backend.letters.services.numbering import take_number
from backend.letters.services.steps import check_state, keep, lock
from field.folio import FolioError, format_folio
from field.models import Attachment, Petition
from geo.clock import local_today
from geo.problems import FieldError, Invalid, NotFound

#: An earlier letter, or an answer expected later than this from now, is a slip of the keyboard.
LONG_AGO = dt.timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter as it is taken in. ``their_number`` and ``date`` are the sender's; ``body`` a summary."""

    party_name: str
    party_post: str
    party_institution: str
    their_number: str
    date: dt.date | None
    received_on: dt.date
    subject: str
    body: str = ""
    answer_due_on: dt.date | None = None
    reserved: bool = False


@transaction.atomic
def receive_letter(
    *,
    letter: Incoming,
    by: User,
    petitions: list[Petition] | None = None,
    answers: Letter | None = None,
    scan: Attachment | None = None,
    request: UUID | None = None,
) -> Letter:
    """Register a letter that came, with a number of its own, and mark the one that it answers.

    The same ``request`` again, at once or later, gets the letter that it registered. One that answers ours
    owes no answer, whatever day was proposed: article 8 is for who petitions. Raises Invalid for days that
    cannot be, and NotFound where ``answers`` is out of the person's sight.
    """
    require(by, "letters.draft")
    if request:
        _wait_for(request)
        if registered := registered_by(request, by):
            return registered
    if answers:
        letter = replace(letter, answer_due_on=None)
    errors = _date_errors(letter)
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    if answers and not visible_letters(by).filter(pk=answers.pk).exists():
        raise NotFound(_("No hay un oficio así a su alcance."))
    series = series_for(incoming=True)
    number = take_number(series=series, on=local_today())
    about = [*(petitions or []), *(answers.petitions.select_related("category") if answers else [])]
    kept = Letter(
        kind=Kind.INCOMING,
        state=State.RECEIVED,
        series=series,
        year=number.year,
        sequence=number.sequence,
        number=number.text,
        answers=answers,
        scan=scan,
        request=request,
        prepared_by=by,
        entered_at=timezone.now(),
        **asdict(letter)
        | {"reserved": letter.reserved or any(petition.category.sensitive for petition in about)},
    )
    keep(kept, step=LetterStep.Step.RECEIVED, by=by, note=kept.number)
    kept.petitions.set(about)
    if answers:
        mark_answered(letter=answers, on=letter.received_on, by=by, note=kept.number)
    return kept


@transaction.atomic
def link_petition(*, letter: Letter, key: str, by: User) -> Petition:
    """Link a letter that came to the boleta of a folio however typed; twice is harmless.

    Raises NotFound, or FolioError for a mistyped one.
    """
    require(by, "letters.draft")
    locked = lock(letter, by)
    check_state(locked, State.RECEIVED, State.ANSWERED)
    petition = find_visible(by, key)
    if not locked.petitions.filter(pk=petition.pk).exists():
        locked.petitions.add(petition)
        if petition.category.sensitive:
            locked.reserved = True
            _reserve(locked)
        keep(locked, step=LetterStep.Step.LINKED, by=by, note=format_folio(petition.folio))
    return petition


@transaction.atomic
def begin_capture(*, letter: Letter, by: User) -> LetterCapture:
    """Announce a petition that is about to be taken down from a letter; its id links them when it comes."""
    require(by, "field.capture")
    locked = lock(letter, by)
    check_state(locked, State.RECEIVED, State.ANSWERED)
    return LetterCapture.objects.create(letter=locked, by=by)


@transaction.atomic
def link_captured(*, petitions: list[Petition]) -> None:
    """Link the petitions that were announced by ``begin_capture`` to their letters. One query for none."""
    by_id = {petition.pk: petition for petition in petitions}
    for capture in LetterCapture.objects.filter(pk__in=by_id).select_related("letter", "by"):
        petition = by_id[capture.pk]
        capture.letter.petitions.add(petition)
        if petition.category.sensitive:
            _reserve(capture.letter)
        LetterStep.objects.create(
            letter=capture.letter,
            step=LetterStep.Step.LINKED,
            at=timezone.now(),
            by=capture.by,
            note=format_folio(petition.folio),
        )


def _reserve(letter: Letter) -> None:
    """Hide, with a letter that turned out to be about something reserved, what was written back and forth."""
    Letter.objects.filter(pk__in=correspondence_of([letter.pk])).update(reserved=True)


def request_of(sheet: UUID, letter: Incoming) -> UUID:
    """What names a registration: the same letter from one sheet twice is one; another from it is another."""
    return uuid5(sheet, repr(letter))


def _wait_for(request: UUID) -> None:
    """Until whoever sends the same at this moment has registered it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [request.int >> 65])


def read_folios(*, text: str, by: User) -> list[Petition]:
    """The boletas of folios however typed, apart by spaces, commas or lines. Raises Invalid that names each
    that cannot be found."""
    petitions, errors = [], list[FieldError]()
    for key in text.replace(",", " ").replace(";", " ").split():
        try:
            petitions.append(find_visible(by, key))
        except (NotFound, FolioError) as problem:
            detail = f"{key[:20]}: {problem.detail}"
            errors.append({"pointer": "/folios", "code": "unknown", "detail": detail})
    if errors:
        raise Invalid(_("Revise los folios."), errors=errors)
    return petitions


def awaited_by(user: User, kept: str) -> Letter | None:
    """The letter of ours, with that number, that still awaits an answer."""
    letters = visible_letters(user).outgoing().filter(state__in=AWAITING)
    return letters.filter(number__iexact=kept.strip()).first() if kept.strip() else None


def _date_errors(letter: Incoming) -> list[FieldError]:
    today, errors = local_today(), list[FieldError]()
    if letter.received_on > today:
        detail = _("Todavía no llega ese día.")
        errors.append({"pointer": "/received_on", "code": "future", "detail": detail})
    elif letter.received_on < today - LONG_AGO:
        detail = _("Esa fecha es de hace más de cinco años: revise el año.")
        errors.append({"pointer": "/received_on", "code": "too_early", "detail": detail})
    if letter.date and letter.date > letter.received_on:
        detail = _("La fecha del oficio es posterior a cuando se recibió.")
        errors.append({"pointer": "/date", "code": "impossible", "detail": detail})
    if letter.answer_due_on and not letter.received_on <= letter.answer_due_on < today + LONG_AGO:
        detail = _("Elija un día desde que se recibió, y de aquí a cinco años.")
        errors.append({"pointer": "/answer_due_on", "code": "impossible", "detail": detail})
    return errors
