"""Lists that departments took to the street: done, half done, and for the days to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils import timezone

from backend.casework.selectors import visible_to
from backend.casework.worklists.services import lon_lat_of, make_work_list, put_away, remember_yard
from backend.demo.diary import Affair, moment
from backend.demo.names import read_data
from backend.demo.rooms.city_hall import CityHall, last_at, with_last_step
from field.models import Petition, Status
from geo.models import Place

_WORDS: Final[dict[str, dict[str, str]]] = read_data("rooms")["work_lists"]
#: How many working days ago each of a department's lists was made, and what part of it is done since.
_LISTS: Final = ((9, 1.0), (4, 0.5), (0, 0.0))
_STOPS: Final = 14


def remember_yards(hall: CityHall, at: datetime) -> None:
    """Where the departments that work in the street set out from: one colonia of the centre each."""
    centre = Place.objects.filter(district="Centro", kind=Place.Kind.COLONIA).order_by("-population")
    with moment(at):
        for code, place in zip(_WORDS, centre[: len(_WORDS)], strict=False):
            remember_yard(department=hall.departments[code], location=lon_lat_of(place.centre))


def affairs(hall: CityHall) -> Iterator[Affair]:
    """An affair for each list of each department that works in the street."""
    for code, words in _WORDS.items():
        for days, part in _LISTS:
            at = hall.hours.before_end(days)
            stops = _stops(hall, code, before=at)
            if len(stops) > 2 and (place := stops[0].place):
                name = f"{words['name']} en {place.district}, {at:%d/%m}"
                yield _taken_out(hall, stops, name, at, round(part * len(stops)))


def _stops(hall: CityHall, code: str, *, before: datetime) -> list[Petition]:
    """What a department has in hand in the district where it has most, and that nobody has touched since."""
    standing = Petition.objects.filter(
        department=hall.departments[code],
        status__in=(Status.IN_HAND, Status.SCHEDULED),
        category__sensitive=False,
        location__isnull=False,
        place__isnull=False,
        echo_of=None,
    )
    found = with_last_step(standing.select_related("place")).exclude(pk__in=hall.taken)
    districts: defaultdict[str, list[Petition]] = defaultdict(list)
    for petition in found.order_by("due_on", "pk")[:600]:
        if petition.place and last_at(petition) < before:
            districts[petition.place.district].append(petition)
    most = max(districts.values(), key=len, default=[])[:_STOPS]
    hall.taken |= {petition.pk for petition in most}
    return most


def _taken_out(hall: CityHall, stops: list[Petition], name: str, at: datetime, done: int) -> Affair:
    """A list, of which the crew does so many stops from the next day on; put away when all are."""
    enlace = hall.enlace_of(stops[0])
    yield at
    made = make_work_list(
        petitions=visible_to(enlace).filter(pk__in=[stop.pk for stop in stops]),
        by=enlace,
        name=name,
    )
    order = list(made.stops.order_by("position").values_list("petition", flat=True))
    yield hall.hours.later(at, 1)
    for key in order[:done]:
        hall.move(key, "attend", enlace, note=hall.work_note(key))
        yield hall.hours.soon(timezone.now())
    if done == len(stops):
        put_away(work_list=made, away=True)
