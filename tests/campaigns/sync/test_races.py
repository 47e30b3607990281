"""Tablets that race with the same doors."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Encounter
from field.models import InboxRecord
from tests.campaigns.rows import VisitFactory, encounter_record, petition_record, send
from tests.factories import DeviceFactory

pytestmark = pytest.mark.django_db


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
