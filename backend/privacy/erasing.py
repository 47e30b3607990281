"""What becomes of each passage that may say who somebody is, when the person is erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from backend.letters.models import Letter
from backend.letters.persons import is_theirs
from backend.privacy.finding import LOCAL_DIGITS, Sought, digits_of, without
from backend.privacy.models import ArcoRequest, OldValue
from field.models import Petition, Petitioner
from field.persons import Passage, PassageKind

#: What may be done with a passage: say nothing, take out what is found of the person, or leave it.
EMPTY: Final = "empty"
REDACT: Final = "redact"
KEEP: Final = "keep"


def sought_of(petition_id: UUID, also: Sought) -> Sought:
    """What to look for in the words of others: who asked at the petition, where they live, and who makes the
    request; also as it was written before it was corrected."""
    petition = Petition.objects.select_related("petitioner").get(pk=petition_id)
    person = getattr(petition, "petitioner", None) or Petitioner()
    before = OldValue.objects.filter(petition=petition_id).values_list("label", "before")
    names = [person.name, also.name, *(text for label, text in before if label == "name")]
    said = [petition.address, petition.reference]
    said += [text for label, text in before if label in ("address", "reference")]
    return Sought(
        " ".join(names),
        person.phone or also.phone,
        person.email or also.email,
        phrases=tuple(filter(None, said)),
    )


def sought_in(letter: Letter, also: Sought) -> Sought:
    """What to look for in a letter of no boleta: the citizen who wrote it or was written to, and ``also``."""
    name = letter.party_name if is_theirs(letter) else ""
    return replace(also, name=f"{name} {also.name}")


def holder_of(request: ArcoRequest) -> Sought:
    """Who makes a request, as its own words tell."""
    contact = request.contact.strip()
    email = next((word.strip(".,;") for word in contact.split() if "@" in word), "")
    return Sought(request.holder, "" if email else digits_of(contact)[-LOCAL_DIGITS:], email)


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
