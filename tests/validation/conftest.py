"""A small office with attended boletas to call about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.services.statuses import change_status
from field.models import Petition
from field.services.petitions import PetitionerIntake
from tests.casework.conftest import Office, Receive, office, receive, sign_in
from tests.past import unguarded

__all__ = ["Office", "Receive", "office", "receive", "sign_in"]


@pytest.fixture
def attend(office, receive):
    """Receive a petition and have its department attend it; ``ago`` is how many days ago that was."""

    def _attend(category=None, *, ago: int = 0, phone: str = "669 123 4567", **changes) -> Petition:
        person = PetitionerIntake(name="María Peña", phone=phone, consent=True, notice="2026-1")
        petition = receive(category, **{"petitioner": person} | changes)
        change_status(petition=petition, move="open", by=office.staff["director"])
        change_status(
            petition=petition,
            move="attend",
            by=office.staff["director"],
            given=Given(note="Se cambió el foco."),
        )
        if ago:
            steps = StatusChange.objects.filter(petition=petition, move="attend")
            with unguarded(StatusChange):
                steps.update(at=timezone.now() - timedelta(days=ago))
        return petition

    return _attend
