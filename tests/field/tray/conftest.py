"""A clerk before the tray, and a tablet that hands in what is wrong."""

from __future__ import annotations

import pytest
from django.utils import timezone

from backend.accounts.models import User
from field.models import InboxRecord
from field.sync.inbox import Sender, receive_records
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, UserFactory, petition_record


@pytest.fixture
def town():
    return PlaceFactory(column=0)


@pytest.fixture
def device(town):
    return DeviceFactory()


@pytest.fixture
def category():
    return CategoryFactory(code="luminaria", name="Luminaria apagada", needs_check=True)


@pytest.fixture
def clerk():
    return UserFactory(role=User.Role.AUXILIAR)


@pytest.fixture
def office(client, clerk):
    client.force_login(clerk)
    return client


@pytest.fixture
def hand_in(device, category):
    """Hand a petition in with something in it changed: the row that it became."""

    def send(**changes):
        record = petition_record(category, device) | changes
        receive_records(records=[record], sender=Sender(device, device.user_id, timezone.now()))
        return InboxRecord.objects.order_by("pk").last()

    return send
