"""A door that waits for its visit, for its petitions, or for the worker after a crash."""

from __future__ import annotations

import uuid

import pytest

from campaigns.models import Encounter
from field.models import InboxRecord
from field.sync.inbox import refile_waiting
from field.tasks import refile_stranded_records
from tests.campaigns.rows import VisitFactory, encounter_record, petition_record, send

pytestmark = pytest.mark.django_db


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
