"""What becomes of each passage that may say who somebody is, when the person is erased."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from backend.letters.models import Letter
from backend.letters.persons import is_theirs
from backend.privacy.finding import Sought, digits_of, without
from backend.privacy.models import ArcoRequest, OldValue
from field.models import Petition, Petitioner
from field.persons import Passage, PassageKind

#: A telephone in what somebody gave to be answered at.
_NUMBER: Final = re.compile(r"\+?\d(?:[\s().\-]*\d){9,12}")

#: What may be done with a passage: say nothing, take out what is found of the person, or leave it.
EMPTY: Final = "empty"
REDACT: Final = "redact"
KEEP: Final = "keep"


def sought_of(petition_id: UUID, also: Sought) -> Sought:
    """What to look for in the words of others: who asked at the petition, where they live, and who makes the
    request; also as it was written before it was corrected."""
    petition = Petition.objects.select_related("petitioner").get(pk=petition_id)
    return _told_at(petition, also)


def _told_at(petition: Petition, *also: Sought) -> Sought:
    person = getattr(petition, "petitioner", None) or Petitioner()
    before = list(OldValue.objects.filter(petition=petition).values_list("label", "before"))
    said = [petition.address, petition.reference]
    said += [text for label, text in before if label in ("address", "reference")]
    corrected = [_corrected(label, text) for label, text in before]
    return Sought(
        person.name,
        person.phone,
        person.email,
        phrases=tuple(filter(None, said)),
        besides=(*also, *corrected),
    )


def _corrected(label: str, text: str) -> Sought:
    match label:
        case "name":
            return Sought(name=text)
        case "phone":
            return Sought(phone=text)
        case "email":
            return Sought(email=text)
        case _:
            return Sought()


def sought_in(letter: Letter, also: Sought) -> Sought:
    """What to look for in a letter of no boleta: the citizen who wrote it or was written to, and ``also``."""
    return Sought(letter.party_name if is_theirs(letter) else "", besides=(also,))


def named_at(petition_id: UUID, holder: Sought) -> Sought:
    """What to look for at somebody else's boleta: who makes the request, and no word of who asked there."""
    person = Petitioner.objects.filter(petition=petition_id).first()
    return replace(holder, spared=person.name if person else "")


def named_in(letter: Letter, holder: Sought) -> Sought:
    """The same in somebody else's letter."""
    return replace(holder, spared=letter.party_name)


def holder_of(request: ArcoRequest) -> Sought:
    """Who makes a request, as its own words tell and as the boletas ticked as theirs do."""
    own = request.subjects.filter(named=False, petition__isnull=False)
    told = [_told_at(one.petition) for one in own.select_related("petition__petitioner") if one.petition]
    told += [Sought(email=email) for email in emails_in(request.contact)]
    told += [Sought(phone=number) for number in telephones_in(request.contact)]
    return Sought(request.holder, besides=tuple(told))


def emails_in(contact: str) -> list[str]:
    """The e-mails in what somebody gave to be answered at."""
    return [word.strip(".,;:()<>") for word in contact.split() if "@" in word]


def telephones_in(contact: str) -> list[str]:
    """The telephones in it, as written."""
    return _NUMBER.findall(contact)


def addresses_of(person: Sought) -> set[str]:
    """Every e-mail and telephone known of a person."""
    return {
        text
        for one in person.all_told()
        for text in (one.email.strip().lower(), digits_of(one.phone))
        if text
    }


def within_reach(passages: Iterable[Passage], *, named: bool) -> list[Passage]:
    """The passages that a cancellation may touch: of what only names the person, the words and the files.

    Who asked there is somebody else: their name, their address and their files are not the person's.
    """
    if not named:
        return list(passages)
    return [one._replace(emptied=False) for one in passages if one.kind is not PassageKind.IDENTITY]


def proposed(passage: Passage, person: Sought) -> str:
    """What is proposed for a passage: what a person then confirms or changes."""
    if passage.kind is PassageKind.IDENTITY or passage.emptied:
        return EMPTY
    if passage.kind is PassageKind.TEXT and without(passage.text, person) != passage.text:
        return REDACT
    return KEEP


def chosen(passage: Passage, choice: str, person: Sought, *, named: bool = False) -> str:
    """What a passage says once the choice is made. No choice keeps an identity, nor empties others' words."""
    if passage.kind is PassageKind.TEXT and (choice == REDACT or (named and choice == EMPTY)):
        return without(passage.text, person)
    if passage.kind is PassageKind.IDENTITY or choice == EMPTY:
        return ""
    return passage.text
