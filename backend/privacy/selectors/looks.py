"""Who looked at whose data, as the page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from backend.accounts.models import User
from backend.letters.models import Letter
from backend.privacy.models import Look
from backend.privacy.querysets import LookQuerySet
from backend.privacy.wording import purpose_in_words
from field.folio import format_folio
from field.models import Petition

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look as the list shows it; ``folio`` is empty for what is no boleta, and ``letter``, a number, for
    what is no letter or has none."""

    at: dt.datetime
    who: str
    user_id: int
    folio: str
    record_id: int | None
    letter_id: int | None
    letter: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Looker:
    """How much one person looked on a day."""

    user_id: int
    name: str
    looks: int
    boletas: int


@dataclass(frozen=True, slots=True)
class LookPage:
    rows: list[LookRow]
    #: Where the next page begins: time and id of this page's last row.
    next: tuple[dt.datetime, int] | None


def looks_asked(
    *, user_id: int | None, petition: UUID | None, letter: int | None, day: dt.date | None
) -> LookQuerySet:
    """The looks of a person, at a boleta or a letter, on a day, or any of these together."""
    looks = Look.objects.all()
    if user_id is not None:
        looks = looks.filter(user=user_id)
    if petition is not None:
        looks = looks.filter(petition=petition)
    if letter is not None:
        looks = looks.filter(letter=letter)
    return looks.on(day) if day is not None else looks


def page_of_looks(looks: LookQuerySet, *, before: tuple[dt.datetime, int] | None) -> LookPage:
    """A page of looks with names, folios and letters' numbers. Four queries, however many."""
    found = list(looks.newest(before=before)[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    names = names_of({look.user_id for look in shown})
    ids = {look.petition_id for look in shown if look.petition_id}
    folios = dict(Petition.objects.filter(pk__in=ids).values_list("pk", "folio"))
    letters = {look.letter_id for look in shown if look.letter_id}
    numbers = dict(Letter.objects.filter(pk__in=letters).values_list("pk", "number"))
    rows = [
        LookRow(
            look.at,
            names[look.user_id],
            look.user_id,
            format_folio(folios[look.petition_id]) if look.petition_id in folios else "",
            look.record_id,
            look.letter_id,
            numbers.get(look.letter_id or 0, ""),
            purpose_in_words(look.purpose),
        )
        for look in shown
    ]
    last = shown[-1] if len(found) > ON_A_PAGE else None
    return LookPage(rows, (last.at, last.pk) if last else None)


def lookers_of(day: dt.date) -> list[Looker]:
    """Who looked on a day, those who looked most first. Two queries."""
    counted = Look.objects.on(day).by_person()
    names = names_of({user_id for user_id, _looks, _boletas in counted})
    return [Looker(user_id, names[user_id], looks, boletas) for user_id, looks, boletas in counted]


def names_of(user_ids: set[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=user_ids)}
