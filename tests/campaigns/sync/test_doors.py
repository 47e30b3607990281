"""Encounters through the inbox: stored with all they say, or held with every reason."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from campaigns.models import Encounter, Visit
from campaigns.services.tours import cancel_tour
from campaigns.services.visits import cancel_visit, close_visit
from field.models import InboxRecord
from tests.campaigns.rows import CrewFactory, VisitFactory, capture, encounter_record, petition_record, send
from tests.factories import DeviceFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_door_is_stored_with_all_it_says(device, visit):
    petition = petition_record(device)
    record = encounter_record(
        visit,
        outcome="petition",
        at=timezone.now().isoformat(),
        petitions=[petition["id"], petition["id"]],
        note="  Casa azul, con perro\x00 ",
    )

    receipts = send(device, record, petition)

    assert [receipt["outcome"] for receipt in receipts] == ["stored", "stored"]
    encounter = Encounter.objects.get(pk=record["id"])
    assert (encounter.visit, encounter.outcome, encounter.device) == (visit, "petition", device)
    assert encounter.recorded_by_id == device.user_id
    assert encounter.note == "Casa azul, con perro�"
    assert encounter.accuracy_m == 6
    assert encounter.location.coords == tuple(record["location"]["coordinates"])
    assert [str(each.pk) for each in encounter.petitions.all()] == [petition["id"]]


def test_a_tablet_carries_its_visit_knocks_and_hands_in_over_http(client, visit):
    device = DeviceFactory.build(token="una-clave-larga")
    device.user.save()
    device.series.save()
    device.save()
    visit.crew.members.add(device.user)
    bearer = {"Authorization": "Bearer una-clave-larga"}

    [carried] = client.get("/api/v1/pack", headers=bearer).json()["visits"]
    petition = petition_record(device)
    record = encounter_record(carried["id"], outcome="petition", petitions=[petition["id"]])
    body = {"records": [record, petition]}
    answer = client.post("/api/v1/sync", body, content_type="application/json", headers=bearer).json()

    assert [receipt["outcome"] for receipt in answer["receipts"]] == ["stored", "stored"]
    assert visit.encounters.get().recorded_by == device.user


def test_a_door_without_a_place_or_with_absent_members_is_stored(device, visit):
    bare = {
        "kind": "encounter",
        "id": str(uuid.uuid4()),
        "visit": str(visit.pk),
        "outcome": "refused",
        "at": timezone.now().isoformat(),
    }
    null = encounter_record(visit, location=None, accuracy_m=None, petitions=None, note=None, follows=None)
    high = encounter_record(visit, location={"type": "Point", "coordinates": [-106.4, 23.2, 14.5]})

    assert [receipt["outcome"] for receipt in send(device, bare, null, high)] == ["stored"] * 3
    assert Encounter.objects.get(pk=null["id"]).location is None


def test_the_first_door_opens_a_planned_visit_and_no_other(device, visit):
    other = VisitFactory(tour=visit.tour)

    send(device, encounter_record(visit))

    visit.refresh_from_db()
    other.refresh_from_db()
    assert (visit.stage, other.stage) == (Visit.Stage.OPEN, Visit.Stage.PLANNED)


WRONG = {
    "outcome": ({"outcome": "stolen"}, "/outcome", "literal_error"),
    "no outcome": ({"outcome": None}, "/outcome", "literal_error"),
    "no visit": ({"visit": None}, "/visit", "uuid_type"),
    "visit no uuid": ({"visit": "la de ayer"}, "/visit", "uuid_parsing"),
    "id no uuid": ({"id": "puerta-1"}, "/id", "uuid_parsing"),
    "naive time": ({"at": "2026-11-20T10:00:00"}, "/at", "naive_time"),
    "no time": ({"at": "ayer"}, "/at", "time"),
    "30 February": ({"at": "2026-02-30T10:00:00Z"}, "/at", "time"),
    "before 2020": ({"at": "2019-12-31T10:00:00Z"}, "/at", "impossible_time"),
    "far ahead": ({"at": "2090-01-01T10:00:00Z"}, "/at", "impossible_time"),
    "note too long": ({"note": "a" * 2001}, "/note", "string_too_long"),
    "note no text": ({"note": 7}, "/note", "string_type"),
    "lon lat": (
        {"location": {"type": "Point", "coordinates": [23.2, -106.4]}},
        "/location/coordinates",
        None,
    ),
    "a line": (
        {"location": {"type": "LineString", "coordinates": [0, 0]}},
        "/location/type",
        "literal_error",
    ),
    "accuracy": ({"accuracy_m": -1}, "/accuracy_m", "greater_than_equal"),
    "petitions no list": ({"petitions": "una"}, "/petitions", "list_type"),
    "petition no uuid": ({"petitions": ["una"]}, "/petitions/0", "uuid_parsing"),
    "51 petitions": ({"petitions": [str(uuid.uuid4()) for _ in range(51)]}, "/petitions", "too_long"),
    "follows no uuid": ({"follows": "x"}, "/follows", "uuid_parsing"),
}


@pytest.mark.parametrize(("changes", "pointer", "code"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_held_and_said(device, visit, changes, pointer, code):
    record = encounter_record(visit) | changes

    [receipt] = send(device, record)

    assert receipt["outcome"] == "held"
    [error] = receipt["errors"]
    assert error["pointer"] == pointer
    assert code in {None, error["code"]}
    assert error["detail"]
    kept = InboxRecord.objects.get(record_id=record["id"])
    assert (kept.state, kept.waiting_for) == ("held", [])
    assert not Encounter.objects.exists()


def test_all_that_is_wrong_is_said_at_once_and_costs_the_other_doors_nothing(device, visit):
    wrong = encounter_record(visit, outcome="x", at="ayer", accuracy_m=-1)
    good = encounter_record(visit)

    held, stored = send(device, wrong, good)

    assert {error["pointer"] for error in held["errors"]} == {"/outcome", "/at", "/accuracy_m"}
    assert stored["outcome"] == "stored"


def test_a_door_does_not_go_back_to_itself(device, visit):
    id_ = str(uuid.uuid4())
    [receipt] = send(device, encounter_record(visit, id=id_, follows=id_))
    assert (receipt["outcome"], receipt["errors"][0]["pointer"]) == ("held", "/follows")


def test_a_petition_said_but_not_named_is_filed_all_the_same(device, visit):
    assert send(device, encounter_record(visit, outcome="petition"))[0]["outcome"] == "stored"


def test_neighbours_may_share_a_petition(device, visit):
    petition = capture(device)
    doors = [encounter_record(visit, outcome="petition", petitions=[str(petition.pk)]) for _ in range(2)]

    assert [receipt["outcome"] for receipt in send(device, *doors)] == ["stored", "stored"]
    assert petition.encounters.count() == 2


def test_another_crews_visit_a_closed_one_and_cancelled_ones_take_doors(device):
    closed, cancelled = VisitFactory(crew=CrewFactory()), VisitFactory()
    off_tour = VisitFactory()
    close_visit(visit_id=closed.pk)
    cancel_visit(visit_id=cancelled.pk)
    cancel_tour(tour_id=off_tour.tour_id)

    receipts = send(device, *(encounter_record(visit) for visit in (closed, cancelled, off_tour)))

    assert [receipt["outcome"] for receipt in receipts] == ["stored"] * 3
    closed.refresh_from_db()
    cancelled.refresh_from_db()
    assert (closed.stage, cancelled.stage) == (Visit.Stage.CLOSED, Visit.Stage.CANCELLED)


def test_a_door_is_whose_it_says_and_held_where_nobody_has_that_name(device, visit):
    beto = UserFactory(role="promotor")
    own, unknown = (
        encounter_record(visit, captured_by=beto.username),
        encounter_record(visit, captured_by="x"),
    )

    receipts = send(device, own, unknown)

    assert [receipt["outcome"] for receipt in receipts] == ["stored", "held"]
    assert receipts[1]["errors"][0]["pointer"] == "/captured_by"
    assert Encounter.objects.get(pk=own["id"]).recorded_by == beto
