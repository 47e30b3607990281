"""Encounters through the inbox: every reason to hold one, waiting, joining, racing."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Encounter, Visit
from campaigns.services.tours import cancel_tour
from campaigns.services.visits import cancel_visit, close_visit
from field.models import InboxRecord
from field.sync.inbox import refile_waiting
from field.tasks import refile_stranded_records
from tests.campaigns.rows import (
    CrewFactory,
    VisitFactory,
    capture,
    encounter_record,
    petition_record,
    send,
)
from tests.factories import DeviceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(db):
    return DeviceFactory()


@pytest.fixture
def visit(db):
    return VisitFactory()


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


def test_a_return_may_arrive_before_the_door_that_it_goes_back_to(device, visit):
    first = encounter_record(visit, outcome="come_back")
    second = encounter_record(visit, outcome="nothing_to_ask", follows=first["id"])

    assert send(device, second)[0]["outcome"] == "stored"
    assert send(device, first)[0]["outcome"] == "stored"

    assert Encounter.objects.get(pk=second["id"]).follows_id == uuid.UUID(first["id"])
    assert not Encounter.objects.to_come_back().exists()


def test_a_door_waits_for_its_visit_and_each_of_its_petitions(device):
    petition, other = petition_record(device), petition_record(device)
    visit_id = str(uuid.uuid4())
    record = encounter_record(visit_id, outcome="petition", petitions=[petition["id"], other["id"]])

    [receipt] = send(device, record)

    assert receipt["outcome"] == "held"
    assert [error["pointer"] for error in receipt["errors"]] == ["/visit", "/petitions/0", "/petitions/1"]
    waiting = InboxRecord.objects.get(record_id=record["id"]).waiting_for
    assert waiting == [visit_id, petition["id"], other["id"]]


def test_a_door_joins_when_the_last_petition_comes_in_whatever_order(device, visit):
    petitions = [petition_record(device) for _ in range(3)]
    record = encounter_record(visit, outcome="petition", petitions=[each["id"] for each in petitions])

    assert send(device, record)[0]["outcome"] == "held"
    for petition in petitions[:2]:
        send(device, petition)
        assert not Encounter.objects.exists()
    send(device, petitions[2])

    assert Encounter.objects.get().petitions.count() == 3
    assert InboxRecord.objects.get(record_id=record["id"]).state == "filed"
    assert send(device, record)[0]["outcome"] == "repeated"


def test_a_door_whose_petition_is_held_goes_on_waiting(device, visit):
    petition = petition_record(device) | {"category": "no-existe"}
    record = encounter_record(visit, outcome="petition", petitions=[petition["id"]])

    outcomes = [receipt["outcome"] for receipt in send(device, petition, record)]

    assert outcomes == ["held", "held"]
    assert InboxRecord.objects.get(record_id=record["id"]).waiting_for == [petition["id"]]


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


def test_a_repeat_stores_one_door_and_other_content_is_kept_beside_it(device, visit):
    record = encounter_record(visit)

    first, second = send(device, record, record)
    [third] = send(device, record)
    [changed] = send(device, record | {"outcome": "refused"})

    assert [first["outcome"], second["outcome"], third["outcome"]] == ["stored", "repeated", "repeated"]
    assert changed["outcome"] == "held"
    assert Encounter.objects.get().outcome == "nobody_home"
    assert InboxRecord.objects.filter(record_id=record["id"]).count() == 2


def test_an_id_written_in_another_case_is_the_same_door(device, visit):
    record = encounter_record(visit)
    send(device, record)

    [receipt] = send(device, record | {"id": record["id"].upper()})

    assert receipt["outcome"] in {"held", "repeated"}
    assert Encounter.objects.count() == 1


def test_a_door_finds_its_petition_however_the_ids_are_written(device, visit):
    petition = petition_record(device)
    record = encounter_record(str(visit.pk).upper(), petitions=[petition["id"]])
    assert send(device, record)[0]["outcome"] == "held"

    send(device, petition | {"id": petition["id"].upper()})

    assert Encounter.objects.get().petitions.count() == 1


def test_a_batch_takes_the_same_statements_however_large(device, visit, django_assert_max_num_queries):
    petition = capture(device)

    def batch(size):
        return [
            encounter_record(visit, outcome="petition", petitions=[str(petition.pk)]) for _ in range(size)
        ]

    send(device, *batch(1))
    with django_assert_max_num_queries(100) as few:
        send(device, *batch(2))
    with django_assert_max_num_queries(len(few)):
        send(device, *batch(150))


def test_a_visit_that_comes_late_wakes_all_its_doors_however_many(device, monkeypatch):
    monkeypatch.setattr("field.sync.inbox._WAKE", 10)
    visit = VisitFactory.build()
    for first in (0, 10, 20):
        doors = [encounter_record(str(visit.pk)) for _ in range(8)]
        lone = [encounter_record(str(visit.pk), petitions=[str(uuid.uuid4())]) for _ in range(2)]
        assert {receipt["outcome"] for receipt in send(device, *lone, *doors)} == {"held"}, first

    VisitFactory(id=visit.pk)

    assert refile_waiting([str(visit.pk)]) == 24
    assert visit.encounters.count() == 24


def test_what_arrived_before_a_crash_joins_when_the_tablet_sends_again(device, visit, monkeypatch):
    petition = petition_record(device)
    record = encounter_record(visit, petitions=[petition["id"]])
    send(device, record)
    with monkeypatch.context() as crash:
        crash.setattr("field.sync.inbox.refile_waiting", lambda ids: 0)
        send(device, petition)
    assert not Encounter.objects.exists()

    send(device, petition)

    assert Encounter.objects.get().petitions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_a_crash_stranded_is_filed_by_the_worker(device, monkeypatch):
    record = encounter_record(VisitFactory.build())
    assert send(device, record)[0]["outcome"] == "held"
    VisitFactory(id=record["visit"])  # made, and the process died before it could wake anybody
    refile_stranded_records()
    assert Encounter.objects.filter(pk=record["id"]).exists()
    assert not InboxRecord.objects.filter(state="held").exists()


def test_tablets_racing_with_the_same_doors_store_each_once(transactional_db):
    device, visit = DeviceFactory(), VisitFactory()
    records = [encounter_record(visit, at=_ago(minute)) for minute in range(20)]

    def hand_in(offset):
        try:
            return send(device, *records[offset:], *records[:offset])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(hand_in, range(4)))

    assert Encounter.objects.count() == 20
    outcomes = [receipt["outcome"] for receipts in answers for receipt in receipts]
    assert outcomes.count("stored") == 20
    assert outcomes.count("repeated") == 60


@pytest.mark.django_db(transaction=True)
def test_a_door_and_its_petition_racing_always_meet(transactional_db):
    device, visit = DeviceFactory(), VisitFactory()
    petitions = [petition_record(device) for _ in range(12)]
    doors = [encounter_record(visit, outcome="petition", petitions=[each["id"]]) for each in petitions]

    def hand_in(record):
        try:
            return send(device, record)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        mixed = [record for pair in zip(doors, petitions, strict=True) for record in pair]
        list(pool.map(hand_in, mixed))

    assert Encounter.objects.filter(petitions__isnull=False).count() == 12
    assert not InboxRecord.objects.filter(state="held").exists()


def _ago(minutes: int) -> str:
    return (timezone.now() - dt.timedelta(minutes=minutes)).isoformat()


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
