"""What a tablet is told of each record, first and again."""

from __future__ import annotations

import json
import uuid

import pytest
from django.utils import timezone

from backend.casework.models import Referral, StatusChange
from field.folio import format_folio
from field.models import Device, InboxRecord, Petition, Petitioner, Status
from field.services.corrections import correct_facts, correct_personal_data
from tests.factories import petition_record
from tests.field.sync.batches import hand_in, only_error
from tests.past import unguarded

pytestmark = pytest.mark.django_db


def test_a_petition_is_stored_placed_and_referred(client, device, category, town):
    record = petition_record(category, device)
    (receipt,) = hand_in(client, record)
    petition = Petition.objects.get(pk=record["id"])
    assert receipt == {
        "id": record["id"],
        "outcome": "stored",
        "folio": format_folio(record["folio"]),
        "place": town[0].code,
        "certainty": "certain",
        "errors": [],
        "missing_attachments": [],
    }
    assert petition.captured_by == device.user
    assert petition.device == device
    assert petition.channel == "recorrido"
    assert petition.answers == {"poste": "1123"}
    assert petition.cell is not None
    assert petition.status == Status.UNREAD
    assert petition.department == category.department
    assert petition.due_on is not None
    assert petition.petitioner.name == "María Peña"
    assert petition.petitioner.phone_digits == "6691234567"
    assert petition.petitioner.consented_at == petition.captured_at


def test_the_very_same_record_is_repeated_however_its_members_are_ordered(client, device, category, town):
    record = petition_record(category, device)
    (first,) = hand_in(client, record)
    (second,) = hand_in(client, dict(reversed(record.items())))
    assert second == first | {"outcome": "repeated"}
    assert Petition.objects.count() == Petitioner.objects.count() == InboxRecord.objects.count() == 1


def test_the_same_record_twice_in_one_batch_is_stored_once(client, device, category, town):
    record = petition_record(category, device)
    assert [receipt["outcome"] for receipt in hand_in(client, record, record)] == ["stored", "repeated"]
    assert Petition.objects.count() == 1


def test_another_content_under_an_old_id_is_held_and_both_are_kept(client, device, category, town):
    record = petition_record(category, device)
    hand_in(client, record)
    (receipt,) = hand_in(client, record | {"description": "Otra cosa"})
    assert only_error(receipt) == ("/id", "changed")
    assert InboxRecord.objects.count() == 2
    assert Petition.objects.get().description == record["description"]
    (again,) = hand_in(client, record | {"description": "Otra cosa"})
    assert again["outcome"] == "held"
    assert InboxRecord.objects.count() == 2


def test_two_contents_under_one_id_in_one_batch_keep_both(client, device, category, town):
    record = petition_record(category, device)
    receipts = hand_in(client, record, record | {"description": "Otra cosa"})
    assert sorted(receipt["outcome"] for receipt in receipts) == ["held", "stored"]
    assert InboxRecord.objects.count() == 2


@pytest.mark.parametrize(
    "record",
    [
        None,
        5,
        "hola",
        [],
        {},
        {"id": "x"},
        {"kind": "petition"},
        {"id": "", "kind": "petition"},
        {"id": 7, "kind": "petition"},
        {"id": "x" * 101, "kind": "petition"},
        {"id": "a\0b", "kind": "petition"},
    ],
)
def test_what_is_no_record_is_rejected_and_nothing_is_kept(client, record):
    (receipt,) = hand_in(client, record)
    assert receipt["outcome"] == "rejected"
    assert receipt["errors"][0]["detail"]
    assert not InboxRecord.objects.exists()


def test_an_unknown_kind_is_held(client):
    (receipt,) = hand_in(client, {"id": "x", "kind": "sorpresa", "dato": 1})
    assert only_error(receipt) == ("/kind", "unknown_kind")
    assert json.loads(InboxRecord.objects.get().raw) == {"id": "x", "kind": "sorpresa", "dato": 1}


def test_a_bad_record_does_not_hold_up_the_good_ones(client, device, category, town):
    good = [petition_record(category, device) for _ in range(3)]
    bad = petition_record(category, device) | {"category": "no-existe"}
    outcomes = [receipt["outcome"] for receipt in hand_in(client, good[0], bad, good[1], None, good[2])]
    assert outcomes == ["stored", "held", "stored", "rejected", "stored"]
    assert Petition.objects.count() == 3


def test_a_folio_in_use_is_held(client, device, category, town):
    first = petition_record(category, device)
    second = petition_record(category, device, folio=first["folio"])
    hand_in(client, first)
    (receipt,) = hand_in(client, second)
    assert only_error(receipt) == ("/folio", "taken")


def test_one_folio_on_two_petitions_of_a_batch_files_one(client, device, category, town):
    first = petition_record(category, device)
    second = petition_record(category, device, folio=first["folio"])
    assert sorted(r["outcome"] for r in hand_in(client, first, second)) == ["held", "stored"]


def test_a_fault_of_ours_holds_one_record_and_not_the_batch(client, device, category, town, monkeypatch):
    from field.services import petitions

    real = petitions._petition

    def faulty(intake, *rest):
        if intake.description == "boom":
            raise RuntimeError("our fault")
        return real(intake, *rest)

    monkeypatch.setattr(petitions, "_petition", faulty)
    records = [petition_record(category, device), petition_record(category, device, description="boom")]
    assert [receipt["outcome"] for receipt in hand_in(client, *records)] == ["stored", "held"]


def test_a_revoked_tablet_is_turned_away_and_may_try_again(client, device, category, town):
    record = petition_record(category, device)
    Device.objects.update(revoked_at=timezone.now())
    assert client.post("/api/v1/sync", {"records": [record]}, format="json").status_code == 401
    Device.objects.update(revoked_at=None)
    assert hand_in(client, record)[0]["outcome"] == "stored"


def test_missing_files_are_named_whatever_becomes_of_the_record(client, device, category, town):
    named = [{"sha256": "a" * 64, "content_type": "image/jpeg", "bytes": 10}]
    stored, held = hand_in(
        client,
        petition_record(category, device, attachments=named),
        petition_record(category, device, attachments=named, captured_at="ayer"),
    )
    assert stored["missing_attachments"] == held["missing_attachments"] == ["a" * 64]


def test_an_upper_case_id_is_answered_as_it_was_sent(client, device, category, town):
    record = petition_record(category, device, id=str(uuid.uuid4()).upper())
    (receipt,) = hand_in(client, record)
    assert (receipt["id"], receipt["outcome"]) == (record["id"], "stored")
    assert hand_in(client, record)[0]["outcome"] == "repeated"


@pytest.mark.parametrize("written", ["urn:uuid:{}", "{{{}}}"])
def test_an_id_is_the_same_however_a_uuid_is_written(client, device, category, town, written):
    record = petition_record(category, device)
    for id_ in (written.format(record["id"]), record["id"].replace("-", "")):
        with unguarded(Referral, StatusChange):
            Petition.objects.all().delete()
        outcomes = [hand_in(client, record | {"id": id_})[0]["outcome"] for _ in range(2)]
        assert outcomes == ["stored", "repeated"]


def test_the_original_sent_again_after_a_correction_is_a_repeat_and_undoes_nothing(
    client, device, category, town
):
    record = petition_record(category, device)
    hand_in(client, record)
    petition = Petition.objects.get()
    correct_facts(petition=petition, facts={"description": "Corregido en la oficina"})
    correct_personal_data(petition_id=petition.pk, values={"name": "Otro nombre"})
    assert hand_in(client, record)[0]["outcome"] == "repeated"
    petition = Petition.objects.get()
    assert (petition.description, petition.petitioner.name) == ("Corregido en la oficina", "Otro nombre")
