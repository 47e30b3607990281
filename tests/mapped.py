"""Petitions scattered over the test town, for the tests of maps."""

from __future__ import annotations

import itertools
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import h3.api.basic_int as h3
from django.contrib.gis.geos import Point
from django.utils import timezone

from backend.accounts.models import User
from field.folio import make_folio
from field.models import Category, Channel, Petition, Status
from geo.clock import local_today
from geo.models import Place
from tests.factories import (
    SIDE,
    SOUTH,
    WEST,
    CategoryFactory,
    DepartmentFactory,
    MunicipalityFactory,
    PlaceFactory,
    UserFactory,
)

_numbers = itertools.count(1)

#: What somebody might try where a name is shown.
HOSTILE = '<img src=x onerror="document.body.dataset.hacked=1">${alert(1)}</script>'


@dataclass
class Town:
    places: list[Place]
    categories: list[Category]
    reserved: Category
    petitions: list[Petition]


def staff(role: str, **fields: Any) -> User:
    return UserFactory(role=role, **fields)


def make_town(*, petitions: int = 300, seed: int = 3) -> Town:
    """Five colonias, three departments with two categories each, one of them reserved, and petitions."""
    chance = random.Random(seed)
    MunicipalityFactory()
    places = [PlaceFactory(column=n, code=f"M{n}", population=500 * n) for n in range(1, 6)]
    categories = [CategoryFactory(department=DepartmentFactory()) for _ in range(5)]
    categories.append(CategoryFactory(department=categories[0].department))
    reserved = CategoryFactory(department=DepartmentFactory(), sensitive=True)
    rows = [scattered(chance, places, [*categories, reserved]) for _ in range(petitions)]
    return Town(places, categories, reserved, Petition.objects.bulk_create(rows))


def scattered(chance: random.Random, places: list[Place], categories: list[Category]) -> Petition:
    """One petition, somewhere, some day of the last two years, standing anyhow."""
    place = chance.choice([*places, *places[:2], None])
    column = 30 if place is None else int(place.code[1:])
    lon = WEST + (column + 0.05 + 0.9 * chance.random()) * SIDE
    lat = SOUTH + (0.05 + 0.9 * chance.random()) * SIDE
    return petition(
        chance.choice(categories),
        place=place,
        at=timezone.now() - timedelta(days=730 * chance.random()),
        lon_lat=(lon, lat),
        status=chance.choice(Status.values),
        channel=chance.choice(Channel.values),
        due_on=local_today() + timedelta(days=chance.randint(-60, 30)),
    )


def petition(
    category: Category, *, place: Place | None, at: datetime, lon_lat: tuple[float, float], **fields: Any
) -> Petition:
    """An unsaved petition as filing would write it."""
    lon, lat = lon_lat
    values = {
        "id": uuid.uuid4(),
        "folio": make_folio(26, "M00", next(_numbers)),
        "captured_at": at,
        "received_at": at,
        "channel": Channel.TOUR,
        "location": Point(lon, lat, srid=4326),
        "certainty": "certain" if place else "outside",
        "cell": h3.latlng_to_cell(lat, lon, 10),
        "status": Status.UNREAD,
        "status_at": at,
        "department_id": category.department_id,
        "due_on": local_today(),
    }
    return Petition(category=category, place=place, **(values | fields))
