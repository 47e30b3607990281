"""A tour's map: its places by how their visits stand, and its doors by outcome."""

from __future__ import annotations

from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models import Extent
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import permissions, selectors
from campaigns.figures import Figures, figures_by
from campaigns.looks import OUTCOMES, STAGES
from campaigns.models import Encounter, Tour, Visit
from campaigns.querysets import VisitQuerySet
from campaigns.views.gate import person, tour_seen
from campaigns.wording import day_in_words
from field.folio import format_folio
from geo.gate import requires
from geo.maps.answers import map_data
from geo.maps.extent import initial_bounds
from geo.maps.ground import outlines_address
from geo.maps.shell import Bounds, Layer, MapShell, map_shell
from geo.models import Place
from geo.querysets import first_shape

#: More doors than this would only be a blot; the figures beside the map count them all.
MOST_DOORS = 20_000

#: Where a place has several visits, the map shows the liveliest.
_LIVELIEST = [Visit.Stage.OPEN, Visit.Stage.PLANNED, Visit.Stage.CLOSED, Visit.Stage.CANCELLED]


def tour_map(request: HttpRequest, tour: Tour) -> MapShell:
    """The shell of the tour's map."""
    return map_shell(
        request,
        label=_("Mapa del recorrido %(name)s") % {"name": tour.name},
        bounds=_bounds(Visit.objects.filter(tour=tour).visible_to(person(request))),
        ground=outlines_address(),
        layers=[
            Layer("places", data=reverse("campaigns:map-places", args=[tour.pk])),
            Layer(
                "points",
                data=reverse("campaigns:map-doors", args=[tour.pk]),
                detail=reverse("campaigns:map-doors", args=[tour.pk]).removesuffix(".json") + "/",
                options={"whole": True},
            ),
        ],
    )


@requires(permissions.SEE)
@map_data
def places(request: HttpRequest, tour_id: UUID) -> dict[str, Any]:
    """The tour's places, coloured by how their visits stand."""
    seen = _visits(request, tour_id)
    figures = figures_by(selectors.encounters_of(seen), "visit")
    painted: dict[str, tuple[int, list[str]]] = {}
    for visit in seen.with_names():
        rank = _LIVELIEST.index(visit.stage_now)
        before, said = painted.get(str(visit.place_id), (rank, []))
        painted[str(visit.place_id)] = (min(rank, before), [*said, _said(visit, figures.get(visit.pk))])
    return {
        "classes": [
            {"colour": STAGES[stage].colour, "label": str(stage.label), "outline": "#221a13"}
            for stage in _LIVELIEST
        ],
        "places": {place: [rank, "; ".join(said)] for place, (rank, said) in painted.items()},
    }


@requires(permissions.SEE)
@map_data
def doors(request: HttpRequest, tour_id: UUID) -> dict[str, Any]:
    """Every door that was placed, by outcome."""
    encounters = selectors.encounters_of(_visits(request, tour_id)).exclude(location=None)
    shown = list(OUTCOMES)
    rows = encounters.order_by("-at", "pk").values_list("pk", "outcome", "location")[:MOST_DOORS]
    points = [
        [round(at.x, 6), round(at.y, 6), shown.index(outcome), str(pk)] for pk, outcome, at in rows if at
    ]
    return {
        "classes": [
            {
                "colour": look.colour,
                "shape": look.shape,
                "label": str(Encounter.Outcome(outcome).label),
            }
            for outcome, look in OUTCOMES.items()
        ],
        # The first lies on top: the doors that gave petitions over those that did not.
        "points": sorted(points, key=itemgetter(2)),
        "total": len(points),
        "capped": len(points) == MOST_DOORS,
    }


@requires(permissions.SEE)
@map_data
def door(request: HttpRequest, tour_id: UUID, door_id: UUID) -> dict[str, Any]:
    """What a click on a door shows: when, what came of it, and its petitions."""
    visits = _visits(request, tour_id)
    encounter = get_object_or_404(
        selectors.encounters_of(visits).select_related("visit__crew", "visit__place", "recorded_by"),
        pk=door_id,
    )
    user = person(request)
    petitions = selectors.petitions_of(visits, user).filter(encounters=encounter).select_related("category")
    reads = user.has_perm("casework.see_office")
    return {
        "title": encounter.get_outcome_display(),
        "lines": [
            date_format(timezone.localtime(encounter.at), "j \\d\\e F, H:i"),
            " · ".join(str(part) for part in (encounter.visit.place, encounter.visit.crew) if part),
        ],
        "note": encounter.note,
        "items": [
            {
                "label": format_folio(petition.folio),
                "href": f"/boletas/{format_folio(petition.folio)}/" if reads else "",
                "text": petition.category.name,
            }
            for petition in petitions
        ],
    }


def _visits(request: HttpRequest, tour_id: UUID) -> VisitQuerySet:
    return Visit.objects.filter(tour=tour_seen(request, tour_id)).visible_to(person(request))


def _said(visit: Visit, figures: Figures | None) -> str:
    doors = figures.doors if figures else 0
    knocked = ngettext("%(n)d puerta", "%(n)d puertas", doors) % {"n": doors}
    parts = [day_in_words(visit.date), visit.crew.name if visit.crew else _("sin brigada"), knocked]
    return f"{visit.stage_now.label}: {', '.join(parts)}"


def _bounds(visits: VisitQuerySet) -> Bounds:
    """The places that the tour visits; the city, before there are any."""
    shape = first_shape("simple_boundary", "boundary", "centre")
    extent = Place.objects.filter(visits__in=visits.order_by().values("pk")).aggregate(box=Extent(shape))[
        "box"
    ]
    if extent is None:
        return initial_bounds()
    west, south, east, north = extent
    pad = max(east - west, north - south, 0.01) * 0.08
    return (west - pad, south - pad, east + pad, north + pad)
