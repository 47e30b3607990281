"""Telling whom letters show, before they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from backend.accounts.models import User
from backend.letters.models import Letter
from field.signals import people_seen

_LINKS = Letter.petitions.through


def note_people(user: User, letters: Sequence[Letter], purpose: str) -> None:
    """Tell that a person is about to be shown who these letters name, or may name.

    Who asked, where a letter is about boletas; of one that is about none, the letter itself is told.
    """
    if not letters:
        return
    keys = [letter.pk for letter in letters]
    links = list(_LINKS.objects.filter(letter__in=keys).values_list("letter_id", "petition_id"))
    linked = {letter for letter, _petition in links}
    people_seen.send(
        Letter,
        user=user,
        petitions=list(dict.fromkeys(petition for _letter, petition in links)),
        letters=[key for key in keys if key not in linked],
        purpose=purpose,
    )
