"""A petition from a tablet: what is held, and how what is good is filed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from field.models import InboxRecord, Petition, Petitioner
from tests.factories import SIDE, SOUTH, WEST, DeviceFactory, petition_record
from tests.field.sync.batches import hand_in, only_error, send_raw

pytestmark = pytest.mark.django_db


def point(*coordinates):
    return {"type": "Point", "coordinates": list(coordinates)}


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


def test_a_group_asks_without_anybodys_consent_and_an_older_tablet_tells_of_none(
    client, device, category, town
):
    group = petition_record(category, device, petitioner=None, on_behalf_of="Comité de la calle Roble")
    none = petition_record(category, device, on_behalf_of=None)
    hand_in(client, group, none, petition_record(category, device))
    asked = dict(Petition.objects.values_list("pk", "on_behalf_of"))
    assert sorted(asked.values()) == ["", "", "Comité de la calle Roble"]
    assert not Petitioner.objects.filter(petition=group["id"]).exists()


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


def test_a_clock_a_few_hours_wrong_is_believed(client, device, category, town):
    late = petition_record(category, device, captured_at=(timezone.now() + timedelta(hours=3)).isoformat())
    old = petition_record(category, device, captured_at=(timezone.now() - timedelta(days=60)).isoformat())
    assert [receipt["outcome"] for receipt in hand_in(client, late, old)] == ["stored", "stored"]


def test_an_offset_of_almost_a_day_is_a_time_like_any_other(client, device, category, town):
    at = (timezone.now() + timedelta(hours=23, minutes=59)).strftime("%Y-%m-%dT%H:%M:%S+23:59")
    assert hand_in(client, petition_record(category, device, captured_at=at))[0]["outcome"] == "stored"
