"""Whose a record is when several people share a tablet."""

from __future__ import annotations

import pytest
from django.utils import timezone

from field.models import InboxRecord, Petition
from field.sync.inbox import Sender, receive_records
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, UserFactory, petition_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return DeviceFactory()


@pytest.fixture
def category():
    PlaceFactory(column=0)
    return CategoryFactory()


def hand_in(device, *records, user=None):
    sender = Sender(device, (user or device.user).pk, timezone.now())
    return receive_records(records=records, sender=sender)


def test_a_record_is_whose_it_says_and_the_holders_when_it_says_nothing(device, category):
    beto = UserFactory(role="promotor")
    names = [beto.username, None, "", device.user.username]
    records = [petition_record(category, device, captured_by=name) for name in names]
    assert {receipt["outcome"] for receipt in hand_in(device, *records)} == {"stored"}
    authors = [Petition.objects.get(pk=record["id"]).captured_by for record in records]
    assert authors == [beto, device.user, device.user, device.user]


@pytest.mark.parametrize("facts", [{"role": "enlace"}, {"role": "promotor", "is_active": False}, None])
def test_a_name_that_may_not_capture_is_held_for_a_person(device, category, facts):
    name = UserFactory(**facts).username if facts else "nadie"
    record = petition_record(category, device, captured_by=name)
    good = petition_record(category, device)
    held, stored = hand_in(device, record, good)
    assert (held["outcome"], stored["outcome"]) == ("held", "stored")
    assert [(error["pointer"], error["code"]) for error in held["errors"]] == [
        ("/captured_by", "unknown_staff")
    ]
    assert not Petition.objects.filter(pk=record["id"]).exists()


def test_nobody_signs_for_somebody_else_from_a_desk(device, category):
    clerk = UserFactory(role="auxiliar")
    record = petition_record(category, device, captured_by=device.user.username)
    (receipt,) = receive_records(records=[record], sender=Sender(None, clerk.pk, timezone.now()))
    assert receipt["outcome"] == "stored"
    assert Petition.objects.get(pk=record["id"]).captured_by == clerk


def test_many_names_cost_one_query(device, category, django_assert_max_num_queries):
    names = [UserFactory(role="promotor").username for _ in range(20)]
    batch = lambda: [petition_record(category, device, captured_by=name) for name in names]  # noqa: E731
    hand_in(device, *batch())
    with django_assert_max_num_queries(1 + 18):  # what a batch without names costs, and theirs
        hand_in(device, *batch())


def test_what_the_tablet_says_beside_the_contract_is_kept_raw_and_harms_nothing(device, category):
    extra = {
        "echo_of": "26-A7F-00042-Z",
        "device_clock": {"offset_ms": -1200, "measured_at": None, "zone": "America/Mazatlan"},
    }
    record = petition_record(category, device, **extra)
    (receipt,) = hand_in(device, record)
    assert receipt["outcome"] == "stored"
    raw = InboxRecord.objects.get(record_id=record["id"]).raw
    assert "26-A7F-00042-Z" in raw
    assert "America/Mazatlan" in raw
