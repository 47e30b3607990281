"""A tour's page: its counts, its map, its progress."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.urls import reverse

from campaigns.models import Crew, Programme, Tour, Visit
from geo.clock import local_today
from tests.campaigns.pages.doors import knock
from tests.campaigns.rows import EncounterFactory, VisitFactory, capture
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}${7*7}"


def test_a_tours_page_counts_doors_petitions_and_doors_without_boleta(as_role, visit):
    petition = capture()
    knock(visit, petition, outcome="petition")
    knock(visit, petition, outcome="petition")
    knock(visit, outcome="petition")
    knock(visit, outcome="refused")

    response = as_role("director").get(visit.tour.get_absolute_url())

    figures = response.context["figures"]
    assert (figures.doors, figures.petitions, figures.per_door) == (4, 1, "0.25")
    assert response.context["without_boleta"] == 1
    [row] = response.context["visits"]
    assert row["figures"] == figures


def test_hostile_names_and_texts_reach_the_page_as_text(as_role, visit):
    petition = capture(description=HOSTILE, address=HOSTILE)
    encounter = knock(visit, petition, outcome="petition", note=HOSTILE)
    Tour.objects.update(name=HOSTILE, notes=HOSTILE)
    Crew.objects.update(name=HOSTILE[:80])
    Programme.objects.update(name=HOSTILE)
    type(visit.place).objects.update(name=HOSTILE, other_names=[HOSTILE])
    client = as_role("director")

    for address in [
        reverse("campaigns:tours"),
        visit.tour.get_absolute_url(),
        reverse("campaigns:edit-tour", args=[visit.tour_id]),
        reverse("campaigns:add-visit", args=[visit.tour_id]),
        reverse("campaigns:edit-visit", args=[visit.pk]),
        reverse("campaigns:find-places") + "?q=" + "img",
        reverse("campaigns:find-places") + "?q=" + HOSTILE,
        reverse("campaigns:crews"),
        reverse("campaigns:edit-crew", args=[visit.crew_id]),
    ]:
        page = client.get(address).content.decode()
        assert "<img" not in page, address
        assert "&lt;img" in page, address
    for name in ("map-places", "map-doors"):
        answer = client.get(reverse(f"campaigns:{name}", args=[visit.tour_id]))
        assert answer["Content-Type"] == "application/json"
    told = client.get(reverse("campaigns:map-door", args=[visit.tour_id, encounter.pk]))
    assert told.json()["note"] == HOSTILE


def test_the_map_draws_each_door_by_its_outcome_and_each_place_by_its_visits(as_role, visit):
    at_home, away = knock(visit, outcome="refused"), knock(visit, outcome="nobody_home")
    knock(visit, location=None)
    other = VisitFactory(tour=visit.tour, place=visit.place, crew=None, stage=Visit.Stage.OPEN)
    client = as_role("director")

    doors = client.get(reverse("campaigns:map-doors", args=[visit.tour_id])).json()
    labels = {point[3]: doors["classes"][point[2]]["label"] for point in doors["points"]}
    places = client.get(reverse("campaigns:map-places", args=[visit.tour_id])).json()

    assert labels == {str(at_home.pk): "No quiso atender", str(away.pk): "No había nadie"}
    assert len({(look["colour"], look["shape"]) for look in doors["classes"]}) == 5
    [(place, (rank, said))] = places["places"].items()
    assert place == str(visit.place_id)
    assert places["classes"][rank]["label"] == "En curso"
    assert "3 puertas" in said
    assert other.get_stage_display() in said


def test_an_unknown_door_is_not_found(as_role, visit):
    client = as_role("director")
    for unknown in (EncounterFactory().pk, visit.pk):
        address = reverse("campaigns:map-door", args=[visit.tour_id, unknown])
        assert client.get(address).status_code == 404


def test_the_page_that_asks_again_gets_only_the_progress(as_role, visit):
    client = as_role("director")
    whole = client.get(visit.tour.get_absolute_url()).content.decode()
    part = client.get(visit.tour.get_absolute_url(), headers={"HX-Target": "avance"}).content.decode()

    assert "every 20s" in whole
    assert "<html" not in part
    assert 'id="peticiones" hx-swap-oob' in part


def test_a_tour_that_is_over_does_not_ask_again(as_role):
    MunicipalityFactory()
    past = VisitFactory(tour__starts_on=local_today() - dt.timedelta(days=3))
    assert "hx-trigger" not in as_role("director").get(past.tour.get_absolute_url()).content.decode()


def test_the_maps_data_is_valid_however_odd_a_door(as_role, visit):
    knock(visit, outcome="come_back", note="a" * 2000)
    body = as_role("director").get(reverse("campaigns:map-doors", args=[visit.tour_id])).content
    assert json.loads(body)["total"] == 1
