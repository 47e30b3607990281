"""What casework does when petitions are handed in: see ``services.referrals``."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from backend.accounts.models import User
from backend.casework.given import NOTE_MAX_LENGTH
from backend.casework.services import referrals
from backend.casework.services.statuses import append_note
from field.models import Petition
from field.signals import petition_noted, petitions_arriving, petitions_received


@receiver(petitions_arriving, dispatch_uid="casework.place_arrivals")
def on_petitions_arriving(petitions: Sequence[Petition], **kwargs: Any) -> None:
    """Say where a batch stands, before it is inserted."""
    referrals.place_arrivals(petitions=petitions)


@receiver(petitions_received, dispatch_uid="casework.record_arrivals")
def on_petitions_received(petitions: Sequence[Petition], **kwargs: Any) -> None:
    """Begin each petition's history, in the same transaction."""
    referrals.record_arrivals(petitions=petitions)


@receiver(petition_noted, dispatch_uid="casework.write_note")
def on_petition_noted(petition: Petition, text: str, by: User, **kwargs: Any) -> None:
    """Append what the office wrote to the petition's history, in as many notes as it takes."""
    for part in textwrap.wrap(text, NOTE_MAX_LENGTH, replace_whitespace=False, drop_whitespace=False):
        append_note(petition=petition, by=by, note=part)
