"""The pack's ``visits`` and what belongs to them: where this tablet's crew goes today and in coming days.

Besides visits: ``places``, their boundaries; ``nearby``, their open petitions; ``staff``, who may share the
tablet: its holder and the crews of its visits.

A visit is ``{id, tour, programme, place, date, crew, follow_ups}`` with names of tour, programme
and crew (null for a visit without one) and the place's code, by which ``places`` is looked up;
besides, ``tour_id``, ``place_name`` and ``stage``. A follow-up is ``{kind: "come_back", encounter,
visit, at, location, note}``: a door of that place that was promised a return and has not had it.
The tablet names it as ``follows`` in the encounter that answers it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.models import Encounter, Visit
from field.models import Device
from field.services.pack import describe_staff, petitions_nearby
from geo.clock import local_today
from geo.models import Place
from geo.querysets import first_shape

#: A promise to come back is carried this long, and so many of them for one place.
FOLLOW_UP_DAYS = 180
MOST_FOLLOW_UPS = 200


def add_visits(sender: object, *, device: Device, pack: dict[str, Any], **kwargs: object) -> None:
    """Put the visits of the device's user, and the boundaries of their places, into the pack."""
    visits = list(visits_for(device.user))
    places = {visit.place_id for visit in visits}
    pack["visits"] = _described(visits)
    pack["places"] = {"type": "FeatureCollection", "features": _features(places)}
    if visits:
        pack["nearby"] = petitions_nearby(places=places)
        pack["staff"] += describe_staff(_crews_of(visits).exclude(pk=device.user.pk))


def tell_visits(sender: object, *, device: Device, visits: list[dict[str, Any]], **kwargs: object) -> None:
    """Add the same visits to the list, for who needs no more of the pack. Two queries."""
    visits += _described(list(visits_for(device.user)))


def visits_for(user: AbstractUser, *, today: dt.date | None = None) -> Iterable[Visit]:
    """The visits that a tablet of ``user`` carries: visible to them, from today, in order."""
    return (
        Visit.objects.visible_to(user)
        .to_do(today=today or local_today(), days=settings.PACK_DAYS)
        .with_names()
        .order_by("date", "place__name", "pk")
    )


def _crews_of(visits: Iterable[Visit]) -> QuerySet[AbstractUser]:
    """The active members and supervisors of the visits' crews, by name."""
    crews = {visit.crew_id for visit in visits if visit.crew_id}
    users: QuerySet[AbstractUser] = get_user_model().objects.filter(is_active=True)
    in_crew = users.filter(Q(crews__in=crews) | Q(led_crews__in=crews)).distinct()
    return in_crew.order_by("first_name", "last_name", "username")


def _described(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    promises = _follow_ups({visit.place_id for visit in visits})
    return [_visit(visit, promises[visit.place_id]) for visit in visits]


def _visit(visit: Visit, follow_ups: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(visit.pk),
        "tour": visit.tour.name,
        "tour_id": str(visit.tour_id),
        "programme": visit.tour.programme.name,
        "place": visit.place.code,
        "place_name": visit.place.name,
        "date": visit.date.isoformat(),
        "crew": visit.crew.name if visit.crew else None,
        "stage": visit.stage,
        "follow_ups": follow_ups,
    }


def _follow_ups(places: set[int]) -> dict[int, list[dict[str, Any]]]:
    promises: dict[int, list[dict[str, Any]]] = defaultdict(list)
    doors = (
        Encounter.objects.to_come_back()
        .filter(visit__place__in=places, at__gte=timezone.now() - dt.timedelta(days=FOLLOW_UP_DAYS))
        .order_by("-at", "pk")
        .values_list("pk", "visit", "visit__place", "at", "location", "note")
    )
    for pk, visit, place, at, location, note in doors:
        if len(promises[place]) < MOST_FOLLOW_UPS:
            point = {"type": "Point", "coordinates": [location.x, location.y]} if location else None
            promises[place].append(
                {
                    "kind": "come_back",
                    "encounter": str(pk),
                    "visit": str(visit),
                    "at": timezone.localtime(at).isoformat(timespec="seconds"),
                    "location": point,
                    "note": note,
                }
            )
    return promises


def _features(places: set[int]) -> list[dict[str, Any]]:
    """The places and their neighbours, each in its lightest shape; a comunidad may be only a point.

    Neighbours let the tablet say, off line, that a fix near a border may as well be theirs. Places whose
    boxes touch are enough of a neighbour for that, and the index answers it.
    """
    own = Place.objects.filter(pk__in=places)
    shape = first_shape("simple_boundary", "boundary", "centre")
    rows = (
        Place.objects.filter(Q(pk__in=places) | Exists(own.filter(boundary__bboverlaps=OuterRef("boundary"))))
        .annotate(shape=AsGeoJSON(shape, precision=6))
        .order_by("name", "code")
        .values_list("code", "name", "kind", "shape")
    )
    return [
        {
            "type": "Feature",
            "id": code,
            "geometry": orjson.loads(shape),
            "properties": {"code": code, "name": name, "kind": kind},
        }
        for code, name, kind, shape in rows
    ]
