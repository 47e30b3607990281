"""What a tablet is told of every kind of thing it may hand in."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from field.folio import format_folio
from field.models import Device, InboxRecord, Petition, Petitioner, Status
from tests.factories import (
    SIDE,
    SOUTH,
    WEST,
    CategoryFactory,
    DeviceFactory,
    PlaceFactory,
    UserFactory,
    petition_record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return [PlaceFactory(column=column) for column in range(2)]


@pytest.fixture
def category():
    return CategoryFactory()


@pytest.fixture
def device():
    return DeviceFactory(token="la-tableta-de-rosa")


@pytest.fixture
def client(device):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer la-tableta-de-rosa")
    return client


def hand_in(client, *records):
    response = client.post("/api/v1/sync", {"records": list(records)}, format="json")
    assert response.status_code == 200, response.content
    return response.json()["receipts"]


def send_raw(client, body, content_type="application/json"):
    return client.generic("POST", "/api/v1/sync", body, content_type=content_type)


def point(*coordinates):
    return {"type": "Point", "coordinates": list(coordinates)}


def only_error(receipt):
    assert receipt["outcome"] == "held"
    (error,) = receipt["errors"]
    return error["pointer"], error["code"]


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


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"category": "no-existe"}, "/category", "unknown_category"),
        ({"category": 5}, "/category", "string_type"),
        ({"id": "no-es-uuid"}, "/id", "uuid_parsing"),
        ({"captured_at": "2026-11-20T17:03:12"}, "/captured_at", "naive_time"),
        ({"captured_at": "ayer"}, "/captured_at", "time"),
        ({"captured_at": 1790000000}, "/captured_at", "time"),
        ({"captured_at": "2026-02-30T10:00:00Z"}, "/captured_at", "time"),
        ({"captured_at": "1970-01-01T00:00:09-07:00"}, "/captured_at", "impossible_time"),
        ({"captured_at": "2099-01-01T00:00:00Z"}, "/captured_at", "impossible_time"),
        ({"location": None}, "/location", "nowhere"),
        ({"location": point(-106.4)}, "/location/coordinates", "too_short"),
        (
            {"location": point(-106.4, 93.0)},
            "/location/coordinates",
            "coordinates",
        ),
        (
            {"location": point("a", 23.2)},
            "/location/coordinates/0",
            "float_type",
        ),
        ({"location": {"type": "LineString", "coordinates": [1.0, 2.0]}}, "/location/type", "literal_error"),
        ({"accuracy_m": -1}, "/accuracy_m", "greater_than_equal"),
        ({"accuracy_m": "8"}, "/accuracy_m", "float_type"),
        ({"description": "x" * 20_001}, "/description", "too_long"),
        ({"answers": []}, "/answers", "dict_type"),
        ({"answers": {"a": {"b": {"c": 1}}}}, "/answers", "answers"),
        ({"folio": "26-T00-00001-?"}, "/folio", "malformed"),
        ({"folio": "26-T00-00001-9"}, "/folio", "mistyped"),
        ({"petitioner": {"name": "Rosa"}}, "/petitioner/consent", "missing"),
        ({"petitioner": "Rosa"}, "/petitioner", "model_type"),
        ({"petitioner": {"name": "Rosa", "consent": False}}, "/petitioner/consent", "no_consent"),
        ({"category": "a\0b"}, "/category", "unknown_category"),
        ({"captured_at": "9999-12-31T23:59:59-23:59"}, "/captured_at", "time"),
        ({"attachments": [{"sha256": "zz"}]}, "/attachments/0/sha256", "string_pattern_mismatch"),
    ],
)
def test_an_invalid_petition_is_held_whole_with_what_is_wrong(
    client, device, category, town, changes, pointer, code
):
    record = petition_record(category, device) | changes
    (receipt,) = hand_in(client, record)
    assert only_error(receipt) == (pointer, code)
    assert json.loads(InboxRecord.objects.get(state="held").raw) == record
    assert not Petition.objects.exists()
    assert hand_in(client, record)[0]["outcome"] == "held"


def test_every_error_of_a_petition_is_told_at_once(client, device, category):
    record = petition_record(category, device) | {"captured_at": "x", "accuracy_m": "y", "answers": 5}
    (receipt,) = hand_in(client, record)
    assert [error["pointer"] for error in receipt["errors"]] == ["/captured_at", "/answers", "/accuracy_m"]


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


def test_a_folio_of_an_earlier_enrolment_is_taken_and_of_no_enrolment_is_held(client, device, category, town):
    earlier = DeviceFactory(user=device.user, revoked_at=timezone.now())
    mine, strange = petition_record(category, earlier), petition_record(category, device)
    (earlier_receipt,) = hand_in(client, mine)
    assert earlier_receipt["outcome"] == "stored"
    device.series_id = "ZZZ"
    strange = petition_record(category, device)
    assert only_error(hand_in(client, strange)[0]) == ("/folio", "unknown_series")


def test_a_petition_without_a_folio_gets_one_from_the_office(client, device, category, town):
    record = petition_record(category, device)
    del record["folio"]
    (receipt,) = hand_in(client, record)
    assert receipt["outcome"] == "stored"
    assert receipt["folio"][3:6] != device.series_id
    assert hand_in(client, record)[0]["folio"] == receipt["folio"]


def test_an_anonymous_petition_leaves_no_person(client, device, category, town):
    (receipt,) = hand_in(client, petition_record(category, device, petitioner=None))
    assert receipt["outcome"] == "stored"
    assert not Petitioner.objects.exists()


def test_an_address_will_do_where_there_is_no_fix(client, device, category, town):
    record = petition_record(category, device, location=None, accuracy_m=None, address="Calle Mar 12")
    (receipt,) = hand_in(client, record)
    assert (receipt["outcome"], receipt["place"], receipt["certainty"]) == ("stored", None, "outside")


def test_a_fix_near_a_border_is_uncertain(client, device, category, town):
    fix = point(WEST + SIDE - 0.00002, SOUTH + SIDE / 2)
    (receipt,) = hand_in(client, petition_record(category, device, location=fix, accuracy_m=15))
    assert (receipt["place"], receipt["certainty"]) == (town[0].code, "uncertain")
    assert Petition.objects.get().candidates == [town[0].code, town[1].code]


def test_text_that_the_database_cannot_hold_loses_only_those_characters(client, device, category, town):
    record = petition_record(category, device)
    record["description"], record["answers"] = "Se\u00f1al @ rota", {"a@": "b@"}
    body = json.dumps({"records": [record]}).replace("@", "\\u0000\\ud83d")
    (receipt,) = send_raw(client, body).json()["receipts"]
    assert receipt["outcome"] == "stored"
    petition = Petition.objects.get()
    assert petition.description == "Señal \ufffd\ufffd rota"
    assert petition.answers == {"a\ufffd\ufffd": "b\ufffd\ufffd"}
    assert json.loads(InboxRecord.objects.get().raw)["description"] == "Señal \0\ud83d rota"
    assert send_raw(client, body).json()["receipts"][0]["outcome"] == "repeated"


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


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"records": NaN}',
        b"null",
        b"[]",
        b'{"records": {}}',
        b'{"records": []}',
        b'{"records": "x"}',
    ],
)
def test_a_body_that_is_no_batch_gets_a_problem(client, body):
    response = send_raw(client, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


def test_too_many_records_get_a_problem_and_none_is_kept(client):
    response = send_raw(client, json.dumps({"records": [{"id": str(n), "kind": "x"} for n in range(201)]}))
    assert response.status_code == 413
    assert not InboxRecord.objects.exists()


def test_too_large_a_body_gets_a_problem(client, settings):
    settings.SYNC_MAX_BYTES = 1000
    assert send_raw(client, b" " * 1001).status_code == 413


@pytest.mark.parametrize("header", ["Bearer nadie", "Bearer ", "Bearer \xff", "Basic YTpi"])
def test_a_stranger_is_turned_away(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    response = client.post("/api/v1/sync", {"records": []}, format="json")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


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


def test_a_clock_a_few_hours_wrong_is_believed(client, device, category, town):
    late = petition_record(category, device, captured_at=(timezone.now() + timedelta(hours=3)).isoformat())
    old = petition_record(category, device, captured_at=(timezone.now() - timedelta(days=60)).isoformat())
    assert [receipt["outcome"] for receipt in hand_in(client, late, old)] == ["stored", "stored"]


def test_two_hundred_records_cost_as_many_queries_as_two(
    client, device, category, town, django_assert_max_num_queries
):
    hand_in(client, petition_record(category, device))
    for count in (2, 200):
        records = [petition_record(category, device) for _ in range(count)]
        with django_assert_max_num_queries(20):
            hand_in(client, *records)
    assert Petition.objects.count() == 203


def test_an_upper_case_id_is_answered_as_it_was_sent(client, device, category, town):
    record = petition_record(category, device, id=str(uuid.uuid4()).upper())
    (receipt,) = hand_in(client, record)
    assert (receipt["id"], receipt["outcome"]) == (record["id"], "stored")
    assert hand_in(client, record)[0]["outcome"] == "repeated"


@pytest.mark.parametrize("depth", [300, 950, 1000])
def test_a_record_nested_too_deep_costs_the_others_nothing(client, device, category, town, depth):
    good = petition_record(category, device)
    deep = petition_record(category, device) | {"answers": "@"}
    body = json.dumps({"records": [deep, good]}).replace('"@"', '{"a":' * depth + "1" + "}" * depth)
    receipts = send_raw(client, body).json()["receipts"]
    assert receipts[0]["outcome"] in ("held", "rejected")
    assert receipts[1]["outcome"] == "stored"


@pytest.mark.parametrize("written", ["urn:uuid:{}", "{{{}}}"])
def test_an_id_is_the_same_however_a_uuid_is_written(client, device, category, town, written):
    record = petition_record(category, device)
    for id_ in (written.format(record["id"]), record["id"].replace("-", "")):
        Petition.objects.all().delete()
        outcomes = [hand_in(client, record | {"id": id_})[0]["outcome"] for _ in range(2)]
        assert outcomes == ["stored", "repeated"]


def test_an_offset_of_almost_a_day_is_a_time_like_any_other(client, device, category, town):
    at = (timezone.now() + timedelta(hours=23, minutes=59)).strftime("%Y-%m-%dT%H:%M:%S+23:59")
    assert hand_in(client, petition_record(category, device, captured_at=at))[0]["outcome"] == "stored"


def test_who_does_not_capture_hands_nothing_in(category):
    client = APIClient()
    client.force_authenticate(UserFactory(role="enlace"))
    assert client.post("/api/v1/sync", {"records": [{}]}, format="json").status_code == 403
