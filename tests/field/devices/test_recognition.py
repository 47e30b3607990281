"""A tablet is known by its token until it is revoked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from field.authentication import SEEN_EVERY
from field.models import Device
from field.services.devices import revoke_device

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x y", "Bearer ñandú", "bearer nope"])
def test_an_unknown_token_gets_401_and_a_challenge(client, header):
    answer = client.get("/api/v1/pack", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="aldaba"'
    assert answer["Content-Type"] == "application/problem+json"


def test_a_tablet_is_recognised_by_its_token_and_a_revoked_one_is_not(tablet, client, director):
    device, token = tablet
    assert client.get("/api/v1/pack", headers=bearer(token)).status_code == 200
    revoke_device(device=device, by=director)
    revoke_device(device=device, by=None)
    device.refresh_from_db()
    assert device.revoked_by == director
    assert client.get("/api/v1/pack", headers=bearer(token)).status_code == 401


def test_a_tablet_of_somebody_who_left_is_not_let_in(tablet, client, promotor):
    promotor.is_active = False
    promotor.save()
    assert client.get("/api/v1/pack", headers=bearer(tablet[1])).status_code == 401


def test_a_token_does_not_open_a_page(tablet):
    answer = Client().get("/tabletas/", headers=bearer(tablet[1]))
    assert answer.status_code == 302


def test_when_a_tablet_was_seen_is_written_at_most_once_a_minute(
    tablet, client, django_assert_num_queries, rf
):
    from rest_framework.request import Request

    from field.authentication import DeviceAuthentication

    device, token = tablet
    request = Request(rf.get("/", headers=bearer(token)))
    with django_assert_num_queries(2):
        DeviceAuthentication().authenticate(request)
    with django_assert_num_queries(1):
        DeviceAuthentication().authenticate(request)
    seen = timezone.now() - SEEN_EVERY
    Device.objects.update(last_seen_at=seen)
    DeviceAuthentication().authenticate(request)
    device.refresh_from_db()
    assert device.last_seen_at > seen
