"""A chief of the office."""

from __future__ import annotations

import pytest

from backend.accounts.models import User


@pytest.fixture
def jefe(office) -> User:
    return office.staff["jefe"]
