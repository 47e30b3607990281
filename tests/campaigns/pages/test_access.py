"""Who sees the pages of tours, and which petitions on them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from backend.accounts.models import User
from tests.campaigns.pages.doors import knock
from tests.campaigns.rows import VisitFactory, capture
from tests.factories import DeviceFactory

pytestmark = pytest.mark.django_db
ROLES = [role.value for role in User.Role]
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


def test_a_session_that_ended_loses_no_notes_and_leads_back_to_the_form(client):
    form = reverse("campaigns:plan-tour")
    sent = {"name": "Norte", "notes": "Llevar el plano de la colonia"}
    answer = client.post(form, sent, headers={"referer": f"http://testserver{form}"})
    assert answer.status_code == 403
    assert "Llevar el plano de la colonia" in answer.content.decode()
    assert f"?next={form}" in answer.content.decode()
