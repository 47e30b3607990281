"""Pages of a long list by *where it was left*, so that page 1,000 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import DateTimeField, F, Func, Q
from django.utils.translation import gettext as _

from backend.casework.search import Search
from field.models import Petition
from field.querysets import PetitionQuerySet
from geo.problems import Problem


class BadCursor(Problem):
    """A page link that this program did not write."""

    code, title = "bad_cursor", "La página no existe"


@dataclass(frozen=True, slots=True)
class Order:
    """A total order by one column and then by id, as an index holds it.

    ``descending`` is of the column alone. Rows without a value come last.
    """

    column: str
    descending: bool = False


NEWEST: Final = Order("captured_at", descending=True)
OLDEST: Final = Order("captured_at")
DUE_FIRST: Final = Order("due_on")
#: Pages are counted no further; a filter finds what lies beyond.
LAST_NUMBERED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursors of those after and before them (None at the ends)."""

    rows: list[Petition]
    next: str | None
    previous: str | None


def page_of(
    petitions: PetitionQuerySet,
    order: Order,
    *,
    cursor: str | None,
    size: int,
    search: Search | None = None,
) -> Page:
    """The page that ``cursor`` names, or the first; of what ``search`` finds, if one is given (newest first).

    One query; a search takes a few. Raises BadCursor.
    """
    back, value, key = read_cursor(cursor, order) if cursor else (False, None, None)
    if key is not None:
        petitions = petitions.filter(beyond(order, value, key, back=back))
    if search is None:
        rows = list(petitions.order_by(*sorting(order, back=back))[: size + 1])
    else:
        rows = _found(search, petitions, start=value, back=back, size=size)
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    has_next, has_previous = (True, more) if back else (more, cursor is not None)
    return Page(
        rows,
        cursor_at(order, rows[-1], back=False) if has_next else None,
        cursor_at(order, rows[0], back=True) if has_previous else None,
    )


def nth_page(petitions: PetitionQuerySet, order: Order, *, number: int, size: int) -> Page:
    """The page of that number, the first being 1: rows are counted off by their ids alone."""
    start = size * (number - 1)
    ids = list(
        petitions.order_by(*sorting(order, back=False)).values_list("pk", flat=True)[start:][: size + 1]
    )
    rows = sorted(petitions.filter(pk__in=ids[:size]), key=lambda row: ids.index(row.pk))
    if not rows:
        return Page([], None, None)
    return Page(
        rows,
        cursor_at(order, rows[-1], back=False) if len(ids) > size else None,
        cursor_at(order, rows[0], back=True),
    )


def page_number(text: str) -> int:
    """The number of a page as an address has it, 1 where it has none. Raises BadCursor."""
    if not text:
        return 1
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= LAST_NUMBERED):
        raise BadCursor(_("Escriba una página de 1 a %(last)s.") % {"last": f"{LAST_NUMBERED:,}"})
    return int(text)


def cursor_at(order: Order, row: Petition, *, back: bool) -> str:
    """The cursor of what comes after a row, or ``back`` before it."""
    return write_cursor(order, getattr(row, order.column), row.pk, back=back)


def write_cursor(order: Order, value: date | datetime | None, key: UUID, *, back: bool) -> str:
    """The cursor of what comes after, or ``back`` before, the row with this value and id."""
    parts = [order.column, int(back), value.isoformat() if value else None, key.hex]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def _found(
    search: Search, petitions: PetitionQuerySet, *, start: datetime | None, back: bool, size: int
) -> list[Petition]:
    """The first rows that a search finds, in as little time as holds them."""
    # The database then looks for the words, and never walks through all the petitions in the hope of meeting
    # some that have them.
    captured = as_no_index_has("captured_at")
    sorting = [captured.asc() if back else captured.desc(), "-id" if back else "id"]
    weeks = search.first_weeks
    while (some := search.within(petitions, start, weeks, forward=back)) is not None:
        rows = list(some.order_by(*sorting)[: size + 1])
        if len(rows) > size:
            return rows
        # As many as would fill the page if it went on being said as often, and half as many again; where
        # nothing was found yet, a few more before all of them.
        weeks = math.ceil(weeks * 1.5 * (size + 1) / len(rows)) if rows else weeks * 6
    return list(search.everywhere(petitions).order_by(*sorting)[: size + 1])


def as_no_index_has(column: str) -> Func:
    """The moments of a column, to sort by what no index holds."""
    return Func(F(column), template="(%(expressions)s + interval '0')", output_field=DateTimeField())


def sorting(order: Order, *, back: bool) -> list[Any]:
    """What to sort by, in that order or ``back`` through it."""
    descending = order.descending != back
    column = F(order.column)
    if order.column == "captured_at":  # never null, and its index says nothing of nulls
        first = column.desc() if descending else column.asc()
    else:
        first = column.desc(nulls_first=True) if descending else column.asc(nulls_last=True)
    return [first, "-id" if back else "id"]


def beyond(order: Order, value: Any, key: UUID, *, back: bool) -> Q:
    """The rows after (or before) the one with this value and id."""
    name = order.column
    side = "lt" if order.descending != back else "gt"
    tie = Q(**{name: value} if value is not None else {f"{name}__isnull": True})
    same = tie & Q(**{"id__lt" if back else "id__gt": key})
    if value is None:
        return same | Q(**{f"{name}__isnull": False}) if back else same
    # The first condition alone lets an index begin at the right row.
    beyond = Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | same)
    if name == "captured_at" or back:
        return beyond
    return beyond | Q(**{f"{name}__isnull": True})


def read_cursor(cursor: str, order: Order) -> tuple[bool, Any, UUID]:
    """Whether a cursor leads back, and from which value and id. Raises BadCursor."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        column, back, value, key = json.loads(text)
        if column != order.column:
            raise ValueError(column)
        return bool(back), _read_value(order, value), UUID(key)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error) as error:
        raise BadCursor(_("Este enlace de página no sirve. Vuelva al principio de la lista.")) from error


def _read_value(order: Order, text: str | None) -> datetime | date | None:
    if order.column == "due_on":
        return None if text is None else date.fromisoformat(text)
    moment = datetime.fromisoformat(text or "")
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    # PostgreSQL refuses offsets of 16 hours and more, which Python reads.
    return moment.astimezone(UTC)
