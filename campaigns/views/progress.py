"""A tour's page: what came of it so far, refreshed by itself while crews are out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns import permissions, selectors
from campaigns.figures import Figures, figures_by, total_figures
from campaigns.looks import OUTCOMES, STAGES
from campaigns.models import Tour, Visit
from campaigns.views.gate import person, tour_seen
from campaigns.views.maps import tour_map
from geo.clock import local_day, local_today
from geo.gate import requires

#: How often an open page asks again, and how long after a tour's end its doors still trickle in.
REFRESH_S = 20
PETITIONS_SHOWN = 25


@require_GET
@requires(permissions.SEE)
def tour(request: HttpRequest, tour_id: UUID) -> HttpResponse:
    """The tour as it stands; only its progress when the page asks again by itself."""
    tour = tour_seen(request, tour_id)
    context = _progress(request, tour)
    if request.headers.get("HX-Target") == "avance":
        answer = render(request, "campaigns/progress.html", context)
    else:
        answer = render(request, "campaigns/tour.html", context | {"map": tour_map(request, tour)})
    patch_vary_headers(answer, ["HX-Target"])
    return answer


def _progress(request: HttpRequest, tour: Tour) -> dict[str, Any]:
    user, today = person(request), local_today()
    seen = Visit.objects.filter(tour=tour).visible_to(user)
    doors = selectors.encounters_of(seen)
    figures = total_figures(doors)
    by_visit = figures_by(doors, "visit")
    petitions = selectors.petitions_of(seen, user)
    latest = doors.aggregate(at=Max("at"))["at"]
    return {
        "tour": tour,
        "when": _when(tour),
        "today": today,
        "live": tour.starts_on <= today <= tour.ends_on and not tour.cancelled,
        "started": tour.starts_on <= today or bool(figures.doors),
        "refresh_s": REFRESH_S,
        "figures": figures,
        "outcomes": [(share, OUTCOMES[share.outcome]) for share in figures.shares],
        "withdrawn": selectors.doors_withdrawn(seen),
        "without_boleta": selectors.doors_without_boleta(doors),
        "latest": latest,
        "latest_today": latest is not None and local_day(latest) == today,
        "visits": [
            {
                "visit": visit,
                "figures": by_visit.get(visit.pk, Figures()),
                "look": STAGES[visit.stage_now],
                "may_close": permissions.may_close_visit(user, visit) and visit.date <= today,
            }
            for visit in seen.with_names()
        ],
        "stage": Visit.Stage,
        "petitions": petitions.select_related("category", "place").defer(
            "place__boundary", "place__simple_boundary", "answers"
        )[:PETITIONS_SHOWN],
        "petitions_total": petitions.count(),
        "may_plan": permissions.may_plan_tour(user, tour),
        "reads_boletas": user.has_perm("casework.see_office"),
    }


def _when(tour: Tour) -> str:
    """Where the tour stands in time, in words."""
    today = local_today()
    if tour.cancelled:
        return _("Cancelado")
    if tour.ends_on < today:
        return _("Terminado")
    if tour.starts_on <= today:
        return _("En curso")
    days = (tour.starts_on - today).days
    return _("Mañana") if days == 1 else _("Faltan %(days)d días") % {"days": days}
