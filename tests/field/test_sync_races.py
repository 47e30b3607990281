"""The same records from several connections at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from field.models import InboxRecord, Petition, Petitioner
from field.sync.inbox import Sender, receive_records
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, petition_record

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


@pytest.fixture
def device():
    PlaceFactory(column=0)
    return DeviceFactory()


def at_once(device, batches):
    """Hand the batches in from as many connections, all starting together: the outcomes of each."""
    barrier = Barrier(len(batches))

    def hand_in(batch):
        try:
            barrier.wait()
            sender = Sender(device, device.user_id, timezone.now())
            return [receipt["outcome"] for receipt in receive_records(records=batch, sender=sender)]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(batches)) as pool:
        return list(pool.map(hand_in, batches))


def test_identical_batches_at_once_give_each_petition_once(device):
    category = CategoryFactory()
    records = [petition_record(category, device) for _ in range(30)]
    outcomes = at_once(device, [records if n % 2 else records[::-1] for n in range(AT_ONCE)])
    counted = Counter(outcome for batch in outcomes for outcome in batch)
    assert counted == {"stored": 30, "repeated": 30 * (AT_ONCE - 1)}
    assert Petition.objects.count() == Petitioner.objects.count() == InboxRecord.objects.count() == 30


def test_other_contents_under_one_id_at_once_file_one_and_keep_all(device):
    record = petition_record(CategoryFactory(), device)
    batches = [[record | {"description": f"versión {n}"}] for n in range(AT_ONCE)]
    counted = Counter(outcome for batch in at_once(device, batches) for outcome in batch)
    assert counted == {"stored": 1, "held": AT_ONCE - 1}
    assert InboxRecord.objects.count() == AT_ONCE
    assert Petition.objects.count() == 1


def test_cloned_tablets_that_give_the_same_folios_at_once_file_each_folio_once(device, caplog):
    category = CategoryFactory()
    originals = [petition_record(category, device) for _ in range(20)]
    batches = []
    for n in range(AT_ONCE):
        batch = [petition_record(category, device, folio=original["folio"]) for original in originals]
        batches.append(batch if n % 2 else batch[::-1])
    counted = Counter(outcome for batch in at_once(device, batches) for outcome in batch)
    assert counted == {"stored": 20, "held": 20 * (AT_ONCE - 1)}
    assert Petition.objects.count() == 20
    assert InboxRecord.objects.filter(state="held").count() == 20 * (AT_ONCE - 1)
    assert caplog.records == [], "they waited for each other: no batch had to be undone"
