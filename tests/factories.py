"""Rows for tests. A small town: square colonias of about a kilometre, west to east."""

from __future__ import annotations

import hashlib
import itertools
import secrets
import uuid
from datetime import datetime
from typing import Any

import factory
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from backend.accounts.models import User
from field.folio import make_folio
from field.models import Category, Department, Device, FolioSeries
from geo.models import Municipality, Place

#: The south-western corner of the town, and the side of a colonia in degrees.
WEST, SOUTH, SIDE = -106.45, 23.20, 0.01

_numbers = itertools.count(1)


def square(west: float, south: float, side: float = SIDE) -> MultiPolygon:
    """A square boundary in degrees."""
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


class MunicipalityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Municipality
        django_get_or_create = ("id",)

    id = 1
    name = "Puerto de Prueba"
    centre = Point(WEST + 0.05, SOUTH + 0.05, srid=4326)
    boundary = factory.LazyFunction(lambda: square(WEST - 0.5, SOUTH - 0.5, 1.0))
    time_zone = "America/Mazatlan"


class PlaceFactory(factory.django.DjangoModelFactory):
    """The n-th colonia of the town's southern row."""

    class Meta:
        model = Place

    class Params:
        column = factory.Sequence(lambda n: n)

    code = factory.LazyAttribute(lambda place: f"C{place.column:04d}")
    kind = Place.Kind.COLONIA
    name = factory.LazyAttribute(lambda place: f"Colonia {place.column}")
    boundary = factory.LazyAttribute(lambda place: square(WEST + place.column * SIDE, SOUTH))
    centre = factory.LazyAttribute(lambda place: place.boundary.centroid)
    population = 1000


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"dependencia-{n}")
    name = factory.Sequence(lambda n: f"Dependencia {n}")


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    code = factory.Sequence(lambda n: f"categoria-{n}")
    name = factory.Sequence(lambda n: f"Categoría {n}")
    group = "Calles"
    department = factory.SubFactory(DepartmentFactory)


class UserFactory(factory.django.DjangoModelFactory):
    """A member of staff; a liaison gets a department of its own."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"persona{n}")
    first_name = "Rosa"
    last_name = factory.Sequence(lambda n: f"Osuna {n}")
    role = User.Role.PROMOTOR
    department = factory.Maybe(
        factory.LazyAttribute(lambda user: user.role == User.Role.ENLACE),
        factory.SubFactory(DepartmentFactory),
        None,
    )


class FolioSeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FolioSeries

    code = factory.Sequence(lambda n: f"T{n // 10 % 10}{n % 10}")


class DeviceFactory(factory.django.DjangoModelFactory):
    """An enrolled tablet; ``device.token`` is what it would send."""

    class Meta:
        model = Device

    class Params:
        token = factory.LazyFunction(secrets.token_urlsafe)

    name = factory.Sequence(lambda n: f"Tableta {n}")
    user = factory.SubFactory(UserFactory)
    series = factory.SubFactory(FolioSeriesFactory)
    token_digest = factory.LazyAttribute(lambda device: hashlib.sha256(device.token.encode()).digest())


def petition_record(category: Category, device: Device, **changes: Any) -> dict[str, Any]:
    """A petition as a tablet writes it: new id and folio, in the town's first colonia, just now."""
    now: datetime = timezone.now()
    record = {
        "kind": "petition",
        "id": str(uuid.uuid4()),
        "folio": make_folio(now.year % 100, device.series_id, next(_numbers)),
        "captured_at": now.isoformat(),
        "category": category.code,
        "description": "La luminaria no enciende desde el lunes.",
        "answers": {"poste": "1123"},
        "location": {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]},
        "accuracy_m": 8.5,
        "location_method": "gps",
        "petitioner": {"name": "María Peña", "phone": "669 123 4567", "consent": True, "notice": "2026-1"},
        "attachments": [],
    }
    return record | changes
