"""A code just opened for a promotor."""

from __future__ import annotations

import pytest

from field.services.devices import open_enrolment


@pytest.fixture
def opened(promotor, director):
    return open_enrolment(user=promotor, name="Tableta 7", by=director)
