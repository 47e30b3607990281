"""The figures as the page and the sheet show them: cells with their links, and how they changed, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.reports.capacity.counting import Capacity, Row
from backend.reports.capacity.measures import ATTENDED, IN_TIME, MEASURES, Measure
from backend.reports.capacity.periods import Period
from geo.sheets import Column, sheet_of


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the period before: ``way`` is up, down or same."""

    way: str
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure: ``value`` is what sorts (empty: there is none), ``text`` what is read, ``query`` leads to its
    boletas.
    """

    title: str
    value: float | str
    text: str
    query: str
    change: Change | None = None
    late: bool = False
    #: Of a hundred, for a bar beside it.
    bar: float | None = None


def cells_of(row: Row, period: Period) -> list[Cell]:
    """A row's figures as the columns stand."""
    cells = [_count_cell(row, measure, period) for measure in MEASURES]
    at = MEASURES.index(IN_TIME) + 1
    return [*cells[:at], _share_cell(row, period), *_days_cells(row, period), *cells[at:]]


def table_xlsx(capacity: Capacity, period: Period, compared: str) -> bytes:
    """The whole table, and for each figure of the period what it was before."""
    columns = [Column(_("Dependencia"), 32)]
    for cell in cells_of(capacity.whole, period):
        columns.append(Column(cell.title, 13))
    for measure in MEASURES:
        if not measure.now:
            columns.append(Column(f"{measure.title}: {compared}", 16))
    return sheet_of(name=period.name, columns=columns, rows=_sheet_rows(capacity, period))


def _sheet_rows(capacity: Capacity, period: Period) -> Iterator[list[object]]:
    for row in (*capacity.rows, capacity.whole):
        values: list[object] = [name_of(row)]
        for cell in cells_of(row, period):
            values.append(round(cell.value, 1) if isinstance(cell.value, float) else cell.value)
        values += [row.before.counts.get(measure.column, 0) for measure in MEASURES if not measure.now]
        yield values


def name_of(row: Row) -> str:
    """Whose row it is, in words."""
    return _("Total") if row.whole else row.name or _("La oficina (sin dependencia)")


def query_of(row: Row, measure: Measure, period: Period, **more: str) -> str:
    """The address of the boletas behind a figure."""
    whose = {} if row.whole else {"dependencia": row.code} if row.code else {"oficina": "1"}
    return f"{period.query}&{urlencode({'medida': measure.key} | whose | more)}"


def _count_cell(row: Row, measure: Measure, period: Period) -> Cell:
    number, before = row.figures.counts.get(measure.column, 0), row.before.counts.get(measure.column, 0)
    return Cell(
        str(measure.title),
        number,
        number_format(number, force_grouping=True),
        query_of(row, measure, period),
        None if measure.now else _change(number - before),
        late=measure.column == "overdue" and number > 0,
    )


def _share_cell(row: Row, period: Period) -> Cell:
    share, before = row.figures.share, row.before.share
    change = None
    if share is not None and before is not None:
        points = round(share) - round(before)
        size = abs(points)
        change = _change(
            points,
            ngettext("%s punto más", "%s puntos más", size),
            ngettext("%s punto menos", "%s puntos menos", size),
        )
    text = "" if share is None else _("%s %%") % round(share)
    value = "" if share is None else share
    return Cell(_("% a tiempo"), value, text, query_of(row, IN_TIME, period), change, bar=share)


def _days_cells(row: Row, period: Period) -> Iterator[Cell]:
    for title, days, before in (
        (_("Días hábiles, mediana"), row.figures.median, row.before.median),
        (_("Días hábiles, 9 de 10"), row.figures.p90, row.before.p90),
    ):
        value: float | str = "" if days is None else days
        change = None if days is None or before is None else _change(days - before)
        yield Cell(title, value, str(value), query_of(row, ATTENDED, period, orden="dias"), change)


def _change(difference: int, more: str = "", fewer: str = "") -> Change:
    size = number_format(abs(difference), force_grouping=True)
    if difference > 0:
        return Change("up", (more or _("%s más")) % size)
    if difference < 0:
        return Change("down", (fewer or _("%s menos")) % size)
    return Change("same", _("igual"))


def context_of(capacity: Capacity, period: Period) -> dict[str, Any]:
    """What the template reads."""
    return {
        "titles": [cell.title for cell in cells_of(capacity.whole, period)],
        "rows": [(name_of(row), cells_of(row, period)) for row in capacity.rows],
        "total": cells_of(capacity.whole, period),
    }
