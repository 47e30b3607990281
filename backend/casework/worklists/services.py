"""Making work lists, ordering them, and putting them away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.casework.in_view import latest_first
from backend.casework.worklists.models import Stop, WorkList, Yard
from field.models import OPEN_STATUSES, Department, Petition
from field.querysets import PetitionQuerySet
from geo.clock import local_today
from geo.problems import Conflict, FieldError, Invalid
from geo.visiting import LonLat, visiting_order

#: More than a crew goes to in many days, and as many as a sheet and its map still show.
MOST_STOPS: Final = 300
_LONGEST_NAME: Final = 120

From = WorkList.StartFrom


@transaction.atomic
def make_work_list(*, petitions: PetitionQuerySet, by: User, name: str = "") -> WorkList:
    """Make a list of the petitions, the latest of them where there are too many, in a short order to walk.

    ``petitions`` are those that ``by`` may see. Raises Invalid when there are none.
    """
    chosen = list(
        petitions.only("pk", "location", "status", "department").order_by(*latest_first())[: MOST_STOPS + 1]
    )
    if not chosen:
        raise Invalid(_("Ahí no hay ninguna boleta por resolver. Mueva el mapa o quite algún filtro."))
    left_out = petitions.order_by().count() - MOST_STOPS if len(chosen) > MOST_STOPS else 0
    chosen = chosen[:MOST_STOPS]
    department = _department_of(chosen, by)
    yard = Yard.objects.filter(department=department).first() if department else None
    made = WorkList.objects.create(
        name=clean_name(name) or _usual_name(department),
        department=department,
        made_by=by,
        made_at=timezone.now(),
        left_out=left_out,
        start=yard.location if yard else None,
        start_from=From.YARD if yard else From.NOWHERE,
    )
    ordered = in_short_order(chosen, lon_lat_of(yard.location) if yard else None)
    Stop.objects.bulk_create(
        Stop(work_list=made, petition=petition, position=position)
        for position, petition in enumerate(ordered)
    )
    return made


def in_short_order(petitions: Sequence[Petition], start: LonLat | None) -> list[Petition]:
    """What is open by a short way from ``start``, then what has no point to go to, then what is done."""
    owed = [one for one in petitions if one.status in OPEN_STATUSES]
    placed = [(one, lon_lat_of(one.location)) for one in owed if one.location]
    order = visiting_order([at for _one, at in placed], start)
    unplaced = [one for one in owed if not one.location]
    done = [one for one in petitions if one.status not in OPEN_STATUSES]
    return [*(placed[index][0] for index in order), *unplaced, *done]


@transaction.atomic
def order_from(
    *, work_list: WorkList, petitions: Sequence[Petition], start: LonLat | None, start_from: From
) -> None:
    """Count the order of the petitions anew from a point; the list's other stops come after them."""
    _lock(work_list)
    stop_of = dict(work_list.stops.values_list("petition_id", "pk"))
    known = [one for one in petitions if one.pk in stop_of]
    _place(work_list, [stop_of[one.pk] for one in in_short_order(known, start)])
    work_list.start = Point(*start, srid=4326) if start else None
    work_list.start_from = start_from
    work_list.save(update_fields=["start", "start_from"])


@transaction.atomic
def set_order(*, work_list: WorkList, stops: Sequence[int]) -> None:
    """Put some of the list's stops in this order, before its others; raises Conflict for a stranger."""
    _lock(work_list)
    if len(set(stops)) != len(stops) or not set(stops) <= set(work_list.stops.values_list("pk", flat=True)):
        raise Conflict(_("La lista cambió mientras tanto. Vuelva a abrirla y ordénela de nuevo."))
    _place(work_list, stops)


@transaction.atomic
def rename(*, work_list: WorkList, name: str) -> None:
    """Give the list another name; raises Invalid for an empty one."""
    cleaned = clean_name(name)
    if not cleaned:
        detail = _("Escriba un nombre para la lista.")
        raise Invalid(detail, errors=[FieldError(pointer="/name", code="required", detail=detail)])
    work_list.name = cleaned
    work_list.save(update_fields=["name"])


@transaction.atomic
def put_away(*, work_list: WorkList, away: bool) -> None:
    """Take the list out of sight, or back."""
    work_list.put_away_at = timezone.now() if away else None
    work_list.save(update_fields=["put_away_at"])


@transaction.atomic
def remember_yard(*, department: Department, location: LonLat) -> None:
    """Let the department's lists begin at this point from now on."""
    Yard.objects.update_or_create(department=department, defaults={"location": Point(*location, srid=4326)})


def lon_lat_of(point: Point) -> LonLat:
    return point.x, point.y


def clean_name(name: str) -> str:
    """In one line, without what cannot be printed, no longer than a name."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:_LONGEST_NAME]


def _usual_name(department: Department | None) -> str:
    day = local_today()
    return _("%(whose)s, %(day)s") % {
        "whose": department.name if department else _("Lista de la oficina"),
        "day": f"{day:%d/%m/%Y}",
    }


def _department_of(petitions: Sequence[Petition], by: User) -> Department | None:
    """A liaison's own; for the office, the one that has all of them."""
    if not by.has_perm("casework.see_office"):
        return by.department
    having = {one.department_id for one in petitions}
    only = having.pop()
    return None if having or only is None else Department.objects.get(pk=only)


def _lock(work_list: WorkList) -> None:
    WorkList.objects.select_for_update().get(pk=work_list.pk)


def _place(work_list: WorkList, first: Sequence[int]) -> None:
    """Number the stops anew: these first, the others after them as they were."""
    every = {stop.pk: stop for stop in work_list.stops.order_by("position")}
    others = [pk for pk in every if pk not in set(first)]
    for position, pk in enumerate([*first, *others]):
        every[pk].position = position
    Stop.objects.bulk_update(every.values(), ["position"])


def picked_ids(text: str) -> list[UUID]:
    """The ids in a comma-separated field of a form; raises Invalid."""
    try:
        ids = [UUID(part) for part in text.split(",") if part]
    except ValueError:
        raise Invalid(_("Alguna de las boletas marcadas no se reconoce. Vuelva a marcarlas.")) from None
    if len(ids) > MOST_STOPS:
        raise Invalid(_("Una lista lleva %s boletas cuando más. Quite algunas marcas.") % MOST_STOPS)
    return ids
