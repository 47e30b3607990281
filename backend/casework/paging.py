"""Pages of a long list by *where it was left*, so that page 1,000 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

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


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursors of those after and before them (None at the ends)."""

    rows: list[Petition]
    next: str | None
    previous: str | None


def page_of(petitions: PetitionQuerySet, order: Order, *, cursor: str | None, size: int) -> Page:
    """The page that ``cursor`` names, or the first. One query. Raises BadCursor."""
    back, value, key = _read(cursor, order) if cursor else (False, None, None)
    if key is not None:
        petitions = petitions.filter(_beyond(order, value, key, back=back))
    rows = list(petitions.order_by(*_sorting(order, back=back))[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    has_next, has_previous = (True, more) if back else (more, cursor is not None)
    return Page(
        rows,
        _write(order, rows[-1], back=False) if has_next else None,
        _write(order, rows[0], back=True) if has_previous else None,
    )


def _sorting(order: Order, *, back: bool) -> list[Any]:
    descending = order.descending != back
    column = F(order.column)
    if order.column == "captured_at":  # never null, and its index says nothing of nulls
        first = column.desc() if descending else column.asc()
    else:
        first = column.desc(nulls_first=True) if descending else column.asc(nulls_last=True)
    return [first, "-id" if back else "id"]


def _beyond(order: Order, value: Any, key: UUID, *, back: bool) -> Q:
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


def _write(order: Order, row: Petition, *, back: bool) -> str:
    value = getattr(row, order.column)
    parts = [order.column, int(back), value.isoformat() if value else None, row.pk.hex]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def _read(cursor: str, order: Order) -> tuple[bool, Any, UUID]:
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
