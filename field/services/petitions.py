"""Receiving petitions: from a tablet, the office, ODK or history, always as a list."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import h3.api.basic_int as h3
from django.db import DEFAULT_DB_ALIAS, transaction

from field.models import Category, Petition, PetitionAttachment, Petitioner, Status
from field.services.folios import issue_folios
from field.signals import petitions_arriving, petitions_received
from field.telephones import digits_in, in_plain_digits
from geo.bulk import copy_rows
from geo.models import Certainty, Place
from geo.services.locate import Location, locate_points, settle_doubts

CELL_RESOLUTION = 10
#: A WGS 84 point as PostGIS reads it. As text it costs a tenth of a GEOS point, and Django makes one of it
#: for whoever asks for ``petition.location``.
_EWKB_POINT = struct.Struct("<BIIdd")


@dataclass(frozen=True, slots=True)
class PetitionerIntake:
    """The person, as they gave themselves."""

    name: str = ""
    phone: str = ""
    email: str = ""
    consent: bool = False
    notice: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentIntake:
    """A file that the petition names; it may not be here yet."""

    sha256: str
    content_type: str = ""
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class PetitionIntake:
    """A petition checked and ready to be written.

    ``lon_lat`` is degrees, WGS 84; where it is None or in doubt between places, ``place_id`` may say what
    a person in the office chose. A ``folio`` of None is issued from the office's series. ``echo_of`` is
    the stored folio of the petition that this one adds a voice to. ``source_id`` and ``status`` are for
    history from another system.
    """

    id: UUID
    category: Category
    channel: str
    captured_at: datetime
    received_at: datetime
    folio: str | None = None
    captured_by_id: int | None = None
    device_id: UUID | None = None
    description: str = ""
    on_behalf_of: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    lon_lat: tuple[float, float] | None = None
    accuracy_m: float | None = None
    location_method: str = ""
    address: str = ""
    reference: str = ""
    place_id: int | None = None
    petitioner: PetitionerIntake | None = None
    attachments: Sequence[AttachmentIntake] = ()
    echo_of: str | None = None
    source_id: str | None = None
    status: str = Status.TO_VERIFY


@transaction.atomic(savepoint=False)
def receive_petitions(*, intakes: Sequence[PetitionIntake]) -> list[Petition]:
    """Place, number and write petitions, one statement per table for all of them.

    ``petitions_arriving`` lets casework say where each stands before it is written, and
    ``petitions_received`` follows in the same transaction. Raises IntegrityError where an id,
    folio or source id is taken.
    """
    if not intakes:
        return []
    locations = _locations(intakes)
    places = _places(locations)
    petitions = [
        _petition(intake, location, folio, places)
        for intake, location, folio in zip(intakes, locations, _folios(intakes), strict=True)
    ]
    voices = {intake.id: intake.echo_of for intake in intakes if intake.echo_of}
    petitions_arriving.send(sender=Petition, petitions=petitions, voices=voices)
    copy_rows(Petition, petitions)
    copy_rows(Petitioner, (_petitioner(intake) for intake in intakes if intake.petitioner))
    copy_rows(PetitionAttachment, (row for intake in intakes for row in _attachments(intake)))
    petitions_received.send(sender=Petition, petitions=petitions, voices=voices)
    return petitions


def _locations(intakes: Sequence[PetitionIntake]) -> list[Location | None]:
    placed = [intake for intake in intakes if intake.lon_lat]
    points = [(*intake.lon_lat, intake.accuracy_m) for intake in placed if intake.lon_lat]
    found = iter(locate_points(points, distances=False))
    locations = [next(found) if intake.lon_lat else None for intake in intakes]
    return settle_doubts(locations, [intake.place_id for intake in intakes])


def _folios(intakes: Sequence[PetitionIntake]) -> list[str]:
    lacking = [intake for intake in intakes if intake.folio is None]
    if not lacking:
        return [intake.folio or "" for intake in intakes]
    issued = iter(issue_folios(count=len(lacking), at=lacking[0].received_at))
    return [intake.folio or next(issued) for intake in intakes]


def _petition(
    intake: PetitionIntake, location: Location | None, folio: str, places: Mapping[int, Place]
) -> Petition:
    return Petition(
        id=intake.id,
        folio=folio,
        source_id=intake.source_id,
        captured_at=intake.captured_at,
        received_at=intake.received_at,
        captured_by_id=intake.captured_by_id,
        device_id=intake.device_id,
        channel=intake.channel,
        category=intake.category,
        description=intake.description,
        on_behalf_of=intake.on_behalf_of,
        answers=dict(intake.answers),
        **columns_of_point(intake.lon_lat, location, intake.place_id),
        accuracy_m=intake.accuracy_m,
        location_method=intake.location_method,
        address=intake.address,
        reference=intake.reference,
        **_place(intake, location, places),
        status=intake.status,
        status_at=intake.received_at,
    )


def columns_of_point(
    lon_lat: tuple[float, float] | None, location: Location | None, place_id: int | None
) -> dict[str, Any]:
    """A petition's columns for a point, and how sure its place is; where there is none, one was chosen."""
    if lon_lat is None or location is None:
        certainty = Certainty.CERTAIN if place_id else Certainty.OUTSIDE
        return {"location": None, "cell": None, "certainty": certainty, "candidates": []}
    lon, lat = lon_lat
    return {
        # As text, for the descriptor to read when asked.
        "location": _EWKB_POINT.pack(1, 0x20000001, 4326, lon, lat).hex(),
        "cell": h3.latlng_to_cell(lat, lon, CELL_RESOLUTION),
        "certainty": location.certainty,
        "candidates": list(location.candidates),
    }


def _places(locations: Sequence[Location | None]) -> dict[int, Place]:
    """The places of a batch, one instance each: receipts name them without asking again.

    They are as a query that defers the rest would give them.
    """
    names = {
        location.place_id: (location.place_id, location.place_code, location.place_name)
        for location in locations
        if location and location.place_id
    }
    return {pk: Place.from_db(DEFAULT_DB_ALIAS, ["id", "code", "name"], named) for pk, named in names.items()}


def _place(intake: PetitionIntake, location: Location | None, places: Mapping[int, Place]) -> dict[str, Any]:
    if location is None:
        return {"place_id": intake.place_id}
    return {"place": places[location.place_id] if location.place_id else None}


def _petitioner(intake: PetitionIntake) -> Petitioner:
    person = intake.petitioner or PetitionerIntake()
    return Petitioner(
        petition_id=intake.id,
        name=person.name,
        phone=in_plain_digits(person.phone),
        phone_digits=digits_in(person.phone),
        email=person.email,
        consent=person.consent,
        # At the door as they asked; in the office as it is written down, whenever they asked.
        consented_at=(intake.captured_at if intake.device_id else intake.received_at)
        if person.consent
        else None,
        notice=person.notice,
    )


def _attachments(intake: PetitionIntake) -> list[PetitionAttachment]:
    return [
        PetitionAttachment(
            petition_id=intake.id,
            sha256=file.sha256,
            content_type=file.content_type,
            bytes=file.bytes,
            position=position,
        )
        for position, file in enumerate(intake.attachments)
    ]
