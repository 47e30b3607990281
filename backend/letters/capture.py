"""A petition taken down from a letter that came: what its form begins with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.accounts.models import User
from backend.casework.when_asked import fault_of
from backend.letters.looks import note_people
from backend.letters.models import LetterCapture
from backend.letters.selectors import visible_letters
from field.models import Channel


def from_letter(user: User, key: str) -> dict[str, Any] | None:
    """The letter's words under the id that ``begin_capture`` announced, for who announced it."""
    try:
        pk = UUID(key)
    except ValueError:
        return None
    seen = visible_letters(user).values("pk")
    capture = LetterCapture.objects.select_related("letter").filter(pk=pk, by=user, letter__in=seen).first()
    if capture is None:
        return None
    letter = capture.letter
    note_people(user, [letter], "letter")
    return {
        "id": capture.pk,
        "channel": Channel.LETTER.value,
        "description": "\n\n".join(filter(None, (letter.subject, letter.body))),
        "name": letter.party_name,
        "asked_on": letter.received_on if letter.received_on and not fault_of(letter.received_on) else None,
    }
