"""What tablets say of themselves with each request, and how little of it is believed."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from field.models import Device, InboxRecord, Petition
from field.services.fleet import KEPT_EVERY
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, petition_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    PlaceFactory(column=0)
    return DeviceFactory(token="una-llave")


@pytest.fixture
def hand_in(client, device):
    category = CategoryFactory()

    def send(state):
        body = {"records": [petition_record(category, device)], "device_state": state}
        answer = client.post("/api/v1/sync", body, content_type="application/json", headers=bearer())
        assert answer.status_code == 200
        assert answer.json()["receipts"][0]["outcome"] == "stored"
        device.refresh_from_db()
        return device

    return send


def bearer(**more):
    return {"Authorization": "Bearer una-llave"} | more


def said(device):
    return (device.app_version, device.waiting, device.battery, device.clock_offset_s)


def test_a_tablet_says_how_it_is_when_it_hands_in(hand_in):
    clock = (timezone.now() + dt.timedelta(minutes=10)).isoformat()
    device = hand_in({"app_version": "1.4.0", "waiting": 12, "battery": 83, "clock": clock})
    assert said(device)[:3] == ("1.4.0", 12, 83)
    assert abs(device.clock_offset_s - 600) < 30
    assert device.state_at is not None


@pytest.mark.parametrize(
    "state",
    [
        None,
        [],
        "texto",
        7,
        {},
        {"app_version": 3, "waiting": -1, "battery": 101, "clock": "ayer"},
        {"app_version": "a\0b", "waiting": True, "battery": 8.5, "clock": "2026-11-20T10:00:00"},
        {"app_version": ["x"], "waiting": "12", "battery": None, "clock": 5},
        {"waiting": 10**30, "clock": "9" * 5000},
    ],
)
def test_what_makes_no_sense_is_left_out_and_the_records_are_filed(hand_in, state):
    device = hand_in(state)
    assert said(device) == ("", None, None, None)
    assert Petition.objects.count() == InboxRecord.objects.count() == 1


@pytest.mark.parametrize(
    "clock",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1970-01-01T00:00:00Z"],
)
def test_a_clock_that_is_wrong_by_ages_is_kept_as_far_as_the_column_goes(hand_in, clock):
    assert abs(hand_in({"clock": clock}).clock_offset_s) > 50 * 365 * 86400


def test_it_is_kept_at_most_once_a_minute_but_an_empty_queue_at_once(hand_in):
    hand_in({"waiting": 40, "battery": 90})
    assert hand_in({"waiting": 20, "battery": 80}).waiting == 40
    done = hand_in({"waiting": 0, "battery": 79})
    assert (done.waiting, done.battery) == (0, 79)
    assert hand_in({"waiting": 0, "battery": 11}).battery == 79
    Device.objects.update(state_at=timezone.now() - KEPT_EVERY)
    assert hand_in({"waiting": 3}).waiting == 3


def test_what_is_not_said_stays_as_it_was(hand_in):
    hand_in({"app_version": "1.4.0", "waiting": 5})
    Device.objects.update(state_at=timezone.now() - KEPT_EVERY)
    device = hand_in({"battery": 50})
    assert said(device)[:3] == ("1.4.0", 5, 50)


def test_it_may_come_in_a_header_where_there_is_no_body(client, device):
    state = json.dumps({"waiting": 3, "battery": 44})
    headers = bearer(**{"Aldaba-Device-State": state})
    assert client.get("/api/v1/pack", headers=headers).status_code == 200
    device.refresh_from_db()
    assert (device.waiting, device.battery) == (3, 44)


@pytest.mark.parametrize("header", ["", "{", "[]", "x" * 3000])
def test_a_header_that_makes_no_sense_costs_nothing(client, device, header):
    headers = bearer(**{"Aldaba-Device-State": header})
    assert client.get("/api/v1/pack", headers=headers).status_code == 200
    device.refresh_from_db()
    assert device.state_at is None
