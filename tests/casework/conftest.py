"""A small office: two departments, a reserved one, and somebody of every role."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.accounts.models import User
from campaigns.models import Crew
from field.models import Category, Channel, Department, Petition
from field.services.petitions import PetitionerIntake, PetitionIntake, receive_petitions
from geo.clock import local_today
from tests.factories import (
    SIDE,
    SOUTH,
    WEST,
    CategoryFactory,
    DepartmentFactory,
    FolioSeriesFactory,
    MunicipalityFactory,
    PlaceFactory,
    UserFactory,
)
from tests.mapped import Town, make_town, petition, staff

_sources = itertools.count(1)


@dataclass
class Office:
    lights: Department
    streets: Department
    control: Department
    lamp: Category
    pothole: Category
    to_check: Category
    complaint: Category
    staff: dict[str, User]


@pytest.fixture
def office(db: None, settings: Any) -> Office:
    MunicipalityFactory()
    PlaceFactory(column=0, code="C0000", name="Centro")
    FolioSeriesFactory(code="0F0", office=True)
    lights, streets = DepartmentFactory(name="Alumbrado"), DepartmentFactory(name="Obras Públicas")
    control = DepartmentFactory(name="Contraloría", code=settings.INTERNAL_CONTROL_DEPARTMENT)
    staff = {
        role: UserFactory(role=role, username=role) for role in User.Role.values if role != User.Role.ENLACE
    }
    for name, department in (("enlace", lights), ("enlace_obras", streets), ("enlace_control", control)):
        staff[name] = UserFactory(role=User.Role.ENLACE, department=department, username=name)
    crew = Crew.objects.create(name="Brigada 1", supervisor=staff["supervisor"])
    crew.members.add(staff["promotor"])
    return Office(
        lights=lights,
        streets=streets,
        control=control,
        lamp=CategoryFactory(department=lights, name="Luminaria apagada", working_days=10),
        pothole=CategoryFactory(department=streets, name="Bache", working_days=5),
        to_check=CategoryFactory(department=streets, name="Topes", needs_check=True),
        complaint=CategoryFactory(department=control, name="Queja contra servidor", sensitive=True),
        staff=staff,
    )


Receive = Callable[..., Petition]


@pytest.fixture
def receive(office: Office) -> Receive:
    """Receive one petition, by default a lamp reported by the promotor from the town's first colonia."""

    def _receive(category: Category | None = None, **changes: Any) -> Petition:
        now = timezone.now()
        fields: dict[str, Any] = {
            "id": uuid.uuid4(),
            "category": category or office.lamp,
            "channel": Channel.TOUR,
            "captured_at": changes.get("received_at", now),
            "received_at": now,
            "captured_by_id": office.staff["promotor"].pk,
            "description": "La luminaria no enciende.",
            "lon_lat": (WEST + SIDE / 2, SOUTH + SIDE / 2),
            "location_method": "gps",
            "petitioner": PetitionerIntake(
                name="María Peña", phone="669 123 4567", consent=True, notice="2026-1"
            ),
        }
        [petition] = receive_petitions(intakes=[PetitionIntake(**fields | changes)])
        return Petition.objects.get(pk=petition.pk)

    return _receive


@pytest.fixture
def sign_in(office: Office) -> Callable[[str], Client]:
    """A browser of their own for somebody of the office."""

    def _sign_in(person: str) -> Client:
        client = Client()
        client.force_login(office.staff[person])
        return client

    return _sign_in


@pytest.fixture
def enter(client, office):
    def _enter(name: str) -> User:
        user = office.staff[name]
        client.force_login(user, backend="backend.accounts.backends.RoleBackend")
        return user

    return _enter


@pytest.fixture
def town(db: None) -> Town:
    """Petitions all over a town without an office."""
    return make_town()


@pytest.fixture
def enter_as(client):
    """Sign in somebody new of a role."""

    def _enter(role: str, **fields) -> User:
        user = staff(role, **fields)
        client.force_login(user, backend="backend.accounts.backends.RoleBackend")
        return user

    return _enter


@pytest.fixture
def lamps(office) -> list[Petition]:
    """Four lamps on a street from west to east, 100 m apart, the western ones the less late."""
    today = local_today()
    return Petition.objects.bulk_create(
        petition(
            office.lamp,
            place=None,
            at=timezone.now(),
            lon_lat=(WEST + 0.001 * n, SOUTH),
            due_on=today - timedelta(days=n),
            department=office.lights,
        )
        for n in range(4)
    )
