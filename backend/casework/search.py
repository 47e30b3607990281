"""Finding a boleta by what somebody remembers of it: folio, telephone, name, or words."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func, Q

from field.folio import FolioError, parse_folio
from field.models import Petitioner
from field.querysets import PetitionQuerySet

#: A name shared by more people than this is not told apart by it; add a word.
_NAMES_LOOKED_AT = 500
_TELEPHONE = re.compile(r"[\d\s()+.\-]{7,}\Z")
_LOCAL_DIGITS = 10


class _Words(Func):
    """The words of a petition: exactly the expression that the index ``petition_words`` holds."""

    template = "to_tsvector('aldaba_words'::regconfig, %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


class _Names(Func):
    """The words of a name: exactly the expression that the index ``petitioner_names`` holds."""

    template = "to_tsvector('aldaba_names'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


def search(petitions: PetitionQuerySet, text: str, *, people: bool) -> PetitionQuerySet:
    """The petitions that ``text`` finds; by who asked only where ``people`` says so.

    Raises FolioError ``mistyped`` for a folio with a slip in it: it is not missing.
    """
    text = text.strip()
    telephone = _telephone(text)
    try:
        return petitions.filter(folio=parse_folio(text))
    except FolioError as error:
        if error.code == "mistyped" and telephone is None:
            raise
    if telephone and people:
        return petitions.filter(petitioner__phone_digits__in=_ways_to_write(telephone))
    found = Q(words=SearchQuery(text, config="aldaba_words", search_type="websearch"))
    if people:
        found |= Q(pk__in=_named(text))
    return petitions.alias(words=_Words(F("description"), F("address"), F("reference"))).filter(found)


def _telephone(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    return digits if _TELEPHONE.match(text) and len(digits) >= 7 else None


def _ways_to_write(digits: str) -> set[str]:
    """A Mexican telephone as it may have been taken down: with 52, with the old 521, or bare."""
    local = digits[-_LOCAL_DIGITS:]
    return {digits, local, f"52{local}", f"521{local}"}


def _named(text: str) -> list[object]:
    """Ids of petitions by people of that name. A list, so that the database can join two indexes."""
    query = SearchQuery(text, config="aldaba_names", search_type="websearch")
    people = Petitioner.objects.alias(names=_Names(F("name"))).filter(names=query)
    return list(people.values_list("pk", flat=True)[:_NAMES_LOOKED_AT])
