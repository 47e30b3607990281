"""A crew, its visit, and somebody of every role."""

from __future__ import annotations

import pytest

from backend.accounts.models import User
from tests.campaigns.rows import CrewFactory, VisitFactory
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def as_role(client):
    def enter(role_or_user):
        user = role_or_user if isinstance(role_or_user, User) else UserFactory(role=role_or_user)
        client.force_login(user, backend="backend.accounts.backends.RoleBackend")
        return client

    return enter


@pytest.fixture
def crew():
    crew = CrewFactory()
    crew.members.add(UserFactory())
    return crew


@pytest.fixture
def visit(crew):
    MunicipalityFactory()
    return VisitFactory(crew=crew)
