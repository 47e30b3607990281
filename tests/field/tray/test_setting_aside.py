"""What is set aside in the tray, with a reason, and taken back."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from field.models import Correction, InboxRecord
from field.sync.inbox import Sender, receive_records
from tests.field.tray.forms import TRAY, page_of, words

pytestmark = pytest.mark.django_db


def test_a_record_is_set_aside_with_a_reason_and_taken_back(office, clerk, hand_in):
    row = hand_in(category="no-hay")
    answer = office.post(f"{page_of(row)}apartar/", {"reason": "Es una prueba"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == "aside"
    assert "Nada por componer" in words(office.get(TRAY))
    aside = words(office.get(f"{TRAY}?estado=apartados"))
    assert "Es una prueba" in aside
    assert str(clerk) in aside
    office.post(f"{page_of(row)}devolver/")
    row.refresh_from_db()
    assert row.state == "held"
    assert [one.act for one in row.corrections.all()] == ["set_aside", "taken_back"]
    assert "Es una prueba" in words(office.get(page_of(row)))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_without_a_reason_nothing_is_set_aside(office, hand_in, reason):
    row = hand_in(category="no-hay")
    answer = office.post(f"{page_of(row)}apartar/", {"reason": reason})
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode() or "errorlist" in answer.content.decode()
    assert not Correction.objects.exists()


def test_what_was_set_aside_is_still_acknowledged_as_held(office, hand_in, device):
    row = hand_in(category="no-hay")
    office.post(f"{page_of(row)}apartar/", {"reason": "prueba"})
    sender = Sender(device, device.user_id, timezone.now())
    assert receive_records(records=[json.loads(row.raw)], sender=sender)[0]["outcome"] == "held"
    assert InboxRecord.objects.count() == 1
