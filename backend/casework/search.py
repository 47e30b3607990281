"""Finding a boleta by what somebody remembers of it: folio, telephone, name, or words.

Words are looked up in ``SearchEntry``, whose index also holds the week, department, category and place of
each petition: with these as further words, one look into the index answers all of them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, CharField, F, Func, QuerySet, Value
from django.utils import timezone

from backend.casework.models import SearchEntry
from field.folio import FolioError, complete_folio, parse_folio
from field.querysets import PetitionQuerySet
from field.telephones import LOCAL_DIGITS, digits_in

Rows = TypeVar("Rows", bound=QuerySet[Any])
_TELEPHONE = re.compile(r"[\d\s()+.\-]{7,}\Z")
#: The number of a folio alone. A house's is looked for beside its street: by itself it would say nothing.
_FOLIO_NUMBER = re.compile(r"\d{1,5}\Z")
#: What people write before a number.
_SAID_BEFORE = re.compile(
    r"(?:folio|boleta|petici[oó]n|n[uú]m(?:ero)?|no|tel(?:[eé]fono)?|cel(?:ular)?)?[\s.:#]*(?=[\d+(])",
    re.IGNORECASE,
)
#: Only where it is written in a folio's three groups: ten digits in a row are a telephone.
_WITHOUT_CHECK = re.compile(r"\w{2}[\s./\-\u2010-\u2015]+\w{3}[\s./\-\u2010-\u2015]+\w{5}\Z")
#: A dash before a word would ask for all the petitions without it.
_DASHES = re.compile(r"(?<!\S)-+")
_WEEK: Final = timedelta(weeks=1)
#: How many weeks are looked through at first: what is said often fills a page from them. Of what is overdue
#: the last ones hold next to nothing.
FIRST_WEEKS: Final = 2
FIRST_WEEKS_OF_OVERDUE: Final = 4
#: A longer time is not narrowed by its weeks.
_MOST_WEEKS: Final = 60
#: The index gathers all that ever began so, however few weeks are meant: of a few weeks, entries are read.
_READ_WEEKS: Final = 8
#: The last word, of letters alone and long enough to begin others; not in quotes, nor one that is left out.
_LAST_WORD = re.compile(r"(?<!\S)([^\W\d_]{3,})\Z")
_FILLS_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Marks:
    """What the index narrows words by: ids of departments, categories and places, and numbers of weeks."""

    departments: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()

    def __str__(self) -> str:
        """As PostgreSQL reads a query; empty where nothing narrows."""
        groups = {"d": self.departments, "c": self.categories, "p": self.places, "w": self.weeks}
        one_of = (" | ".join(f"'#{mark}{number}'" for number in ids) for mark, ids in groups.items() if ids)
        return " & ".join(f"( {marks} )" for marks in one_of)


def _query(template: str, *parts: Any, joiner: str = ", ") -> Func:
    return Func(*parts, template=template, arg_joiner=joiner, output_field=SearchQueryField())


def _has(entry: Any, query: Any) -> Func:
    return Func(entry, query, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def _read(entry: Any) -> Func:
    """The entry as no index holds it: what is asked of it is found out by reading it."""
    return Func(entry, template="(%(expressions)s || '')", output_field=SearchVectorField())


@dataclass(frozen=True, slots=True)
class Search:
    """A search for words; ``people`` lets it find who asked too, ``ends`` is the last moment asked about and
    ``first_weeks`` how many weeks it looks through at first. Where it is ``unfinished``, its last word begins
    others too (``as_meant``).
    """

    words: str
    people: bool
    marks: Marks = field(default_factory=Marks)
    ends: datetime | None = None
    first_weeks: int = FIRST_WEEKS
    unfinished: bool = False

    def everywhere(self, petitions: PetitionQuerySet) -> PetitionQuerySet:
        """All that it finds."""
        return self._found_in(petitions, F("search_entry__words"), read=False)

    def within(
        self, petitions: PetitionQuerySet, start: datetime | None, weeks: int, *, forward: bool
    ) -> PetitionQuerySet | None:
        """What it finds in so many weeks back from ``start`` (None: now), or ``forward`` from it; None where
        that is as good as everywhere."""
        some = self._in_weeks(start, weeks, forward=forward)
        if some is None:
            return None
        return some._found_in(petitions, F("search_entry__words"), read=weeks <= _READ_WEEKS)

    def _in_weeks(self, start: datetime | None, weeks: int, *, forward: bool) -> Search | None:
        if weeks > _MOST_WEEKS:
            return None
        first = _week_of(start or self.ends or timezone.now() + timedelta(days=1))
        numbers = {first + number if forward else first - number for number in range(weeks)}
        if self.marks.weeks:
            asked = set(self.marks.weeks)
            if numbers >= asked:
                return None
            numbers &= asked
        return replace(self, marks=replace(self.marks, weeks=tuple(sorted(numbers))))

    def _found_in(self, rows: Rows, entry: F, *, read: bool) -> Rows:
        """Those of some rows whose ``entry`` has what is looked for; ``read`` lets the index answer for the
        marks and the finished words alone, and finds in the entries themselves which have the beginning.
        """
        if not re.search(r"\w", self.words):
            return rows.none()
        marks = str(self.marks)
        narrowing = [_query("%(expressions)s::tsquery", Value(marks, CharField()))] if marks else []
        rest, begun = self._parts()
        words = [_words(self.words), *([_all(_words(rest), _beginning(begun))] if begun else [])]
        if not self.people:
            # The index has no weights: who asked is left out where the entry itself is read.
            unnamed = Func(
                entry, template="ts_filter(%(expressions)s, '{d}')", output_field=SearchVectorField()
            )
            rows = rows.filter(_has(unnamed, _any(*words)))
        finished = _any(_words(rest), _names(rest))
        asked = _any(
            _words(self.words), _names(self.words), *([_all(finished, _beginning(begun))] if begun else [])
        )
        if not (read and begun and marks):
            return rows.filter(_has(entry, _all(*narrowing, asked)))
        if rest:
            narrowing.append(finished)
        return rows.filter(_has(entry, _all(*narrowing)), _has(_read(entry), asked))

    def _parts(self) -> tuple[str, str]:
        """The finished words, and the last one where it may be but a beginning."""
        last = _LAST_WORD.search(self.words) if self.unfinished else None
        return (self.words[: last.start()], last[1]) if last else (self.words, "")


def as_meant(search: Search) -> Search:
    """The search, its last word taken for a beginning too unless the words as they stand are common.

    Who types «Guadal» means Guadalupe; who types «Rosa» does not mean Rosario, and there is a page of Rosas:
    that one stays as quick as it is. What is common is so in the whole city, whoever asks and with whatever
    filters: turning pages and narrowing find the same. A query or two.
    """
    if not _LAST_WORD.search(search.words) or _is_common(search.words):
        return search
    return replace(search, unfinished=True)


def _is_common(words: str) -> bool:
    """Whether the words fill a page: of the last weeks, where what is common does, or of all."""
    search, entries = Search(words, people=True), SearchEntry.objects.order_by()
    recent = search._in_weeks(None, FIRST_WEEKS, forward=False) or search
    found = (some._found_in(entries, F("words"), read=False).values("pk") for some in (recent, search))
    return any(rows[:_FILLS_A_PAGE].count() == _FILLS_A_PAGE for rows in found)


def _words(text: str) -> Func:
    return _query("websearch_to_tsquery('aldaba_words', %(expressions)s)", Value(text, CharField()))


def _names(text: str) -> Func:
    return _query("websearch_to_tsquery('aldaba_names', %(expressions)s)", Value(text, CharField()))


def _beginning(begun: str) -> Func:
    # Of a text the index holds stems: letters typed beyond one, and short of the whole word, find it no more.
    return _query("to_tsquery('aldaba_names', %(expressions)s)", Value(f"{begun}:*", CharField()))


def _any(*queries: Func) -> Func:
    return _query("(%(expressions)s)", *queries, joiner=" || ")


def _all(*queries: Func) -> Func:
    return _query("(%(expressions)s)", *queries, joiner=" && ")


def words_of(text: str) -> str | None:
    """The words to look for, or None where the text is a folio, its number alone or a telephone.

    Raises FolioError ``mistyped`` for a folio with a slip in it: it is not missing.
    """
    number = _number_in(text)
    if _FOLIO_NUMBER.match(number):
        return None
    telephone = _telephone(number)
    try:
        _folio_in(number)
    except FolioError as error:
        if error.code == "mistyped" and telephone is None:
            raise
        return None if telephone else _DASHES.sub("", text.strip())
    return None


def by_number(petitions: PetitionQuerySet, text: str, *, people: bool) -> PetitionQuerySet:
    """The petition of a folio, those of its number alone, or those of whoever has a telephone; with
    ``people`` False, of nobody's."""
    number = _number_in(text)
    if _FOLIO_NUMBER.match(number):
        return petitions.numbered(number)
    try:
        return petitions.filter(folio=_folio_in(number))
    except FolioError:
        telephone = _telephone(number) or ""
    if not people:
        return petitions.none()
    return petitions.asked_from(telephone)


def weeks_between(since: datetime | None, until: datetime | None) -> tuple[int, ...]:
    """The numbers of the weeks that a time touches; none where it is open or long."""
    if since is None:
        return ()
    first, last = _week_of(since), _week_of(until or timezone.now() + timedelta(days=1))
    return tuple(range(first, last + 1)) if last - first < _MOST_WEEKS else ()


def _week_of(moment: datetime) -> int:
    """As ``aldaba_search_words`` numbers them: whole weeks since the beginning of 1970, UTC."""
    return int(moment.timestamp() // _WEEK.total_seconds())


def _number_in(text: str) -> str:
    """What was typed, without the word for it before."""
    return _SAID_BEFORE.sub("", text.strip(), count=1)


def _folio_in(number: str) -> str:
    """The folio, its check character left out or not. Raises FolioError."""
    return complete_folio(number) if _WITHOUT_CHECK.match(number) else parse_folio(number)


def _telephone(text: str) -> str | None:
    digits = digits_in(text)
    return digits if _TELEPHONE.match(text) and len(digits) >= LOCAL_DIGITS else None
