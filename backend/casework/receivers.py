"""What casework does when petitions are handed in: see ``services.referrals``."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from backend.accounts.models import User
from backend.casework.given import NOTE_MAX_LENGTH
from backend.casework.services import referrals
from backend.casework.services.statuses import append_note
from backend.casework.services.voices import add_voices
from field.models import Petition
from field.signals import petition_noted, petitions_arriving, petitions_received


@receiver(petitions_arriving, dispatch_uid="casework.place_arrivals")
def on_petitions_arriving(petitions: Sequence[Petition], **kwargs: Any) -> None:
    """Say where a batch stands, before it is inserted."""
    referrals.place_arrivals(petitions=petitions)


@receiver(petitions_received, dispatch_uid="casework.record_arrivals")
def on_petitions_received(petitions: Sequence[Petition], voices: Mapping[UUID, str], **kwargs: Any) -> None:
    """Begin each petition's history, in the same transaction, and join those that add a voice to another."""
    referrals.record_arrivals(petitions=petitions)
    add_voices(petitions=petitions, voices=voices)


@receiver(petition_noted, dispatch_uid="casework.write_note")
def on_petition_noted(petition: Petition, text: str, by: User, **kwargs: Any) -> None:
    """Append what the office wrote to the petition's history, in as many notes as it takes."""
    for part in textwrap.wrap(text, NOTE_MAX_LENGTH, replace_whitespace=False, drop_whitespace=False):
        append_note(petition=petition, by=by, note=part)
