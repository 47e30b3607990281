"""A tablet and what it may write on."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory


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
