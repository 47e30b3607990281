"""A door that comes again, and what a batch of them costs."""

from __future__ import annotations

import pytest

from campaigns.models import Encounter
from field.models import InboxRecord
from tests.campaigns.rows import capture, encounter_record, petition_record, send

pytestmark = pytest.mark.django_db


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
