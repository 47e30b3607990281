"""Choosing where a tour goes, and running its visits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns import permissions
from campaigns.forms import VisitForm, tell
from campaigns.models import Tour, Visit
from campaigns.services import visits
from campaigns.views.gate import person, tour_planned, visit_seen
from campaigns.wording import day_in_words
from geo.gate import requires
from geo.models import Place
from geo.problems import Conflict, Invalid
from geo.refusals import refusals_told

PLACES_SHOWN = 12


@require_http_methods(["GET", "POST"])
@requires(permissions.PLAN)
def add_visit(request: HttpRequest, tour_id: UUID) -> HttpResponse:
    """Ask where the tour goes, one place at a time, with those already chosen beside."""
    tour = tour_planned(request, tour_id)
    form = VisitForm(request.POST or None, tour=tour, initial=_same_again(request, tour))
    if request.method == "POST" and form.is_valid():
        try:
            visit = visits.add_visit(tour=tour, **form.cleaned_data)
        except Invalid as problem:
            tell(form, problem)
        except Conflict as problem:
            form.add_error(None, problem.detail)
        else:
            said = _("%(place)s quedó en el recorrido el %(day)s.")
            messages.success(request, said % {"place": visit.place, "day": day_in_words(visit.date)})
            crew = visit.crew_id or ""
            return redirect(f"{request.path}?date={visit.date.isoformat()}&crew={crew}")
    chosen = Visit.objects.filter(tour=tour).exclude(stage=Visit.Stage.CANCELLED).with_names()
    context = {"form": form, "tour": tour, "visits": chosen, **_found(request)}
    return render(request, "campaigns/visit_add.html", context, status=422 if form.errors else 200)


@require_GET
@requires(permissions.PLAN)
def find_places(request: HttpRequest) -> HttpResponse:
    """The places that match what is being typed, to choose one of."""
    return render(request, "campaigns/places_found.html", _found(request))


@require_http_methods(["GET", "POST"])
@requires(permissions.PLAN)
def edit_visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Give a visit another day or crew, or call it off."""
    visit = visit_seen(request, visit_id)
    tour_planned(request, visit.tour_id)
    form = VisitForm(request.POST or None, tour=visit.tour, visit=visit)
    if request.method == "POST" and form.is_valid():
        try:
            visits.move_visit(visit_id=visit.pk, **form.cleaned_data)
        except Invalid as problem:
            tell(form, problem)
        except Conflict as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, _("Cambios guardados."))
            return redirect(visit.tour)
    context = {"form": form, "visit": visit, "tour": visit.tour, "knocked": visit.knocked}
    return render(request, "campaigns/visit_edit.html", context, status=422 if form.errors else 200)


@require_POST
@requires(permissions.PLAN)
def cancel_visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Call a visit off."""
    visit = visit_seen(request, visit_id)
    tour_planned(request, visit.tour_id)
    return _do(request, visit, visits.cancel_visit, _("Visita a %(place)s cancelada. Puede recuperarla."))


@require_POST
@requires(permissions.PLAN)
def restore_visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Undo a cancelling."""
    visit = visit_seen(request, visit_id)
    tour_planned(request, visit.tour_id)
    return _do(request, visit, visits.restore_visit, _("Visita a %(place)s recuperada."))


@require_POST
@requires(permissions.SEE)
def close_visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """End a visit."""
    visit = _run_by(request, visit_id)
    return _do(request, visit, visits.close_visit, _("Visita a %(place)s cerrada. Puede reabrirla."))


@require_POST
@requires(permissions.SEE)
def reopen_visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Undo a closing."""
    visit = _run_by(request, visit_id)
    return _do(request, visit, visits.reopen_visit, _("Visita a %(place)s reabierta."))


def _run_by(request: HttpRequest, visit_id: UUID) -> Visit:
    visit = visit_seen(request, visit_id)
    if not permissions.may_close_visit(person(request), visit):
        raise PermissionDenied(_("Esta visita la cierra quien dirige su brigada o quien hizo el recorrido."))
    return visit


def _do(request: HttpRequest, visit: Visit, act: Callable[..., Visit], said: str) -> HttpResponse:
    """Act on a visit and go back to where the button was, saying what happened."""
    with refusals_told(request):
        act(visit_id=visit.pk)
        messages.success(request, said % {"place": visit.place})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else visit.tour.get_absolute_url())


def _same_again(request: HttpRequest, tour: Tour) -> dict[str, Any]:
    """The day and crew of the visit just added, which the next one most often shares."""
    return {
        "date": request.GET.get("date") or tour.starts_on.isoformat(),
        "crew": request.GET.get("crew") if request.GET.get("crew", "").isdigit() else None,
    }


def _found(request: HttpRequest) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    words = asked.get("q", "").strip()[:80]
    found = Place.objects.without_geometry().search(words).order_by("name", "code")
    places = list(found[: PLACES_SHOWN + 1]) if words else []
    return {
        "words": words,
        "places": places[:PLACES_SHOWN],
        "more": len(places) > PLACES_SHOWN,
        "chosen": asked.get("place", ""),
    }
