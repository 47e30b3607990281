"""Many boletas, received at once."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from field.services.petitions import PetitionIntake, receive_petitions


@pytest.fixture
def many(office):
    """Receive so many boletas at once, of the office's categories by turns."""

    def _many(count: int, *categories) -> list[uuid.UUID]:
        now, kinds = timezone.now(), categories or (office.lamp,)
        intakes = [
            PetitionIntake(
                id=uuid.uuid4(),
                category=kinds[n % len(kinds)],
                channel="modulo",
                captured_at=now,
                received_at=now,
            )
            for n in range(count)
        ]
        return [petition.pk for petition in receive_petitions(intakes=intakes)]

    return _many
