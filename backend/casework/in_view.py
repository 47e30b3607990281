"""The boletas of the backlog map that are in sight, in an area that was drawn, or without a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import F, FloatField, Func, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _

from backend.casework.backlog import DUE_SOON, ON_TIME, OVERDUE, SOON, due_in_words
from field.folio import format_folio
from field.querysets import PetitionQuerySet
from field.whereabouts import where_in_words
from geo.clock import local_today
from geo.maps.area import area_of
from geo.maps.extent import bbox_of
from geo.maps.shell import Bounds
from geo.problems import FieldError, Invalid

#: So many are listed beside the map; the rest are counted.
LISTED: Final = 50
#: What the list may be sorted by; the latest first is the usual.
ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (),
    "folio": ("folio",),
    "category": ("category__name",),
    "address": ("place__name", "address"),
}


@dataclass(frozen=True, slots=True)
class Sight:
    """What part of the map is meant: an ``area`` goes before the ``bbox``, ``unplaced`` before both."""

    bbox: Bounds | None = None
    area: GEOSGeometry | None = None
    unplaced: bool = False


@dataclass(frozen=True, slots=True)
class ListedBoleta:
    """One row of the list."""

    id: UUID
    stored_folio: str
    category: str
    due_on: date | None
    status: str
    address: str
    place: str | None
    lon: float | None
    lat: float | None

    @property
    def folio(self) -> str:
        return format_folio(self.stored_folio)

    @property
    def where(self) -> str:
        return where_in_words(self.address, self.place or "")

    @property
    def due(self) -> str:
        return due_in_words(self.due_on)

    @property
    def lateness(self) -> int:
        """Its class, as ``backlog.lateness`` gives it in SQL."""
        today = local_today()
        if self.due_on is None or self.due_on > today + SOON:
            return ON_TIME
        return OVERDUE if self.due_on < today else DUE_SOON


def sight_of(asked: Mapping[str, str]) -> Sight:
    """The part meant by ``unplaced``, ``area`` or ``bbox``; raises ``Invalid``."""
    if asked.get("unplaced"):
        return Sight(unplaced=True)
    if area := asked.get("area"):
        return Sight(area=area_of(area))
    return Sight(bbox=bbox_of(asked.get("bbox", "")))


def in_sight(petitions: PetitionQuerySet, sight: Sight) -> PetitionQuerySet:
    """Those of the petitions that lie there."""
    if sight.unplaced:
        return petitions.filter(location=None)
    if sight.area is not None:
        return petitions.filter(location__intersects=sight.area)
    if sight.bbox is not None:
        return petitions.filter(location__bboverlaps=Polygon.from_bbox(sight.bbox))
    return petitions


def latest_first() -> tuple[OrderBy | str, ...]:
    """The order of the promised day; those without one come last."""
    return (F("due_on").asc(nulls_last=True), "pk")


def listed_of(
    petitions: PetitionQuerySet, order: str, *, here: UUID | None = None
) -> tuple[list[ListedBoleta], int]:
    """The first of the petitions by an order of ``ORDERS``, and how many there are; raises ``Invalid``.

    The one that is ``here`` comes before all where it would not be among the first.
    """
    if order not in ORDERS:
        detail = _("No se puede ordenar por eso.")
        raise Invalid(detail, errors=[FieldError(pointer="/sort", code="invalid", detail=detail)])
    rows = _rows(petitions, order)
    found = [ListedBoleta(*row) for row in rows[: LISTED + 1]]
    total = len(found) if len(found) <= LISTED else petitions.order_by().count()
    found = found[:LISTED]
    if here and all(one.id != here for one in found):
        pointed = _rows(petitions.filter(pk=here), "")
        found = [*(ListedBoleta(*row) for row in pointed), *found][:LISTED]
    return found, total


def _rows(petitions: PetitionQuerySet, order: str) -> QuerySet[Any, Any]:
    return (
        petitions.annotate(lon=_axis("ST_X"), lat=_axis("ST_Y"))
        .order_by(*ORDERS[order], *latest_first())
        .values_list(
            "pk", "folio", "category__name", "due_on", "status", "address", "place__name", "lon", "lat"
        )
    )


def _axis(function: str) -> Func:
    return Func(F("location"), function=function, output_field=FloatField())
