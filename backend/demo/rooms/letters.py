"""Letters: to institutions and departments, answers to who asked, what came, and a few that went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from backend.accounts.models import User
from backend.casework.deadlines import due_date
from backend.casework.models import StatusChange
from backend.demo.diary import Affair, moment
from backend.demo.names import read_data
from backend.demo.rooms.city_hall import CityHall, last_at
from backend.letters.models import Delivery, Kind, Letter, Letterhead, LetterTemplate
from backend.letters.services.drafts import (
    LetterText,
    discard_draft,
    draft_letter,
    edit_draft,
    prepare_letter,
)
from backend.letters.services.incoming import Incoming, receive_letter
from backend.letters.services.issuing import cancel_letter, issue_letter, record_delivery
from backend.letters.services.office import save_letterhead
from field.models import Petition, Status
from field.querysets import PetitionQuerySet
from geo.clock import local_today
from geo.models import Place

_WORDS: Final[dict[str, Any]] = read_data("rooms")
_LONG_AGO: Final = 40  # working days: as far back as the register reaches
_RECEIVED_BY: Final = "Oficialía de partes"


def set_letterhead(hall: CityHall, at: datetime) -> None:
    """How the office heads and signs its papers."""
    words, director = _WORDS["letterhead"], hall.staff.director
    head = Letterhead.current()
    for name, value in words.items():
        setattr(head, name, value)
    head.signer_name = director.get_full_name()
    with moment(at):
        save_letterhead(letterhead=head, by=director)


def affairs(hall: CityHall) -> Iterator[Affair]:
    """An affair for each letter and what came of it. Each issued one is a paper to draw: they are few."""
    outside = StatusChange.objects.filter(move="external", by_letter=True)
    outside = outside.filter(petition__category__sensitive=False, at__gte=hall.hours.before_end(_LONG_AGO))
    for step in outside.order_by("-at", "pk")[: hall.some(2, 4)]:
        yield _to_institution(hall, step)
    for number, petition in enumerate(hall.claim(_answerable(hall, Status.ATTENDED), hall.some(2, 4))):
        yield _answer(hall, petition, "Se atendió", draft=number == 1)
    for petition in hall.claim(_answerable(hall, Status.NOT_PROCEEDING), 1):
        yield _answer(hall, petition, "No procede")
    for petition in hall.claim(_answerable(hall, Status.IN_HAND), 1):
        yield _answer(hall, petition, "Está en trámite", cancelled=True)
    for petition in hall.claim(_answerable(hall, Status.IN_HAND), 1):
        yield _discarded(hall, petition)
    late = Petition.objects.filter(status=Status.IN_HAND, due_on__lt=hall.hours.before_end(20).date())
    late = late.filter(category__sensitive=False, place__isnull=False, echo_of=None)
    for number, petition in enumerate(hall.claim(late, 2)):
        yield _to_department(hall, petition, answered=number == 0)
    yield from _incoming(hall)


def _answerable(hall: CityHall, status: Status) -> PetitionQuerySet:
    """Boletas of people with a name, that came to where they stand some weeks or days ago."""
    since, until = hall.hours.before_end(_LONG_AGO), hall.hours.before_end(6)
    standing = Petition.objects.filter(status=status, status_at__gte=since, status_at__lt=until)
    named = standing.exclude(petitioner=None).exclude(petitioner__name="")
    return named.filter(category__sensitive=False, place__isnull=False, echo_of=None)


def _incoming(hall: CityHall) -> Iterator[Affair]:
    """What came from outside, each about a boleta that came by letter, where there is one."""
    places = list(Place.objects.filter(kind=Place.Kind.COLONIA).order_by("-population", "pk")[:20])
    by_letter = Petition.objects.filter(channel="oficio", category__sensitive=False)
    for words in _WORDS["incoming"]:
        about = hall.claim(by_letter, 1) if words["linked"] else []
        place = about[0].place if about and about[0].place else hall.chance.choice(places)
        yield _came(hall, words, place.name, about)


def _came(hall: CityHall, words: dict[str, Any], place: str, about: list[Petition]) -> Affair:
    at = hall.hours.before_end(words["days_ago"])
    if about:
        at = max(at, hall.hours.later(about[0].received_at, 1))
    yield at
    day, rest = local_today(), hall.hours.rest_days
    receive_letter(
        letter=Incoming(
            party_name=words["party_name"],
            party_post=words["party_post"],
            party_institution=words["party_institution"].format(place=place),
            their_number=words["their_number"],
            date=hall.hours.day_before(day),
            received_on=day,
            subject=words["subject"],
            body=words["body"],
            answer_due_on=due_date(day, words["answer_days"], rest) if words["answer_days"] else None,
            reserved=words.get("reserved", False),
        ),
        by=hall.auxiliar,
        petitions=about,
    )


def _to_institution(hall: CityHall, step: StatusChange) -> Affair:
    """Prepared as the boleta is referred outside; signed, sent, and answered as the boleta is closed."""
    closed = StatusChange.objects.filter(petition=step.petition_id, move="close").order_by("at").first()
    by, petition = step.by or hall.staff.jefe, _for_letter(step.petition_id)
    yield step.at
    letter = prepare_letter(
        kind=Kind.INSTITUTION,
        by=by,
        petitions=[petition],
        template=_template(Kind.INSTITUTION, "Turnar una petición"),
        institution=step.institution,
    )
    yield (at := hall.hours.soon(step.at))
    _finish(letter, by, post=_WORDS["institutions"].get(step.institution, "Titular"))
    yield (at := hall.hours.later(at, 1))
    issue_letter(letter=letter, by=hall.chief)
    yield (at := hall.hours.later(at, 1))
    _deliver(hall, letter, Delivery.MESSENGER, to=_RECEIVED_BY)
    if closed is not None:
        yield max(closed.at, hall.hours.later(at, 2))
        _answered(hall, letter, closed.note, their="OF")


def _answer(
    hall: CityHall, petition: Petition, template: str, *, draft: bool = False, cancelled: bool = False
) -> Affair:
    """A written answer to who asked, by hand or by e-mail; one is left for the chief to sign."""
    at = hall.hours.later(last_at(petition), 1)
    by = hall.auxiliar
    yield at
    letter = draft_letter(
        kind=Kind.ANSWER,
        by=by,
        petitions=[_for_letter(petition.pk)],
        template=_template(Kind.ANSWER, template),
    )
    if draft:
        return
    yield (at := hall.hours.soon(at))
    _finish(letter, by)
    yield (at := hall.hours.later(at, 1))
    issue_letter(letter=letter, by=hall.chief)
    yield (at := hall.hours.later(at, 1))
    if cancelled:
        cancel_letter(letter=letter, by=hall.chief, reason=_WORDS["answers"]["cancelled"])
    else:
        _deliver(hall, letter, Delivery.BY_HAND, to=petition.petitioner.name)


def _discarded(hall: CityHall, petition: Petition) -> Affair:
    at, by = hall.hours.before_end(4), hall.auxiliar
    yield at
    template = _template(Kind.ANSWER, "Está en trámite")
    letter = draft_letter(kind=Kind.ANSWER, by=by, petitions=[_for_letter(petition.pk)], template=template)
    yield hall.hours.later(at, 1)
    discard_draft(letter=letter, by=by, reason=_WORDS["answers"]["discarded"])


def _to_department(hall: CityHall, petition: Petition, *, answered: bool) -> Affair:
    """A report asked of a department about a boleta that is late; one answers."""
    at, by = hall.hours.before_end(14), hall.auxiliar
    yield at
    letter = draft_letter(
        kind=Kind.DEPARTMENT,
        by=by,
        petitions=[_for_letter(petition.pk)],
        template=_template(Kind.DEPARTMENT, "Pedir informe de una petición vencida"),
    )
    yield (at := hall.hours.soon(at))
    _finish(letter, by, post=_WORDS["departments"]["post"])
    yield (at := hall.hours.later(at, 1))
    issue_letter(letter=letter, by=hall.chief)
    yield (at := hall.hours.soon(at))
    _deliver(hall, letter, Delivery.BY_HAND, to=_RECEIVED_BY)
    if answered:
        yield hall.hours.later(at, 5)
        _answered(hall, letter, _WORDS["answers"]["department"], their="DIR")


def _for_letter(key: Any) -> Petition:
    return Petition.objects.select_related("category", "department", "place", "petitioner").get(pk=key)


def _template(kind: str, name: str) -> LetterTemplate:
    return LetterTemplate.objects.get(kind=kind, name=name)


def _finish(letter: Letter, by: User, *, post: str = "") -> None:
    """Who writes it reads it over, and fills in whom it goes to."""
    letter.refresh_from_db()
    edit_draft(
        letter=letter,
        text=LetterText(
            party_name=letter.party_name,
            party_post=post or letter.party_post,
            party_institution=letter.party_institution,
            subject=letter.subject,
            body=letter.body,
            signer_name=letter.signer_name,
            signer_post=letter.signer_post,
            with_map=letter.with_map,
        ),
        by=by,
    )


def _deliver(hall: CityHall, letter: Letter, delivery: str, *, to: str) -> None:
    record_delivery(
        letter=letter, by=hall.auxiliar, delivery=delivery, on=local_today(), to=to, received=True
    )


def _answered(hall: CityHall, letter: Letter, said: str, *, their: str) -> None:
    """The other side's letter, registered as it comes."""
    letter.refresh_from_db()
    day = local_today()
    receive_letter(
        letter=Incoming(
            party_name="",
            party_post=letter.party_post,
            party_institution=letter.party_institution,
            their_number=f"{their}-{hall.chance.randint(100, 980)}/{day.year}",
            date=day,
            received_on=day,
            subject=f"Respuesta al oficio {letter.number}",
            body=said,
        ),
        by=hall.auxiliar,
        answers=letter,
    )
