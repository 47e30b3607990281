"""The list of tours, and what the pages cost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from geo.clock import local_today
from tests.campaigns.pages.doors import knock
from tests.campaigns.rows import CrewFactory, TourFactory, VisitFactory, capture
from tests.factories import DeviceFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_list_tells_coming_from_past_and_filters_by_programme(as_role):
    today = local_today()
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
    VisitFactory(crew=visit.crew, tour__starts_on=local_today() - dt.timedelta(days=5))
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
        VisitFactory(crew=visit.crew, tour__starts_on=local_today() - dt.timedelta(days=5))
    for address in addresses:
        with django_assert_max_num_queries(counts[address]):
            assert client.get(address).status_code == 200
    assert max(counts.values()) <= 25, counts
