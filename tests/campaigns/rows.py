"""Rows of campaigns for tests."""

from __future__ import annotations

import uuid
from typing import Any

import factory
from django.contrib.gis.geos import Point
from django.utils import timezone

from campaigns.models import Crew, Encounter, Programme, Tour, Visit
from field.models import Device, Petition
from field.sync.inbox import Sender, receive_records
from tests.factories import SIDE, SOUTH, WEST, CategoryFactory, DeviceFactory, PlaceFactory, UserFactory
from tests.factories import petition_record as _petition_record


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme

    code = factory.Sequence(lambda n: f"programa-{n}")
    name = factory.Sequence(lambda n: f"Programa {n}")


class CrewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Crew

    name = factory.Sequence(lambda n: f"Brigada {n}")
    supervisor = factory.SubFactory(UserFactory, role="supervisor")


class TourFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tour

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Recorrido {n}")
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.SelfAttribute("starts_on")


class VisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Visit

    tour = factory.SubFactory(TourFactory)
    place = factory.SubFactory(PlaceFactory)
    crew = factory.SubFactory(CrewFactory)
    date = factory.SelfAttribute("tour.starts_on")


class EncounterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Encounter

    visit = factory.SubFactory(VisitFactory)
    outcome = Encounter.Outcome.NOBODY_HOME
    at = factory.LazyFunction(timezone.now)
    received_at = factory.LazyFunction(timezone.now)
    location = Point(WEST + SIDE / 2, SOUTH + SIDE / 2, srid=4326)


def encounter_record(visit: Visit | str, **changes: Any) -> dict[str, Any]:
    """An encounter as a tablet writes it, just now, in the town's first colonia."""
    record = {
        "kind": "encounter",
        "id": str(uuid.uuid4()),
        "visit": str(visit.pk if isinstance(visit, Visit) else visit),
        "outcome": "nobody_home",
        "at": timezone.now().isoformat(),
        "location": {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]},
        "accuracy_m": 6,
        "petitions": [],
        "note": "",
    }
    return record | changes


def petition_record(device: Device, **changes: Any) -> dict[str, Any]:
    return _petition_record(CategoryFactory(), device, **changes)


def send(device: Device, *records: Any) -> list[dict[str, Any]]:
    """Hand records in as a tablet does, without HTTP."""
    return receive_records(records=records, sender=Sender(device, device.user_id, timezone.now()))


def capture(device: Device | None = None, **changes: Any) -> Petition:
    """A petition that came through the inbox."""
    device = device or DeviceFactory()
    record = petition_record(device, **changes)
    assert send(device, record)[0]["outcome"] == "stored"
    return Petition.objects.get(pk=record["id"])
