"""What a tablet carries of campaigns: its visits, their places, and doors to go back to."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from campaigns.models import Visit
from campaigns.services.tours import cancel_tour
from campaigns.services.visits import cancel_visit, close_visit
from field.folio import format_folio
from field.models import Category, Petition
from field.services.pack import build_pack
from field.signals import visits_requested
from geo.clock import local_today
from geo.models import Place
from tests.campaigns.rows import CrewFactory, EncounterFactory, VisitFactory, capture
from tests.factories import (
    SIDE,
    SOUTH,
    WEST,
    DeviceFactory,
    PlaceFactory,
    UserFactory,
    square,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return DeviceFactory()


@pytest.fixture
def crew(device):
    crew = CrewFactory()
    crew.members.add(device.user)
    return crew


def visit_on(days: int, **facts) -> Visit:
    return VisitFactory(tour__starts_on=local_today() + dt.timedelta(days=days), **facts)


def carried(device) -> list[str]:
    return [visit["id"] for visit in build_pack(device=device)["visits"]]


def test_a_visit_travels_in_the_contracts_shape(device, crew):
    visit = visit_on(0, crew=crew)

    pack = build_pack(device=device)

    [carried_visit] = pack["visits"]
    assert carried_visit == {
        "id": str(visit.pk),
        "tour": visit.tour.name,
        "tour_id": str(visit.tour_id),
        "programme": visit.tour.programme.name,
        "place": visit.place.code,
        "place_name": visit.place.name,
        "date": visit.date.isoformat(),
        "crew": crew.name,
        "stage": "planeada",
        "follow_ups": [],
    }
    [feature] = pack["places"]["features"]
    assert feature["properties"]["code"] == visit.place.code
    assert feature["geometry"]["type"] == "MultiPolygon"


def test_it_carries_today_and_the_coming_days_in_order_and_nothing_else(device, crew, settings):
    settings.PACK_DAYS = 7
    later, today, last = (visit_on(days, crew=crew) for days in (3, 0, 7))
    for days in (-1, 8):
        visit_on(days, crew=crew)

    assert carried(device) == [str(visit.pk) for visit in (today, later, last)]


def test_it_carries_own_crews_and_crewless_visits_and_no_other_crews(device, crew):
    own, free = visit_on(0, crew=crew, place__name="A"), visit_on(0, crew=None, place__name="B")
    other = visit_on(0)

    assert carried(device) == [str(own.pk), str(free.pk)]
    assert carried(DeviceFactory(user=other.crew.supervisor)) == [str(free.pk), str(other.pk)]
    assert len(carried(DeviceFactory(user=UserFactory(role="director")))) == 3


def test_cancelled_and_closed_visits_are_left_behind(device, crew):
    closed, cancelled, off_tour = (visit_on(0, crew=crew) for _ in range(3))
    close_visit(visit_id=closed.pk)
    cancel_visit(visit_id=cancelled.pk)
    cancel_tour(tour_id=off_tour.tour_id)

    assert carried(device) == []


def test_a_comunidad_known_as_a_point_travels_as_a_point(device, crew):
    visit_on(0, crew=crew, place=PlaceFactory(kind="comunidad", boundary=None, centre=_centre()))

    [feature] = build_pack(device=device)["places"]["features"]

    assert feature["geometry"] == {"type": "Point", "coordinates": [-106.445, 23.205]}


def test_neighbours_travel_too_so_that_a_fix_at_a_border_names_both(device, crew):
    visit_on(0, crew=crew, place=PlaceFactory(code="HERE", boundary=square(-106.4, 23.2)))
    PlaceFactory(code="NEXT", boundary=square(-106.39, 23.2))
    PlaceFactory(code="FAR", boundary=square(-106.3, 23.2))

    features = build_pack(device=device)["places"]["features"]

    assert {feature["id"] for feature in features} == {"HERE", "NEXT"}


def test_a_simple_boundary_is_preferred(device, crew):
    visit = visit_on(0, crew=crew)
    Place.objects.update(simple_boundary=visit.place.boundary.envelope and visit.place.boundary)
    [feature] = build_pack(device=device)["places"]["features"]
    assert feature["geometry"]["coordinates"][0][0][0] is not None


def test_doors_of_that_place_that_were_promised_a_return_are_follow_ups(device, crew):
    visit = visit_on(0, crew=crew)
    earlier = visit_on(-30, place=visit.place)
    promised = EncounterFactory(visit=earlier, outcome="come_back", note="Después de las seis")
    EncounterFactory(visit=earlier, outcome="nobody_home")
    EncounterFactory(outcome="come_back")  # elsewhere
    EncounterFactory(visit=earlier, outcome="come_back", at=timezone.now() - dt.timedelta(days=200))

    [carried_visit] = build_pack(device=device)["visits"]

    [follow_up] = carried_visit["follow_ups"]
    assert follow_up["encounter"] == str(promised.pk)
    assert (follow_up["kind"], follow_up["note"]) == ("come_back", "Después de las seis")
    assert follow_up["location"] == {
        "type": "Point",
        "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2],
    }
    assert dt.datetime.fromisoformat(follow_up["at"]).tzinfo is not None


def test_a_promise_stands_until_somebody_answers_the_door(device, crew):
    visit = visit_on(0, crew=crew)
    promised = EncounterFactory(visit=visit, outcome="come_back", location=None)

    def owed() -> list[str]:
        return [each["encounter"] for each in build_pack(device=device)["visits"][0]["follow_ups"]]

    EncounterFactory(visit=visit, outcome="nobody_home", follows=promised)
    assert owed() == [str(promised.pk)]
    again = EncounterFactory(visit=visit, outcome="come_back", follows=promised)
    assert owed() == [str(again.pk)]
    EncounterFactory(visit=visit, outcome="petition", follows=again)
    assert owed() == []


def test_a_pack_takes_the_same_queries_however_many_visits(device, crew, django_assert_max_num_queries):
    EncounterFactory(visit=visit_on(0, crew=crew), outcome="come_back")
    with django_assert_max_num_queries(30) as few:
        build_pack(device=device)
    for days in range(1, 8):
        EncounterFactory(visit=visit_on(days, crew=crew), outcome="come_back")
    with django_assert_max_num_queries(len(few)):
        assert len(build_pack(device=device)["visits"]) == 8


def _centre():
    return PlaceFactory.build(column=0).centre


def test_the_tablet_knows_who_may_share_it(device, crew):
    mate, gone = UserFactory(first_name="Beto"), UserFactory(is_active=False)
    crew.members.add(mate, gone)
    stranger = UserFactory()
    visit_on(0, crew=crew)

    staff = [person["username"] for person in build_pack(device=device)["staff"]]

    assert staff[0] == device.user.username
    assert set(staff) == {device.user.username, mate.username, crew.supervisor.username}
    assert stranger.username not in staff


def test_open_petitions_of_the_visits_places_travel_without_a_word_of_anybody(device, crew):
    visit = visit_on(0, crew=crew)
    shown, reserved, closed, elsewhere, unplaced = (capture(description="secreto") for _ in range(5))
    Petition.objects.update(place=visit.place)
    Category.objects.filter(pk=reserved.category_id).update(sensitive=True)
    for petition, change in (
        (closed, {"status": "concluida"}),
        (elsewhere, {"place": PlaceFactory()}),
        (unplaced, {"location": None}),
    ):
        Petition.objects.filter(pk=petition.pk).update(**change)

    pack = build_pack(device=device)

    [near] = pack["nearby"]
    assert near["folio"] == format_folio(shown.folio)
    assert near["category"] == shown.category.code
    assert set(near) == {"folio", "category", "location", "captured_on"}
    assert "secreto" not in str(pack)


def test_the_visits_alone_are_the_packs_and_cost_two_queries(device, crew, django_assert_num_queries):
    visit = visit_on(0, crew=crew)
    EncounterFactory(visit=VisitFactory(place=visit.place), outcome="come_back")
    device.user.get_all_permissions()
    visits: list[dict[str, object]] = []
    with django_assert_num_queries(2):
        visits_requested.send(sender=type(device), device=device, visits=visits)
    assert visits[0]["follow_ups"]
    assert visits == build_pack(device=device)["visits"]
