"""The visits of a tour: adding, moving, cancelling and closing them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Crew, Tour, Visit
from campaigns.wording import day_in_words
from field.sync.inbox import refile_waiting
from geo.clock import local_today
from geo.models import Place
from geo.problems import Conflict, Invalid


@transaction.atomic
def add_visit(
    *, tour: Tour, place: Place, date: dt.date, crew: Crew | None = None, visit_id: UUID | None = None
) -> Visit:
    """Put a colonia or comunidad on a tour, for one day and crew.

    Encounters that came before their visit was known (it was made elsewhere, under ``visit_id``)
    join it by themselves.
    """
    # Locked: two people adding the same visit at once are told so, one after the other.
    tour = Tour.objects.select_for_update().get(pk=tour.pk)
    _check_open(tour)
    _check_date(tour, date)
    _check_crew(crew)
    _check_once(tour.pk, place, date, crew)
    visit = Visit.objects.create(id=visit_id or uuid4(), tour=tour, place=place, date=date, crew=crew)
    transaction.on_commit(partial(refile_waiting, [str(visit.pk)]))
    return visit


@transaction.atomic
def move_visit(*, visit_id: UUID, date: dt.date, crew: Crew | None) -> Visit:
    """Give a visit another day or crew; what was already knocked stays with it."""
    visit = _take(visit_id)
    if visit.cancelled or visit.closed:
        raise Conflict(_("La visita ya está %(stage)s; no se puede mover.") % {"stage": _stage(visit)})
    _check_open(visit.tour)
    if date != visit.date:
        _check_date(visit.tour, date)
    if crew != visit.crew:
        _check_crew(crew)
    _check_once(visit.tour_id, visit.place, date, crew, but=visit.pk)
    visit.date, visit.crew = date, crew
    visit.save(update_fields=["date", "crew"])
    return visit


@transaction.atomic
def cancel_visit(*, visit_id: UUID) -> Visit:
    """Call a visit off. One where doors were knocked took place: it is closed instead."""
    visit = _take(visit_id)
    if visit.cancelled:
        return visit
    if visit.closed or visit.knocked:
        raise Conflict(_("Ya se tocaron puertas en esta visita: ciérrela en vez de cancelarla."))
    visit.stage = Visit.Stage.CANCELLED
    visit.save(update_fields=["stage"])
    return visit


@transaction.atomic
def restore_visit(*, visit_id: UUID) -> Visit:
    """Undo a cancelling."""
    visit = _take(visit_id)
    if not visit.cancelled:
        raise Conflict(_("Esta visita no está cancelada."))
    _check_once(visit.tour_id, visit.place, visit.date, visit.crew, but=visit.pk)
    visit.stage = Visit.Stage.OPEN if visit.knocked else Visit.Stage.PLANNED
    visit.save(update_fields=["stage"])
    return visit


@transaction.atomic
def close_visit(*, visit_id: UUID, at: dt.datetime | None = None) -> Visit:
    """End a visit: tablets stop carrying it. Doors that arrive late still join it."""
    visit = _take(visit_id)
    if visit.closed:
        return visit
    if visit.cancelled:
        raise Conflict(_("La visita está cancelada; no hay nada que cerrar."))
    if visit.date > local_today():
        raise Conflict(_("La visita todavía no llega: puede moverla o cancelarla."))
    visit.stage, visit.closed_at = Visit.Stage.CLOSED, at or timezone.now()
    visit.save(update_fields=["stage", "closed_at"])
    return visit


@transaction.atomic
def reopen_visit(*, visit_id: UUID) -> Visit:
    """Undo a closing."""
    visit = _take(visit_id)
    if not visit.closed:
        raise Conflict(_("Esta visita no está cerrada."))
    visit.stage = Visit.Stage.OPEN if visit.knocked else Visit.Stage.PLANNED
    visit.closed_at = None
    visit.save(update_fields=["stage", "closed_at"])
    return visit


def _take(visit_id: UUID) -> Visit:
    """The visit, locked with its tour against two people changing them at once."""
    return (
        Visit.objects.select_for_update(of=("self", "tour"))
        .select_related("tour", "place", "crew")
        .defer("place__boundary", "place__simple_boundary")
        .get(pk=visit_id)
    )


def _stage(visit: Visit) -> str:
    return str(visit.get_stage_display()).lower()


def _check_open(tour: Tour) -> None:
    if tour.cancelled:
        raise Conflict(_("El recorrido está cancelado: recupérelo antes de cambiar sus visitas."))


def _check_date(tour: Tour, date: dt.date) -> None:
    if tour.starts_on <= date <= tour.ends_on:
        return
    detail = _("El recorrido va del %(first)s al %(last)s.") % {
        "first": day_in_words(tour.starts_on),
        "last": day_in_words(tour.ends_on),
    }
    raise Invalid(
        _("La fecha queda fuera del recorrido."),
        errors=[{"pointer": "/date", "code": "outside_tour", "detail": detail}],
    )


def _check_crew(crew: Crew | None) -> None:
    if crew is not None and not crew.active:
        detail = _("La brigada ya no está activa.")
        raise Invalid(detail, errors=[{"pointer": "/crew", "code": "inactive", "detail": detail}])


def _check_once(
    tour_id: UUID, place: Place, date: dt.date, crew: Crew | None, *, but: UUID | None = None
) -> None:
    """The row's own constraint says the same; this says it to a person."""
    same = Visit.objects.filter(tour=tour_id, place=place, date=date, crew=crew).exclude(
        stage=Visit.Stage.CANCELLED
    )
    if but:
        same = same.exclude(pk=but)
    if same.exists():
        detail = _("%(place)s ya está en el recorrido ese día con esa brigada.") % {"place": place}
        raise Invalid(detail, errors=[{"pointer": "/place", "code": "repeated", "detail": detail}])
