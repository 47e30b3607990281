"""The list of tours, one tour, and planning it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns import permissions, selectors
from campaigns.forms import TourFilter, TourForm, tell
from campaigns.models import Tour
from campaigns.services import tours
from campaigns.views.gate import person, tour_planned
from geo.clock import local_today
from geo.gate import requires
from geo.problems import Invalid
from geo.refusals import refusals_told

PAST_ON_A_PAGE = 15


@require_GET
@requires(permissions.SEE)
def tour_list(request: HttpRequest) -> HttpResponse:
    """Tours under way and to come, then past ones with what came of them."""
    user, today = person(request), local_today()
    seen = Tour.objects.visible_to(user).select_related("programme")
    form = TourFilter(request.GET or None)
    if form.is_valid() and (programme := form.cleaned_data["programme"]):
        seen = seen.filter(programme=programme)
    past = Paginator(seen.past(today), PAST_ON_A_PAGE).get_page(request.GET.get("page"))
    coming = list(seen.coming(today)) if past.number == 1 else []
    summaries = selectors.summarise([*coming, *past], user)
    context = {
        "form": form,
        "filtered": form.is_bound,
        "coming": summaries[: len(coming)],
        "past": summaries[len(coming) :],
        "page": past,
        "next_visits": selectors.next_visits(user, today),
        "today": today,
        "plans": user.has_perm(permissions.PLAN),
    }
    return render(request, "campaigns/tours.html", context)


@require_http_methods(["GET", "POST"])
@requires(permissions.PLAN)
def plan_tour(request: HttpRequest) -> HttpResponse:
    """Make a tour; its visits are asked for next."""
    form = TourForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            tour = tours.plan_tour(planned_by=person(request), **_facts(form.cleaned_data))
        except Invalid as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Recorrido guardado. Ahora diga a qué colonias va."))
            return redirect("campaigns:add-visit", tour.pk)
    return render(request, "campaigns/tour_form.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@requires(permissions.PLAN)
def edit_tour(request: HttpRequest, tour_id: UUID) -> HttpResponse:
    """Change a tour's own facts."""
    tour = tour_planned(request, tour_id)
    form = TourForm(request.POST or None, tour=tour)
    if request.method == "POST" and form.is_valid():
        try:
            tours.edit_tour(tour_id=tour.pk, **_facts(form.cleaned_data))
        except Invalid as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Cambios guardados."))
            return redirect(tour)
    return render(request, "campaigns/tour_form.html", {"form": form, "tour": tour}, status=_status(form))


@require_POST
@requires(permissions.PLAN)
def cancel_tour(request: HttpRequest, tour_id: UUID) -> HttpResponseRedirect:
    """Call a tour off; its page offers to undo it."""
    tour = tours.cancel_tour(tour_id=tour_planned(request, tour_id).pk)
    messages.warning(request, _("Recorrido cancelado. Si fue un error, puede recuperarlo aquí mismo."))
    return redirect(tour)


@require_POST
@requires(permissions.PLAN)
def restore_tour(request: HttpRequest, tour_id: UUID) -> HttpResponseRedirect:
    """Undo a cancelling."""
    tour = tour_planned(request, tour_id)
    with refusals_told(request):
        tours.restore_tour(tour_id=tour.pk)
        messages.success(request, _("Recorrido recuperado, con sus visitas como estaban."))
    return redirect(tour)


def _facts(cleaned: dict[str, Any]) -> dict[str, Any]:
    """The services' arguments: a programme chosen, or the name of a new one."""
    facts = {name: value for name, value in cleaned.items() if name != "new_programme"}
    return facts | {"programme": cleaned["new_programme"].strip() or facts["programme"]}


def _status(form: TourForm) -> int:
    return 422 if form.is_bound and form.errors else 200
