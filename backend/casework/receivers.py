"""What casework does when petitions are handed in: see ``services.referrals``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from backend.casework.services import referrals
from field.models import Petition
from field.signals import petitions_arriving, petitions_received


@receiver(petitions_arriving, dispatch_uid="casework.place_arrivals")
def on_petitions_arriving(petitions: Sequence[Petition], **kwargs: Any) -> None:
    """Say where a batch stands, before it is inserted."""
    referrals.place_arrivals(petitions=petitions)


@receiver(petitions_received, dispatch_uid="casework.record_arrivals")
def on_petitions_received(petitions: Sequence[Petition], **kwargs: Any) -> None:
    """Begin each petition's history, in the same transaction."""
    referrals.record_arrivals(petitions=petitions)
