"""The tray's list: what waits, by what is wrong with it."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.navigation import held_count
from field.models import InboxRecord
from field.sync.inbox import Sender, receive_records
from tests.factories import CategoryFactory, UserFactory, petition_record
from tests.field.tray.forms import LONG_AGO, TRAY, page_of, words

pytestmark = pytest.mark.django_db


def test_the_list_groups_by_what_is_wrong_the_oldest_first(office, hand_in, device):
    hand_in(category="no-hay", description="tercera")
    hand_in(captured_at=LONG_AGO, description="primera")
    hand_in(captured_at="2026-11-20T10:00:00", description="segunda")
    hand_in(location=None, description="cuarta")
    text = words(office.get(TRAY))
    places = [text.index(word) for word in ("primera", "segunda", "tercera", "cuarta")]
    assert places == sorted(places)
    assert "La hora no es posible" in text
    assert str(device.user) in text
    assert device.name in text
    only = words(office.get(f"{TRAY}?que=4"))
    assert "tercera" in only
    assert "primera" not in only


@pytest.mark.parametrize("query", ["que=99", "que=x", "que=", "page=abc", "page=-4", "estado=nada"])
def test_an_address_made_by_hand_breaks_nothing(office, hand_in, query):
    hand_in(category="no-hay")
    assert office.get(f"{TRAY}?{query}").status_code == 200


def test_an_empty_tray_says_so(office, hand_in):
    hand_in()
    assert "Nada por componer" in words(office.get(TRAY))
    assert office.get(page_of(InboxRecord.objects.get())).status_code == 404


def test_the_menu_says_how_many_wait_for_a_person(client, hand_in, monkeypatch):
    monkeypatch.setattr("backend.accounts.navigation.held_count", held_count.__wrapped__)
    CategoryFactory(code="queja", sensitive=True)
    for category in ("no-hay", "no-hay", "queja"):
        hand_in(category=category, captured_at=LONG_AGO)
    for role, count in ((User.Role.AUXILIAR, 2), (User.Role.JEFE, 3)):
        client.force_login(UserFactory(role=role))
        assert f'<span class="menu-count">{count}</span>' in client.get("/").content.decode()


def test_three_hundred_take_as_many_queries_as_one(office, device, category, django_assert_max_num_queries):
    records = [petition_record(category, device) | {"category": "x"} for _n in range(150)]
    for _half in range(2):
        records = [record | {"id": str(uuid.uuid4())} for record in records]
        receive_records(records=records, sender=Sender(device, device.user_id, timezone.now()))
    with django_assert_max_num_queries(10):
        answer = office.get(TRAY)
    assert words(answer).count("No existe esa categoría.") == 50
    assert "Página 1 de 6" in words(answer)
