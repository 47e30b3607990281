"""Neighbours who asked for the same thing: most joined by the office, the rest left for it to join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from backend.casework.services.echoes import join_petitions, split_petition
from backend.demo.diary import Affair
from backend.demo.rooms.city_hall import CityHall, last_at, with_last_step
from field.models import Petition

#: The side of the square in which petitions of one category are taken to be about one thing, in degrees.
_SQUARE: Final = 0.0005
_MOST_VOICES: Final = 9


def affairs(hall: CityHall) -> Iterator[Affair]:
    """An affair for each thing that several asked for and the office saw to be one."""
    groups = _asked_by_several(hall)
    hall.chance.shuffle(groups)
    for number, group in enumerate(groups[: hall.some(12, 90)]):
        if number % 4 == 3:
            continue  # the office has yet to see it
        members = group[:_MOST_VOICES]
        hall.taken |= {petition.pk for petition in members}
        yield _joined(hall, members, splits=number % 12 == 5)


def _asked_by_several(hall: CityHall) -> list[list[Petition]]:
    """Open petitions of one category in one place, the oldest first, where there are more than one."""
    standing = Petition.objects.open().filter(category__sensitive=False, location__isnull=False)
    groups: defaultdict[tuple[int, int, int], list[Petition]] = defaultdict(list)
    standing = standing.exclude(pk__in=hall.taken)
    for petition in with_last_step(standing).order_by("captured_at", "pk"):
        if petition.location and petition.department_id:
            x, y = (round(degrees / _SQUARE) for degrees in petition.location.coords)
            groups[petition.category_id, x, y].append(petition)
    return [group for group in groups.values() if len(group) > 1]


def _joined(hall: CityHall, members: list[Petition], *, splits: bool) -> Affair:
    hours, chance = hall.hours, hall.chance
    yield (at := hours.later(max(map(last_at, members)), chance.randint(1, 3)))
    head = join_petitions(petitions=[member.pk for member in members], by=hall.auxiliar)
    if splits:
        yield hours.later(at, chance.randint(1, 4))
        split_petition(petition=next(one for one in members if one.pk != head.pk), by=hall.auxiliar)
        return
    if chance.random() < 0.45:
        return  # it waits with the others
    yield from hall.work_off(head.pk, at)
    yield from hall.validate(head.pk, timezone.now())
