"""Random histories: every figure is what a naive recount finds, and every list is exactly its boletas."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.casework.given import Given
from backend.casework.models import Holiday, Referral, StatusChange
from backend.casework.services.calendar import add_days
from backend.casework.services.echoes import join_petitions, split_petition
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES
from backend.reports.capacity import counting
from backend.reports.capacity.counting import count_capacity
from backend.reports.capacity.listing import Boletas, Whose
from backend.reports.capacity.measures import MEASURES
from backend.reports.capacity.periods import Days
from backend.reports.capacity.scope import scope_of
from backend.reports.capacity.steps import ATTENDED_BIT
from field.models import Department, Petition
from geo.clock import local_today, local_zone
from geo.problems import Problem
from tests.casework.conftest import Office, Receive, office, receive
from tests.reports.recount import recount

__all__ = ["Office", "Receive", "office", "receive"]
pytestmark = pytest.mark.django_db


def live(office: Office, receive: Receive, chance: random.Random) -> None:
    """Some months in which petitions come, are moved, joined, split, and the calendar changes."""
    director = office.staff["director"]
    start = datetime.combine(local_today() - timedelta(days=75), time(9), local_zone())
    now = start
    petitions: list[Petition] = []
    kinds = [office.lamp, office.lamp, office.pothole, office.to_check, office.complaint]
    for _ in range(70):
        now += timedelta(hours=chance.uniform(1, 50))
        with mock.patch.object(timezone, "now", return_value=now):
            if len(petitions) < 4 or chance.random() < 0.15:
                petitions.append(receive(chance.choice(kinds), captured_at=now, received_at=now))
                continue
            one = Petition.objects.get(pk=chance.choice(petitions).pk)
            try:
                with transaction.atomic():
                    step(office, director, one, petitions, chance)
            except Problem:
                pass  # what may not be done is not done


def step(office, director, one, petitions, chance) -> None:
    drawn = chance.random()
    if drawn < 0.1:
        join_petitions(petitions={one.pk, chance.choice(petitions).pk}, by=director)
    elif drawn < 0.14:
        split_petition(petition=one, by=director)
    elif drawn < 0.18:
        day = local_today() + timedelta(days=chance.randint(1, 9))
        add_days(first=day, last=day, name="Feria", move=chance.random() < 0.7, by=director)
    else:
        allowed = [move.name for move in MOVES.values() if one.status in move.sources]
        weights = [4 if name in ("open", "attend", "proceed", "validate_negative") else 1 for name in allowed]
        change_status(
            petition=one,
            move=chance.choices(allowed, weights)[0],
            by=director,
            given=Given(
                note="Así fue",
                department=chance.choice([office.lights, office.streets]),
                scheduled_for=local_today() + timedelta(days=3),
                institution="CFE",
            ),
        )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6), first=st.integers(0, 75), length=st.integers(0, 40))
def test_every_figure_is_the_recounts_and_every_list_its_boletas(office, receive, seed, first, length):
    with transaction.atomic():
        live(office, receive, random.Random(seed))
        start = local_today() - timedelta(days=75 - first)
        days = Days(start, start + timedelta(days=length))
        compared = Days(start - timedelta(days=length + 1), start - timedelta(days=1))
        scope = scope_of(office.staff["director"])
        with mock.patch.object(counting, "LONG_DAYS", (0, 10_000)[seed % 2]):  # in either way
            capacity = count_capacity(scope, days, compared)
        truth, truth_before = recount(days), recount(compared)
        whole: dict[str, int] = {}
        for row in capacity.rows:
            department = Department.objects.filter(code=row.code).first() if row.code else None
            told = truth[department.pk if department else None]
            earlier = truth_before[department.pk if department else None]
            for measure in MEASURES:
                folios = set(told[measure.column])
                assert row.figures.counts[measure.column] == len(folios), (row.name, measure.key)
                if not measure.now:
                    assert row.before.counts[measure.column] == len(earlier[measure.column])
                boletas = Boletas(scope, measure, days, Whose(department))
                assert boletas.count() == len(folios)
                assert {one.petition.folio for one in boletas[0:500]} == folios
                whole[measure.column] = whole.get(measure.column, 0) + len(folios)
            taken = sorted(told["days"].elements()) if told["days"] else []
            assert sorted(row.figures.days.elements()) == taken
            for tenths, value in ((5, row.figures.median), (9, row.figures.p90)):
                assert value == (taken[-(-len(taken) * tenths // 10) - 1] if taken else None)
        for measure in MEASURES:
            assert capacity.whole.figures.counts[measure.column] == whole[measure.column]
            everybody = Boletas(scope, measure, days, Whose(everybody=True))
            assert everybody.count() == len(everybody[0:500]) == whole[measure.column]
        assert StatusChange.objects.exists()
        assert Referral.objects.exists()
        transaction.set_rollback(True)
    assert not Holiday.objects.exists()


def test_what_is_counted_and_taken_out_again_leaves_no_days():
    figures = counting.Figures()
    figures.add(ATTENDED_BIT, in_time=True, days=13, number=2)
    figures.add(ATTENDED_BIT, in_time=True, days=13, number=-2)
    assert (figures.median, figures.p90, figures.share) == (None, None, None)
