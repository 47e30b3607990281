"""The office's pages of tours, over HTTP, for every role."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from backend.accounts.models import User
from campaigns.models import Crew, Programme, Tour, Visit
from field.models import Petition
from tests.campaigns.rows import (
    CrewFactory,
    EncounterFactory,
    ProgrammeFactory,
    TourFactory,
    VisitFactory,
    capture,
)
from tests.factories import DeviceFactory, MunicipalityFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}${7*7}"
ROLES = [role.value for role in User.Role]


@pytest.fixture
def as_role(client):
    def enter(role_or_user):
        user = role_or_user if isinstance(role_or_user, User) else UserFactory(role=role_or_user)
        client.force_login(user, backend="backend.accounts.backends.RoleBackend")
        return client

    return enter


@pytest.fixture
def crew():
    crew = CrewFactory()
    crew.members.add(UserFactory())
    return crew


@pytest.fixture
def visit(crew):
    MunicipalityFactory()
    return VisitFactory(crew=crew)


def knock(visit: Visit, *petitions: Petition, **facts):
    encounter = EncounterFactory(visit=visit, **facts)
    encounter.petitions.set(petitions)
    return encounter


PAGES = ["tours", "plan-tour", "crews", "form-crew", "find-places"]


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_sent_to_sign_in(client, name):
    response = client.get(reverse(f"campaigns:{name}"))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/entrar/")


MAY = {
    "tours": {"promotor", "supervisor", "auxiliar", "jefe", "director"},
    "plan-tour": {"supervisor", "director"},
    "crews": {"supervisor", "director"},
    "form-crew": {"supervisor", "director"},
    "find-places": {"supervisor", "director"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_for_the_roles_that_need_it(as_role, name, role):
    response = as_role(role).get(reverse(f"campaigns:{name}"))
    assert response.status_code == (200 if role in MAY[name] else 403)


def test_a_tour_is_seen_by_its_crew_and_the_office_and_by_no_other_crew(as_role, visit):
    [member] = visit.crew.members.all()
    sees = [member, visit.crew.supervisor, "auxiliar", "jefe", "director"]
    addresses = [
        visit.tour.get_absolute_url(),
        reverse("campaigns:map-places", args=[visit.tour_id]),
        reverse("campaigns:map-doors", args=[visit.tour_id]),
    ]
    for address in addresses:
        assert [as_role(who).get(address).status_code for who in sees] == [200] * 5
        assert [as_role(who).get(address).status_code for who in ("promotor", "supervisor")] == [404] * 2
        assert [as_role(who).get(address).status_code for who in ("enlace", "asesor")] == [403] * 2


def test_a_promotor_sees_the_visits_of_their_own_crews_on_a_shared_tour(as_role, visit):
    other = VisitFactory(tour=visit.tour, place__name="La de otra brigada")
    free = VisitFactory(tour=visit.tour, crew=None, place__name="La de todos")
    [member] = visit.crew.members.all()

    page = as_role(member).get(visit.tour.get_absolute_url()).content.decode()

    assert visit.place.name in page
    assert free.place.name in page
    assert other.place.name not in page


def test_a_director_plans_a_tour_with_a_new_programme_and_its_colonias(as_role):
    MunicipalityFactory()
    place, crew = PlaceFactory(name="Benito Juárez"), CrewFactory()
    today = timezone.localdate()
    client = as_role("director")

    made = client.post(
        reverse("campaigns:plan-tour"),
        {"name": "Oriente", "new_programme": "Cerca de Ti", "starts_on": today, "ends_on": today},
    )

    tour = Tour.objects.get()
    assert made["Location"] == reverse("campaigns:add-visit", args=[tour.pk])
    assert (tour.name, tour.programme.name) == ("Oriente", "Cerca de Ti")
    found = client.get(reverse("campaigns:find-places"), {"q": "juarez ben"}).content.decode()
    assert f'value="{place.code}"' in found

    added = client.post(made["Location"], {"place": place.code, "date": today, "crew": crew.pk}, follow=True)

    assert "Benito Juárez quedó en el recorrido" in added.content.decode()
    assert (tour.visits.get().place, tour.visits.get().crew) == (place, crew)
    again = client.post(made["Location"], {"place": place.code, "date": today, "crew": crew.pk})
    assert again.status_code == 422
    assert "ya está en el recorrido" in again.content.decode()


def test_a_form_says_what_is_missing_beside_each_field(as_role):
    client = as_role("director")
    ProgrammeFactory()

    empty = client.post(reverse("campaigns:plan-tour"), {"name": ""})
    backwards = client.post(
        reverse("campaigns:plan-tour"),
        {"name": "X", "new_programme": "Y", "starts_on": "2026-11-22", "ends_on": "2026-11-20"},
    )

    assert empty.status_code == backwards.status_code == 422
    assert "Elija un programa" in empty.content.decode()
    assert "Termina antes de empezar" in backwards.content.decode()
    assert not Tour.objects.exists()
    assert not Programme.objects.filter(name="Y").exists()


def test_a_supervisor_plans_their_own_tours_and_touches_no_others(as_role, visit):
    client = as_role(visit.crew.supervisor)
    addresses = [
        reverse("campaigns:edit-tour", args=[visit.tour_id]),
        reverse("campaigns:add-visit", args=[visit.tour_id]),
        reverse("campaigns:edit-visit", args=[visit.pk]),
    ]
    assert [client.get(address).status_code for address in addresses] == [403] * 3
    acts = [
        reverse("campaigns:cancel-tour", args=[visit.tour_id]),
        reverse("campaigns:restore-tour", args=[visit.tour_id]),
        reverse("campaigns:cancel-visit", args=[visit.pk]),
        reverse("campaigns:restore-visit", args=[visit.pk]),
    ]
    assert [client.post(address).status_code for address in acts] == [403] * 4

    Tour.objects.update(created_by=visit.crew.supervisor)

    assert [client.get(address).status_code for address in addresses] == [200] * 3


def test_a_visit_is_closed_and_reopened_by_who_leads_its_crew(as_role, visit):
    close, reopen = (reverse(f"campaigns:{act}-visit", args=[visit.pk]) for act in ("close", "reopen"))
    [member] = visit.crew.members.all()
    assert as_role(member).post(close).status_code == 403
    assert as_role("auxiliar").post(close).status_code == 403

    client = as_role(visit.crew.supervisor)
    page = client.post(close, follow=True).content.decode()
    visit.refresh_from_db()
    assert visit.closed
    assert "Puede reabrirla" in page
    client.post(reopen)
    visit.refresh_from_db()
    assert not visit.closed


def test_acts_are_not_done_by_following_a_link(as_role, visit):
    client = as_role("director")
    for act in ("close", "reopen", "cancel", "restore"):
        assert client.get(reverse(f"campaigns:{act}-visit", args=[visit.pk])).status_code == 405


def test_cancelling_is_undone_from_the_page_itself(as_role, visit):
    client = as_role("director")
    cancelled = client.post(reverse("campaigns:cancel-tour", args=[visit.tour_id]), follow=True)
    assert "Recuperar el recorrido" in cancelled.content.decode()
    client.post(reverse("campaigns:restore-tour", args=[visit.tour_id]))
    assert not Tour.objects.get().cancelled

    cancelled = client.post(reverse("campaigns:cancel-visit", args=[visit.pk]), follow=True)
    assert "Recuperar" in cancelled.content.decode()
    client.post(reverse("campaigns:restore-visit", args=[visit.pk]))
    visit.refresh_from_db()
    assert not visit.cancelled


def test_what_cannot_be_done_is_said_and_nothing_breaks(as_role, visit):
    knock(visit)
    answer = as_role("director").post(reverse("campaigns:cancel-visit", args=[visit.pk]), follow=True)
    assert "ciérrela en vez de cancelarla" in answer.content.decode()


def test_a_way_back_never_leads_outside(as_role, visit):
    close = reverse("campaigns:close-visit", args=[visit.pk])
    answer = as_role("director").post(close, {"next": "https://mal.example/"})
    assert answer["Location"] == visit.tour.get_absolute_url()


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


def test_a_sensitive_petition_is_counted_but_read_only_by_those_meant(as_role, visit):
    petition = capture()
    petition.category.sensitive = True
    petition.category.save()
    encounter = knock(visit, petition, outcome="petition")
    page = visit.tour.get_absolute_url()
    detail = reverse("campaigns:map-door", args=[visit.tour_id, encounter.pk])

    for role, reads in [("director", True), ("jefe", True), ("auxiliar", False)]:
        client = as_role(role)
        response = client.get(page)
        assert response.context["figures"].petitions == 1
        assert (petition.description in response.content.decode()) is reads
        assert bool(client.get(detail).json()["items"]) is reads
    supervisor = as_role(visit.crew.supervisor)
    assert petition.description not in supervisor.get(page).content.decode()


def test_a_promotor_reads_only_petitions_they_took(as_role, visit):
    [member] = visit.crew.members.all()
    own, other = capture(DeviceFactory(user=member)), capture()
    knock(visit, own, other, outcome="petition")

    def read(who):
        return set(as_role(who).get(visit.tour.get_absolute_url()).context["petitions"])

    assert read(member) == {own}
    assert read(visit.crew.supervisor) == {own, other}


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

    assert labels == {str(at_home.pk): "No quiso", str(away.pk): "No había nadie"}
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
    past = VisitFactory(tour__starts_on=timezone.localdate() - dt.timedelta(days=3))
    assert "hx-trigger" not in as_role("director").get(past.tour.get_absolute_url()).content.decode()


def test_the_list_tells_coming_from_past_and_filters_by_programme(as_role):
    today = timezone.localdate()
    past = TourFactory(starts_on=today - dt.timedelta(days=9))
    now, later = TourFactory(starts_on=today), TourFactory(starts_on=today + dt.timedelta(days=9))
    client = as_role("director")

    context = client.get(reverse("campaigns:tours")).context
    filtered = client.get(reverse("campaigns:tours"), {"programme": past.programme.code}).context

    assert [summary.tour for summary in context["coming"]] == [now, later]
    assert [summary.tour for summary in context["past"]] == [past]
    assert (filtered["coming"], [summary.tour for summary in filtered["past"]]) == ([], [past])


@pytest.mark.parametrize("who", ["director", "supervisor"])
def test_pages_take_the_same_queries_however_much_there_is(
    as_role, visit, who, django_assert_max_num_queries
):
    client = as_role("director" if who == "director" else visit.crew.supervisor)
    device = DeviceFactory()
    addresses = [
        reverse("campaigns:tours"),
        reverse("campaigns:crews"),
        visit.tour.get_absolute_url(),
        reverse("campaigns:map-places", args=[visit.tour_id]),
        reverse("campaigns:map-doors", args=[visit.tour_id]),
    ]
    knock(visit, capture(device), outcome="petition")
    VisitFactory(crew=visit.crew, tour__starts_on=timezone.localdate() - dt.timedelta(days=5))
    counts = {}
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(60) as few:
            client.get(address)
        counts[address] = len(few)

    for _ in range(4):
        more = VisitFactory(tour=visit.tour, crew=CrewFactory(supervisor=visit.crew.supervisor))
        more.crew.members.add(UserFactory(), UserFactory())
        knock(more, capture(device), capture(device), outcome="petition")
        VisitFactory(crew=visit.crew, tour__starts_on=timezone.localdate() - dt.timedelta(days=5))
    for address in addresses:
        with django_assert_max_num_queries(counts[address]):
            assert client.get(address).status_code == 200
    assert max(counts.values()) <= 25, counts


def test_a_director_forms_a_crew_and_a_supervisor_changes_their_own_only(as_role, crew):
    supervisor, promotor = UserFactory(role="supervisor"), UserFactory()
    client = as_role("director")
    form = {"name": "Centro", "supervisor": supervisor.pk, "members": [promotor.pk]}
    client.post(reverse("campaigns:form-crew"), form)
    made = Crew.objects.get(name="Centro")
    assert list(made.members.all()) == [promotor]
    assert client.post(reverse("campaigns:form-crew"), form).status_code == 422

    client = as_role(supervisor)
    mine = reverse("campaigns:edit-crew", args=[made.pk])
    assert client.get(reverse("campaigns:edit-crew", args=[crew.pk])).status_code == 404
    assert client.get(mine).status_code == 200
    stolen = client.post(mine, form | {"supervisor": crew.supervisor_id})
    assert stolen.status_code == 422
    client.post(mine, form | {"members": [], "active": "on"})
    made.refresh_from_db()
    assert (list(made.members.all()), made.active) == ([], True)


def test_places_are_found_by_any_of_their_names_without_minding_accents(as_role):
    one = PlaceFactory(name="Lomas de Mazatlán", other_names=["La Ñoñería"])
    PlaceFactory(name="Otra")
    client = as_role("director")

    def found(words):
        page = client.get(reverse("campaigns:find-places"), {"q": words}).content.decode()
        return f'value="{one.code}"' in page

    assert all(found(words) for words in ("mazatlan", "LOMAS", "noneria", one.code, "mazat lom"))
    assert not found("otra mazatlan")
    assert "Ningún lugar" in client.get(reverse("campaigns:find-places"), {"q": "zzz%_"}).content.decode()


def test_the_maps_data_is_valid_however_odd_a_door(as_role, visit):
    knock(visit, outcome="come_back", note="a" * 2000)
    body = as_role("director").get(reverse("campaigns:map-doors", args=[visit.tour_id])).content
    assert json.loads(body)["total"] == 1
