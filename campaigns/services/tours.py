"""Planning tours: making, editing, cancelling and bringing them back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campaigns.models import Programme, Tour, Visit
from campaigns.wording import day_in_words
from geo.problems import Conflict, FieldError, Invalid

#: A tour longer than this is taken for a slip in a date.
LONGEST_TOUR = dt.timedelta(days=366)


@transaction.atomic
def start_programme(*, name: str) -> Programme:
    """Make a programme, or find the one that has this name already, however it is written."""
    name = " ".join(name.split())[:120]
    slug = slugify(name)
    if not slug:
        raise Invalid(
            _("Escriba el nombre del programa."),
            errors=[{"pointer": "/new_programme", "code": "missing", "detail": _("Falta el nombre.")}],
        )
    # A code is shorter than a name may be: that of another programme whose name begins alike is passed by.
    for code in (slug[:40], *(f"{slug[:36]}-{number}" for number in range(2, 1000))):
        programme, created = Programme.objects.get_or_create(code=code, defaults={"name": name})
        if created or slugify(programme.name) == slug:
            return programme
    raise Conflict(_("Ya hay demasiados programas con un nombre parecido. Elija uno de la lista."))


@transaction.atomic
def plan_tour(
    *,
    programme: Programme | str,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    planned_by: AbstractUser | None,
    notes: str = "",
) -> Tour:
    """Make a tour of a programme (by name, one that may be new), without visits yet."""
    name = " ".join(name.split())
    _check(name, starts_on, ends_on)
    return Tour.objects.create(
        programme=_programme(programme),
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        notes=notes.strip(),
        created_by_id=planned_by.pk if planned_by else None,
    )


@transaction.atomic
def edit_tour(
    *,
    tour_id: UUID,
    programme: Programme | str,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    notes: str = "",
) -> Tour:
    """Change a tour's own facts; its dates must go on covering its visits."""
    tour = _take(tour_id)
    name = " ".join(name.split())
    _check(name, starts_on, ends_on)
    outside = (
        tour.visits.exclude(stage=Visit.Stage.CANCELLED)
        .exclude(date__range=(starts_on, ends_on))
        .select_related("place")
        .defer("place__boundary", "place__simple_boundary")
        .first()
    )
    if outside:
        detail = _("La visita a %(place)s es el %(date)s: muévala antes o deje esa fecha dentro.") % {
            "place": outside.place,
            "date": day_in_words(outside.date),
        }
        raise Invalid(detail, errors=[{"pointer": "/starts_on", "code": "visit_outside", "detail": detail}])
    tour.programme, tour.name, tour.notes = _programme(programme), name, notes.strip()
    tour.starts_on, tour.ends_on = starts_on, ends_on
    tour.save(update_fields=["programme", "name", "notes", "starts_on", "ends_on"])
    return tour


@transaction.atomic
def cancel_tour(*, tour_id: UUID) -> Tour:
    """Call a tour off: tablets stop carrying its visits; what was already knocked stays."""
    tour = _take(tour_id)
    if not tour.cancelled:
        tour.stage = Tour.Stage.CANCELLED
        tour.save(update_fields=["stage"])
    return tour


@transaction.atomic
def restore_tour(*, tour_id: UUID) -> Tour:
    """Undo a cancelling: the tour and its visits stand as they did."""
    tour = _take(tour_id)
    if not tour.cancelled:
        raise Conflict(_("Este recorrido no está cancelado."))
    tour.stage = Tour.Stage.PLANNED
    tour.save(update_fields=["stage"])
    return tour


def _programme(programme: Programme | str) -> Programme:
    return start_programme(name=programme) if isinstance(programme, str) else programme


def _take(tour_id: UUID) -> Tour:
    return Tour.objects.select_for_update().get(pk=tour_id)


def _check(name: str, starts_on: dt.date, ends_on: dt.date) -> None:
    errors: list[FieldError] = []
    if not name:
        errors.append({"pointer": "/name", "code": "missing", "detail": _("Póngale un nombre al recorrido.")})
    if len(name) > 160:
        detail = _("El nombre pasa de 160 caracteres.")
        errors.append({"pointer": "/name", "code": "too_long", "detail": detail})
    if ends_on < starts_on:
        detail = _("Termina antes de empezar.")
        errors.append({"pointer": "/ends_on", "code": "before_start", "detail": detail})
    elif ends_on - starts_on > LONGEST_TOUR:
        detail = _("Dura más de un año: revise las fechas.")
        errors.append({"pointer": "/ends_on", "code": "too_long", "detail": detail})
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
