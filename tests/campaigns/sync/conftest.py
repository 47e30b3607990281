"""A tablet, and the visit that it carries."""

from __future__ import annotations

import pytest

from tests.campaigns.rows import VisitFactory
from tests.factories import DeviceFactory


@pytest.fixture
def device(db):
    return DeviceFactory()


@pytest.fixture
def visit(db):
    return VisitFactory()
