"""Planning a tour, its visits and its crews, by the pages' forms."""

from __future__ import annotations

import pytest
from django.urls import reverse

from campaigns.models import Crew, Programme, Tour
from geo.clock import local_today
from tests.campaigns.pages.doors import knock
from tests.campaigns.rows import CrewFactory, ProgrammeFactory
from tests.factories import MunicipalityFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_director_plans_a_tour_with_a_new_programme_and_its_colonias(as_role):
    MunicipalityFactory()
    place, crew = PlaceFactory(name="Benito Juárez"), CrewFactory()
    today = local_today()
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
    restore = reverse("campaigns:restore-tour", args=[visit.tour_id])
    client.post(restore)
    assert not Tour.objects.get().cancelled
    again = client.post(restore, follow=True)
    assert (again.status_code, again.redirect_chain[-1][0]) == (200, visit.tour.get_absolute_url())
    assert "no está cancelado" in again.content.decode()

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
