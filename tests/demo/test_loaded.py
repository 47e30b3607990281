"""What the loaded demo holds agrees with the rules that real petitions obey."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time
from uuid import UUID

import h3
import pytest
from django.db.models import Max
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.deadlines import due_date, is_working_day, municipal_holidays
from backend.casework.models import Referral, StatusChange
from backend.casework.workflow import JOINED, MOVES, RECEIVED, SPLIT
from backend.demo.calls import ZONE
from backend.demo.load import Loaded, load_demo
from campaigns.models import Encounter, Tour, Visit
from field.folio import parse_folio
from field.models import Category, Channel, FolioCounter, FolioSeries, Petition, Petitioner
from field.services.folios import issue_folios
from geo.models import Certainty
from geo.problems import Conflict
from geo.services.locate import locate_points
from tests.demo.conftest import COUNT, TODAY, fingerprint

pytestmark = pytest.mark.django_db


def test_it_holds_as_many_petitions_as_asked_for(demo: Loaded) -> None:
    assert demo.petitions == COUNT
    assert demo.fresh
    assert 0 < demo.overdue < demo.open < COUNT / 2
    assert set(User.objects.values_list("role", flat=True)) == set(User.Role.values)


def test_loading_again_changes_nothing(demo: Loaded) -> None:
    before = fingerprint()
    again = load_demo(count=50, seed=1, today=TODAY, progress=lambda step: None)
    assert not again.fresh
    assert fingerprint() == before


def test_loading_again_where_people_captured_since_is_refused(demo: Loaded) -> None:
    (folio,) = issue_folios(count=1, at=timezone.now())
    Petition.objects.create(
        folio=folio,
        captured_at=timezone.now(),
        received_at=timezone.now(),
        status_at=timezone.now(),
        channel=Channel.DESK,
        category=Category.objects.all()[0],
        certainty=Certainty.OUTSIDE,
    )
    before = fingerprint()
    with pytest.raises(Conflict, match="1 peticiones que no son de ella"):
        load_demo(count=50, seed=7, today=TODAY, progress=lambda step: None)
    assert fingerprint() == before


def test_folios_are_valid_unique_and_of_their_series(demo: Loaded) -> None:
    series = dict(FolioSeries.objects.values_list("code", "device__id"))
    for petition in Petition.objects.all():
        assert parse_folio(petition.folio) == petition.folio
        assert petition.folio[:2] == f"{petition.received_at.astimezone(ZONE):%y}"
        assert series[petition.folio[2:5]] == petition.device_id


def test_live_capture_goes_on_where_the_counters_stand(demo: Loaded) -> None:
    for counter in FolioCounter.objects.all():
        prefix = f"{counter.year:02d}{counter.series_id}"
        highest = Petition.objects.filter(folio__startswith=prefix).aggregate(top=Max("folio"))["top"]
        assert int(highest[5:10]) == counter.last
    (folio,) = issue_folios(count=1, at=timezone.now().replace(year=2026, month=11, day=20))
    assert not Petition.objects.filter(folio=folio).exists()


def test_every_history_walks_the_workflow_and_ends_where_the_petition_stands(demo: Loaded) -> None:
    history: defaultdict[UUID, list[StatusChange]] = defaultdict(list)
    for change in StatusChange.objects.order_by("at", "id"):
        history[change.petition_id].append(change)
    midnight = datetime(2026, 11, 20, tzinfo=ZONE)
    for petition in Petition.objects.all():
        first, *rest = history[petition.pk]
        assert (first.move, first.from_status, first.at) == (RECEIVED, "", petition.received_at)
        status, moment = first.to_status, first.at
        for change in rest:
            assert change.from_status == status
            assert moment <= change.at < midnight
            if change.move not in (JOINED, SPLIT):  # beside the table
                move = MOVES[change.move]
                assert status in move.sources
                assert change.to_status == (move.target or status)
            status, moment = change.to_status, change.at
        assert petition.status == status
        assert petition.department_id == history[petition.pk][-1].department_id


def test_due_dates_are_those_of_the_last_referral(demo: Loaded) -> None:
    extra = frozenset(municipal_holidays())
    last: dict[UUID, Referral] = {}
    for referral in Referral.objects.order_by("at", "id"):
        last[referral.petition_id] = referral
        if referral.working_days == 0:
            continue  # it took over a promise that was late already
        assert referral.due_on == due_date(referral.at.astimezone(ZONE).date(), referral.working_days, extra)
    for petition in Petition.objects.filter(due_on__isnull=False):
        assert petition.due_on == last[petition.pk].due_on


def test_the_office_works_on_working_days_only(demo: Loaded) -> None:
    changes = StatusChange.objects.exclude(move=RECEIVED)
    assert changes.count() > COUNT
    moments = [change.at.astimezone(ZONE) for change in changes]
    rest_days = frozenset(municipal_holidays())
    assert all(is_working_day(moment.date(), rest_days) for moment in moments)
    assert all(8 <= moment.hour < 15 or moment.time() == time(15) for moment in moments)


def test_places_and_cells_are_what_locating_says(demo: Loaded) -> None:
    petitions = list(Petition.objects.filter(location__isnull=False))
    found = locate_points([(p.location.x, p.location.y, p.accuracy_m) for p in petitions if p.location])
    for petition, location in zip(petitions, found, strict=True):
        assert (petition.place_id, petition.certainty) == (location.place_id, location.certainty)
        assert petition.location
        cell = h3.latlng_to_cell(petition.location.y, petition.location.x, 10)
        assert petition.cell == h3.str_to_int(cell)


def test_tours_have_doors_behind_them_and_one_goes_out_today(demo: Loaded) -> None:
    today = Visit.objects.filter(date=TODAY, stage=Visit.Stage.PLANNED)
    assert len({visit.crew_id for visit in today} - {None}) == 4
    assert Visit.objects.filter(place__in=today.values("place"), date__lt=TODAY).exists()
    assert Tour.objects.filter(starts_on__gt=TODAY).count() == 3
    doors = Counter(Encounter.objects.values_list("outcome", flat=True))
    assert doors[Encounter.Outcome.NOBODY_HOME] > doors[Encounter.Outcome.REFUSED]
    for door in Encounter.objects.prefetch_related("petitions").select_related("visit"):
        asked = list(door.petitions.all())
        assert bool(asked) == (door.outcome == Encounter.Outcome.PETITION)
        assert door.at.astimezone(ZONE).date() == door.visit.date
        assert all(petition.captured_by_id == door.recorded_by_id for petition in asked)
    from_doors = Petition.objects.filter(channel="recorrido")
    assert from_doors.count() == Encounter.petitions.through.objects.count()


def test_petitioners_have_numbers_that_nobody_can_have(demo: Loaded) -> None:
    phones = set(Petitioner.objects.exclude(phone="").values_list("phone", flat=True))
    assert phones
    assert all(phone.startswith("099 555 ") for phone in phones)
    assert 0.1 < 1 - Petitioner.objects.count() / COUNT < 0.45


def test_petitions_end_before_today_and_reach_back_eighteen_months(demo: Loaded) -> None:
    days = [petition.captured_at.astimezone(ZONE).date() for petition in Petition.objects.all()]
    assert min(days) >= date(2025, 5, 21)
    assert TODAY.replace(day=1) <= max(days) < TODAY
