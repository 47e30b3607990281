"""Finding a person: their petitions and held records, and their name in other people's words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains

from backend.casework.models import Referral, StatusChange
from backend.casework.paging import as_no_index_has
from backend.casework.search import Search
from backend.letters.models import Letter
from backend.validation.models import Call
from campaigns.models import Encounter
from campaigns.persons import WORDS
from field.folio import FolioError, parse_folio
from field.models import InboxRecord, Petition, Petitioner
from field.persons import sources
from field.querysets import PetitionQuerySet
from field.telephones import BEFORE, LOCAL_DIGITS, NATIONAL_DIGITS, has_telephone
from geo.plain import Plain

#: As many candidates as a person can tell apart; more ask for another word.
MOST_CANDIDATES: Final = 200
#: What stands where a person was named.
GONE: Final = "[dato suprimido]"
#: Words of a name that are enough to point at somebody.
_ENOUGH_WORDS = 2
#: Letters of a phrase that is still somebody's own.
_SHORTEST_PHRASE = 6
#: Parts of a name that are words of their own.
_SMALL_WORDS = {"de", "del", "la", "las", "los", "y"}
#: What people write between the digits of a telephone.
_BETWEEN = r"[\W_]{0,3}"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of who asks; each that is given brings its own candidates."""

    name: str = ""
    phone: str = ""
    email: str = ""
    folio: str = ""
    #: What is theirs word for word, such as where they live.
    phrases: tuple[str, ...] = ()
    #: The same person as they are told elsewhere: another telephone, a name before it was corrected.
    besides: tuple[Sought, ...] = ()
    #: The name of somebody else, whose own words are not taken for this person's.
    spared: str = ""

    def all_told(self) -> Iterator[Sought]:
        """This and the others that tell of the same person."""
        yield self
        for other in self.besides:
            yield from other.all_told()

    def nameless(self) -> Sought:
        """The same person by telephone and e-mail alone: names repeat."""
        return Sought(besides=tuple(replace(one, name="", besides=()) for one in self.all_told()))

    def unmistakable(self) -> Sought:
        """The same person without names of a single word: «Luz» is also what lamps give."""
        told = (replace(one, besides=()) for one in self.all_told())
        return Sought(
            besides=tuple(
                one if len(_words_of(one.name)) >= _ENOUGH_WORDS else replace(one, name="") for one in told
            ),
            spared=self.spared,
        )


def candidates(sought: Sought) -> list[Petition]:
    """Petitions that may be the person's, newest first: names repeat, so somebody ticks them."""
    # Each by an index of its own, and only then together: asked in one, all that ever came would be read.
    found = {*_asked_as(sought), *_named_in_work(sought)}
    words = " ".join(re.findall(r"[^\W\d_]+", sought.name))
    if words:
        # Who asked under that name, in any order of its words, and whose words name them.
        named = Search(words, people=True).everywhere(Petition.objects.all())
        found.update(named.values_list("pk", flat=True)[:MOST_CANDIDATES])
        for source in sources():
            if source.find is not None:
                found.update(source.find(words)[:MOST_CANDIDATES])
    return list(_for_ticking(Petition.objects.filter(pk__in=found))[:MOST_CANDIDATES]) if found else []


def _asked_as(sought: Sought) -> Iterator[UUID]:
    """The petitions of a folio, and of whom a telephone or an e-mail is."""
    people = Petitioner.objects.order_by("-petition__captured_at").values_list("pk", flat=True)
    if digits := digits_of(sought.phone):
        yield from people.filter(has_telephone(digits))[:MOST_CANDIDATES]
    if email := sought.email.strip():
        yield from people.exclude(email="").filter(email__iexact=email)[:MOST_CANDIDATES]
    if sought.folio.strip():
        with suppress(FolioError):
            folio = parse_folio(sought.folio)
            yield from Petition.objects.filter(folio=folio).values_list("pk", flat=True)


def _named_in_work(sought: Sought) -> Iterator[UUID]:
    for rows, name, petition in _words_of_work():
        # In an order that no index holds: the database then looks for the words, and never walks through all
        # that was written in the hope of meeting some that have them.
        naming = telling(rows, name, sought).order_by(as_no_index_has("at").desc())
        yield from naming.values_list(petition, flat=True)[:MOST_CANDIDATES]


def _words_of_work() -> list[tuple[QuerySet[Any], str, str]]:
    """Where the work on a boleta may name somebody: the rows, their text, and their boleta."""
    doors = Encounter.objects.filter(petitions__isnull=False)
    return [
        (StatusChange.objects.all(), "note", "petition"),
        (Referral.objects.all(), "reason", "petition"),
        (Call.objects.all(), "words", "petition"),
        *((doors, name, "petitions") for name in WORDS),
    ]


def telling(rows: QuerySet[Any], name: str, sought: Sought) -> QuerySet[Any]:
    """The rows in whose text the database sees all of a name, or a telephone or an e-mail: some of them it
    only seems to see, and ``tells_of`` knows. Where the text has a ``plain_index``, it is found by that."""
    asked = Q(pk__in=[])
    for one in sought.all_told():
        if words := [fold(word) for word in re.findall(r"\w{2,}", one.name)]:
            asked |= Q(*(_holds(name, word) for word in words))
        if digits := digits_of(one.phone)[-LOCAL_DIGITS:]:
            spaced = Q(unaccented__regex="[^0-9]{0,3}".join(digits))  # which no index knows
            asked |= Q(_holds(name, digits)) & spaced
        if email := one.email.strip():
            asked |= Q(_holds(name, fold(email)))
    telling: QuerySet[Any] = rows.exclude(**{name: ""}).alias(unaccented=Unaccent(Lower(name)))
    return telling.filter(asked)


def _holds(name: str, part: str) -> Contains:
    return Contains(Plain(name), Unaccent(Value(part)))


def asked_by(petition: Petition, sought: Sought) -> bool:
    """Whether who asked at a petition seems to be the person; else its words may name them."""
    if sought.folio.strip():
        return True  # somebody brought it
    person = getattr(petition, "petitioner", None)
    return person is not None and tells_of(f"{person.name} {person.email} {person.phone}", sought)


def _for_ticking(petitions: PetitionQuerySet) -> PetitionQuerySet:
    return (
        petitions.select_related("petitioner", "category", "place")
        .defer("place__boundary", "place__simple_boundary")
        .order_by("-captured_at", "pk")
    )


def held_candidates(sought: Sought) -> list[InboxRecord]:
    """Held records and those set aside that name the person, or of which it was said why; never many."""
    waiting = InboxRecord.objects.exclude(state=InboxRecord.State.FILED).order_by("-received_at")
    rows = waiting.prefetch_related("corrections").iterator(chunk_size=500)
    told = (record for record in rows if tells_of(_text_of(record), sought))
    return list(islice(told, MOST_CANDIDATES))


def letter_candidates(sought: Sought) -> list[Letter]:
    """Letters of no boleta that name the person, the newest first: no petition leads to them."""
    found = Q(pk__in=[])
    if words := " ".join(re.findall(r"[^\W\d_]+", sought.name)):
        found |= Q(pk__in=Letter.objects.matching(words))
    if digits := digits_of(sought.phone):
        found |= Q(words__regex="[^0-9]{0,3}".join(digits[-NATIONAL_DIGITS:]))
    if email := sought.email.strip():
        found |= Q(words__contains=fold(email))
    lone = Letter.objects.filter(found, petitions=None)
    return list(lone.prefetch_related("petitions", "steps").newest_first()[:MOST_CANDIDATES])


def _text_of(record: InboxRecord) -> str:
    corrected = [[one.changes, one.reason] for one in record.corrections.all()]
    return " ".join(_texts([json.loads(record.raw), corrected]))


def tells_of(text: str, sought: Sought) -> bool:
    """Whether a text has the whole of a person's name, or their telephone or e-mail."""
    return any(_tells(text, one) for one in sought.all_told())


def _tells(text: str, sought: Sought) -> bool:
    told = fold(text)
    words = [fold(word) for word in re.findall(r"\w{2,}", sought.name)]
    if words and all(re.search(rf"\b{re.escape(word)}\b", told) for word in words):
        return True
    digits = digits_of(sought.phone)
    if digits and _number(digits).search(text):
        return True
    return bool(sought.email.strip()) and fold(sought.email.strip()) in told


def points_at(text: str, sought: Sought) -> bool:
    """Whether a text tells of a person, though with no more than two words of their name."""
    told = set(re.findall(r"\w+", fold(text)))
    return tells_of(text, sought) or any(
        len(_words_of(one.name) & told) >= _ENOUGH_WORDS for one in sought.all_told()
    )


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def sentences_of(text: str, sought: Sought) -> str:
    """The sentences of a text that tell of a person; nothing where none points at them."""
    if not points_at(text, sought):
        return ""
    sentences = re.split(r"(?<=[.!?;\n])\s+", text)
    return " ".join(one.strip() for one in sentences if without(one, sought) != one)


def without(text: str, sought: Sought, mark: str = GONE) -> str:
    """The text with the person's name, telephone, e-mail and phrases taken out of it, however written."""
    spans = sorted(span for one in sought.all_told() for span in _spans(text, one, sought.spared))
    parts, end = [], 0
    for start, stop in spans:
        if start >= end:
            parts += [text[end:start], mark]
        end = max(end, stop)
    cleaned = "".join([*parts, text[end:]])
    return re.sub(rf"{re.escape(mark)}(?:\s+{re.escape(mark)})+", mark, cleaned)


def _spans(text: str, sought: Sought, spared: str) -> Iterable[tuple[int, int]]:
    folded = fold(text)
    yield from _names(folded, _words_of(sought.name), _words_of(spared))
    for phrase in sought.phrases:
        words = fold(phrase).split()
        if len("".join(words)) >= _SHORTEST_PHRASE:
            said = r"\s+".join(map(re.escape, words))
            yield from (found.span() for found in re.finditer(rf"(?<!\w){said}(?!\w)", folded))
    if digits := digits_of(sought.phone):
        yield from (found.span() for found in _number(digits).finditer(text))
    if sought.email.strip():
        yield from (m.span() for m in re.finditer(re.escape(fold(sought.email.strip())), folded))


def _names(folded: str, words: set[str], spared: set[str]) -> Iterable[tuple[int, int]]:
    """Where words of a name stand, one or more in a row; not those that are only of whom is spared."""
    if not words:
        return
    one, small = "|".join(map(re.escape, words)), "|".join(_SMALL_WORDS)
    row = rf"\b(?:{one})\b(?:\s+(?:(?:{small})\s+)*(?:{one})\b)*"
    for found in re.finditer(row, folded):
        if set(found.group().split()) - _SMALL_WORDS - spared:
            yield found.span()


def _words_of(name: str) -> set[str]:
    return {fold(word) for word in re.findall(r"\w{3,}", name)} - _SMALL_WORDS


def _number(digits: str) -> re.Pattern[str]:
    """A telephone however it is written: with what is dialled before it, or as it is dialled within a city.

    The end of a longer number is another's.
    """
    local = digits[-NATIONAL_DIGITS:]
    before = "|".join(_BETWEEN.join(digits) for digits in BEFORE)
    dialled = rf"(?:\+?(?:{before}){_BETWEEN})?(?:\((?=\d{{2,3}}\)))?"
    ways = [dialled + _BETWEEN.join(local)]
    if len(local) == NATIONAL_DIGITS:
        ways.append(rf"(?<!\d\d[\W_]){_BETWEEN.join(local[2:])}")
        ways.append(rf"(?<!\d{{3}}[\W_])(?<!\d{{3}}[\W_]{{2}}){_BETWEEN.join(local[3:])}")
    return re.compile(rf"(?<!\d)(?:{'|'.join(ways)})(?!\d)")


def fold(text: str) -> str:
    """Small letters without accents, one for each letter of the text, so that positions stay."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or " " for letter in text)


def digits_of(phone: str) -> str:
    """The digits of a telephone; nothing for too few to be one."""
    digits = re.sub(r"\D", "", phone)
    return digits if len(digits) >= LOCAL_DIGITS else ""
