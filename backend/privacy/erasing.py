"""What becomes of each passage that may say who somebody is, when the person is erased."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from backend.privacy.finding import Sought, without
from field.models import Petitioner
from field.persons import Passage, PassageKind

#: What may be done with a passage: say nothing, take out what is found of the person, or leave it.
EMPTY: Final = "empty"
REDACT: Final = "redact"
KEEP: Final = "keep"


def sought_of(petition_id: UUID, holder: str = "") -> Sought:
    """What to look for in the words of others: who asked at the petition, and who makes the request."""
    person = Petitioner.objects.filter(petition=petition_id).first()
    if person is None:
        return Sought(holder)
    return Sought(f"{person.name} {holder}", person.phone, person.email)


def proposed(passage: Passage, person: Sought) -> str:
    """What is proposed for a passage: what a person then confirms or changes."""
    if passage.kind is PassageKind.IDENTITY or passage.emptied:
        return EMPTY
    if passage.kind is PassageKind.TEXT and without(passage.text, person) != passage.text:
        return REDACT
    return KEEP


def chosen(passage: Passage, choice: str, person: Sought) -> str:
    """What a passage says once the choice is made. No choice keeps an identity."""
    if passage.kind is PassageKind.IDENTITY or choice == EMPTY:
        return ""
    if choice == REDACT and passage.kind is PassageKind.TEXT:
        return without(passage.text, person)
    return passage.text
