"""Finding a person: their petitions and held records, and their name in other people's words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.db.models import Q

from backend.casework.search import Search
from backend.letters.models import Letter
from field.folio import FolioError, parse_folio
from field.models import InboxRecord, Petition
from field.persons import sources
from field.querysets import PetitionQuerySet

#: As many candidates as a person can tell apart; more ask for another word.
MOST_CANDIDATES: Final = 200
#: What stands where a person was named.
GONE: Final = "[dato suprimido]"
LOCAL_DIGITS = 10
_FEWEST_DIGITS = 7
#: Letters of a phrase that is still somebody's own.
_SHORTEST_PHRASE = 6
_NUMBER = re.compile(r"\+?\d(?:[\s().\-]*\d){6,}")
#: Parts of a name that are words of their own.
_SMALL_WORDS = {"de", "del", "la", "las", "los", "y"}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of who asks; each that is given brings its own candidates."""

    name: str = ""
    phone: str = ""
    email: str = ""
    folio: str = ""
    #: What is theirs word for word, such as where they live.
    phrases: tuple[str, ...] = ()


def candidates(sought: Sought) -> list[Petition]:
    """Petitions that may be the person's, newest first: names repeat, so somebody ticks them."""
    found = Q()
    words = " ".join(re.findall(r"[^\W\d_]+", sought.name))
    if words:
        # Who asked under that name, in any order of its words, and whose words name them.
        named = Search(words, people=True).everywhere(Petition.objects.all())
        found |= Q(pk__in=list(named.values_list("pk", flat=True)[:MOST_CANDIDATES]))
        for source in sources():
            if source.find is not None:
                found |= Q(pk__in=source.find(words)[:MOST_CANDIDATES])
    digits = digits_of(sought.phone)
    if digits:
        local = digits[-LOCAL_DIGITS:]
        ways = {digits, local, f"52{local}", f"521{local}"}
        found |= Q(petitioner__phone_digits__in=ways)
    if sought.email.strip():
        found |= Q(petitioner__email__iexact=sought.email.strip())
    if sought.folio.strip():
        try:
            found |= Q(folio=parse_folio(sought.folio))
        except FolioError:
            found |= Q(pk__in=[])
    if not found:
        return []
    return list(_for_ticking(Petition.objects.filter(found))[:MOST_CANDIDATES])


def _for_ticking(petitions: PetitionQuerySet) -> PetitionQuerySet:
    return (
        petitions.select_related("petitioner", "category", "place")
        .defer("place__boundary", "place__simple_boundary")
        .order_by("-captured_at", "pk")
    )


def held_candidates(sought: Sought) -> list[InboxRecord]:
    """Held records and those set aside that name the person; there are never many."""
    waiting = InboxRecord.objects.exclude(state=InboxRecord.State.FILED).order_by("-received_at")
    told = (record for record in waiting.iterator() if tells_of(_text_of(record), sought))
    return list(islice(told, MOST_CANDIDATES))


def letter_candidates(sought: Sought) -> list[Letter]:
    """Letters of no boleta that name the person, the newest first: no petition leads to them."""
    found = Q(pk__in=[])
    if words := " ".join(re.findall(r"[^\W\d_]+", sought.name)):
        found |= Q(pk__in=Letter.objects.matching(words))
    if digits := digits_of(sought.phone):
        found |= Q(words__regex="[^0-9]{0,3}".join(digits[-LOCAL_DIGITS:]))
    if email := sought.email.strip():
        found |= Q(words__contains=fold(email))
    lone = Letter.objects.filter(found, petitions=None)
    return list(lone.prefetch_related("petitions", "steps").newest_first()[:MOST_CANDIDATES])


def _text_of(record: InboxRecord) -> str:
    return " ".join(_texts(json.loads(record.raw)))


def tells_of(text: str, sought: Sought) -> bool:
    """Whether a text has the whole of a person's name, or their telephone or e-mail."""
    told = fold(text)
    words = [fold(word) for word in re.findall(r"\w{2,}", sought.name)]
    if words and all(re.search(rf"\b{re.escape(word)}\b", told) for word in words):
        return True
    digits = digits_of(sought.phone)
    if digits and any(_same_number(found.group(), digits) for found in _NUMBER.finditer(text)):
        return True
    return bool(sought.email.strip()) and fold(sought.email.strip()) in told


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def without(text: str, sought: Sought) -> str:
    """The text with the person's name, telephone, e-mail and phrases taken out of it, however written."""
    spans = sorted(_spans(text, sought))
    parts, end = [], 0
    for start, stop in spans:
        if start >= end:
            parts += [text[end:start], GONE]
        end = max(end, stop)
    cleaned = "".join([*parts, text[end:]])
    return re.sub(rf"{re.escape(GONE)}(?:\s+{re.escape(GONE)})+", GONE, cleaned)


def _spans(text: str, sought: Sought) -> Iterable[tuple[int, int]]:
    folded = fold(text)
    for word in {fold(word) for word in re.findall(r"\w{3,}", sought.name)} - _SMALL_WORDS:
        yield from (found.span() for found in re.finditer(rf"\b{re.escape(word)}\b", folded))
    for phrase in sought.phrases:
        words = fold(phrase).split()
        if len("".join(words)) >= _SHORTEST_PHRASE:
            said = r"\s+".join(map(re.escape, words))
            yield from (found.span() for found in re.finditer(rf"(?<!\w){said}(?!\w)", folded))
    digits = digits_of(sought.phone)
    if digits:
        yield from (m.span() for m in _NUMBER.finditer(text) if _same_number(m.group(), digits))
    if sought.email.strip():
        yield from (m.span() for m in re.finditer(re.escape(fold(sought.email.strip())), folded))


def fold(text: str) -> str:
    """Small letters without accents, one for each letter of the text, so that positions stay."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or " " for letter in text)


def digits_of(phone: str) -> str:
    """The digits of a telephone; nothing for too few to be one."""
    digits = re.sub(r"\D", "", phone)
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _same_number(text: str, digits: str) -> bool:
    found = re.sub(r"\D", "", text)
    return found[-LOCAL_DIGITS:] == digits[-LOCAL_DIGITS:] or digits.endswith(found)
