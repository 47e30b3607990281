"""Requests under the law of personal data: one of each kind, at each stage, and one that is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from backend.demo.diary import Affair
from backend.demo.names import read_data
from backend.demo.rooms.city_hall import CityHall
from backend.privacy.models import ArcoRequest
from backend.privacy.services import fulfilment
from backend.privacy.services.requests import (
    extend_request,
    register_request,
    resolve_request,
    tick_subjects,
)
from field.models import Petition, Status
from field.querysets import PetitionQuerySet
from geo.clock import local_today

_CASES: Final[list[dict[str, Any]]] = read_data("rooms")["arco"]
Right = ArcoRequest.Right


def affairs(hall: CityHall) -> Iterator[Affair]:
    """An affair for each request; ``data/rooms.toml`` says what was asked and how far it got."""
    for case in _CASES:
        found = hall.claim(_boletas(case), 1)
        if found:
            yield _request(hall, case, found[0])


def _boletas(case: dict[str, Any]) -> PetitionQuerySet:
    """Boletas of people who can be asked of: their own data go only when nothing is owed any more."""
    with_person = Petition.objects.exclude(petitioner=None).exclude(petitioner__name="")
    with_person = with_person.filter(category__sensitive=False, echo_of=None)
    if case["right"] == Right.CANCELLATION:
        return with_person.filter(status=Status.CLOSED)
    return with_person.filter(status__in=(Status.CLOSED, Status.IN_HAND, Status.UNREAD))


def _request(hall: CityHall, case: dict[str, Any], petition: Petition) -> Affair:
    hours, by = hall.hours, hall.chief
    yield (at := hours.before_end(case["days_ago"]))
    person = petition.petitioner
    request = register_request(
        by=by,
        received_on=local_today(),
        right=case["right"],
        holder=person.name,
        representative="",
        identity_shown=case["identity"],
        contact=person.email or person.phone,
        means=case["means"],
        asked=case["asked"],
    )
    if case["stage"] == "registered":
        return
    yield (at := hours.later(at, 2))
    tick_subjects(request=request, by=by, petitions=[petition.pk])
    if case["stage"] == "ticked":
        return
    yield (at := hours.later(at, case["answer_days"]))
    if case["stage"] == "extended":
        extend_request(request=request, reason=case["reason"], by=by)
        return
    resolve_request(
        request=request, by=by, outcome=case["outcome"], letter=case["letter"], cause=case.get("cause", "")
    )
    if case["stage"] == "fulfilled":
        yield (at := hours.later(at, 3))
        yield from _fulfil(hall, request, petition, at)


def _fulfil(hall: CityHall, request: ArcoRequest, petition: Petition, at: datetime) -> Affair:
    """What the right asks for; the last two are done by doing them."""
    by = hall.chief
    if request.right == Right.CANCELLATION:
        fulfilment.anonymise(request=request, choices={}, typed=request.number, by=by)
    elif request.right == Right.OBJECTION:
        fulfilment.object_to_contact(request=request, by=by)
    elif request.right == Right.RECTIFICATION:
        phone = f"099 555 {hall.chance.randint(0, 9999):04d}"
        subject = request.subjects.get(petition=petition.pk)
        fulfilment.rectify(request=request, subject=subject, values={"phone": phone}, by=by)
        yield hall.hours.soon(at)
        fulfilment.close_fulfilled(request=request, right=Right.RECTIFICATION, by=by)
    else:
        fulfilment.export_for(request=request, by=by)
        yield hall.hours.soon(at)
        fulfilment.close_fulfilled(request=request, right=Right.ACCESS, by=by)
