"""What this room does when others show people's data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from backend.accounts.models import User
from backend.privacy.services.looks import record_looks
from field.signals import people_seen


@receiver(people_seen, dispatch_uid="privacy.record_looks")
def on_people_seen(
    user: User,
    purpose: str,
    petitions: Collection[UUID] = (),
    records: Collection[int] = (),
    letters: Collection[int] = (),
    **kwargs: Any,
) -> None:
    """Record each look, before what is looked at is shown."""
    record_looks(user=user, purpose=purpose, petitions=petitions, records=records, letters=letters)
