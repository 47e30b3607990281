"""Correcting what a petition says, at the office's desk or because the law grants it to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from field.models import Petition, Petitioner
from field.services.petitions import columns_of_point
from field.telephones import digits_in, in_plain_digits
from geo.legible import legible
from geo.services.locate import locate_points, settle_doubts

#: Who asked; and with whom, and where they say that they live, which are theirs though they name nobody.
IDENTITY: Final = ("name", "phone", "email")
CORRECTABLE: Final = (*IDENTITY, "on_behalf_of", "address", "reference")
_FACTS: Final = ("category", "description", "answers")


@transaction.atomic
def correct_personal_data(
    *, petition_id: UUID, values: Mapping[str, str], notice: str = ""
) -> dict[str, str]:
    """Put these of the ``CORRECTABLE`` values in place of a petition's; what each that changed said before.

    Who is told of a petition that came without anybody has consented now, to the version ``notice``.
    """
    petition = Petition.objects.select_for_update(no_key=True).get(pk=petition_id)
    person = Petitioner.objects.select_for_update().filter(petition=petition_id).first()
    wanted = {name: legible(value.replace("\0", "")) for name, value in values.items() if name in CORRECTABLE}
    if "phone" in wanted:
        wanted["phone"] = in_plain_digits(wanted["phone"])
    before = {name: getattr(person if name in IDENTITY else petition, name, "") for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != legible(before[name])}
    told = {name: value for name, value in changed.items() if name in IDENTITY}
    if told:
        if person is None:
            person = Petitioner(
                petition_id=petition_id, consent=True, consented_at=timezone.now(), notice=notice
            )
        for name, value in told.items():
            setattr(person, name, value)
        person.phone_digits = digits_in(person.phone)
        person.save()
    if others := {name: value for name, value in changed.items() if name not in IDENTITY}:
        Petition.objects.filter(pk=petition_id).update(**others)
    return {name: before[name] for name in changed}


@transaction.atomic
def correct_facts(*, petition: Petition, facts: Mapping[str, Any]) -> None:
    """Put these facts in place of a locked petition's own: ``category``, ``description``, ``answers``, or a
    place by ``lon_lat`` (degrees, None for none) and ``place_id`` (what was said, where no point says it).

    What is moved on the map is placed as on the day it arrived; a colonia of those that a doubtful point may
    lie in settles the doubt.
    """
    columns: dict[str, Any] = {name: facts[name] for name in _FACTS if name in facts}
    if "lon_lat" in facts:
        columns |= _placed(petition, facts["lon_lat"], facts.get("place_id"))
    for name, value in columns.items():
        setattr(petition, name, value)
    petition.save(update_fields=[name.removesuffix("_id") for name in columns])


def _placed(petition: Petition, lon_lat: tuple[float, float] | None, place_id: int | None) -> dict[str, Any]:
    """Where the petition is from now on, as its columns."""
    point = petition.location
    moved = point is None or lon_lat is None or lon_lat != (point.x, point.y)
    accuracy_m = None if moved else petition.accuracy_m
    located = locate_points([(*lon_lat, accuracy_m)], distances=False) if lon_lat else [None]
    [found] = settle_doubts(located, [place_id])
    columns = columns_of_point(lon_lat, found, place_id)
    columns["place_id"] = found.place_id if found else place_id
    if moved:
        columns |= {"accuracy_m": None, "location_method": "map" if lon_lat else "address"}
    return columns
