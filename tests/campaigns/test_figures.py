"""Figures by visit and tour, and how dates are said."""

from __future__ import annotations

import datetime as dt

import pytest

from campaigns.figures import Figures, figures_by, total_figures
from campaigns.models import Encounter
from campaigns.wording import days_in_words, weekday_in_words
from geo.clock import local_today
from tests.campaigns.rows import EncounterFactory, VisitFactory, capture


@pytest.mark.django_db
def test_each_visit_and_tour_has_its_own_doors_and_petitions_counted_once(django_assert_num_queries):
    one = VisitFactory()
    other = VisitFactory(tour=one.tour)
    shared, single = capture(), capture()
    for visit, outcome, petitions in [
        (one, "petition", [shared, single]),
        (one, "petition", [shared]),
        (one, "refused", []),
        (other, "petition", [shared]),
    ]:
        EncounterFactory(visit=visit, outcome=outcome).petitions.set(petitions)
    quiet = VisitFactory()

    with django_assert_num_queries(2):
        by_visit = figures_by(Encounter.objects.all(), "visit")
    with django_assert_num_queries(2):
        by_tour = figures_by(Encounter.objects.all(), "visit__tour")

    assert by_visit[one.pk] == Figures({"petition": 2, "refused": 1}, 2)
    assert by_visit[other.pk] == Figures({"petition": 1}, 1)
    assert quiet.pk not in by_visit
    assert by_tour == {one.tour_id: Figures({"petition": 3, "refused": 1}, 2)}
    assert total_figures(Encounter.objects.all()) == by_tour[one.tour_id]


def test_a_rate_needs_doors():
    assert Figures().petitions_per_door is None
    assert Figures().per_door == "—"
    assert Figures({"petition": 2, "refused": 1}, 1).per_door == "0.33"
    assert [share.percent for share in Figures().shares] == [0] * 5


def test_dates_are_said_as_people_say_them():
    year = local_today().year
    first, last = dt.date(year, 11, 28), dt.date(year, 12, 2)
    assert days_in_words(first, first) == "28 de noviembre"
    assert days_in_words(first, dt.date(year, 11, 30)) == "28 al 30 de noviembre"
    assert days_in_words(first, last) == "28 de noviembre al 2 de diciembre"
    assert weekday_in_words(dt.date(2020, 11, 20)) == "viernes 20 de noviembre de 2020"
