"""Spreadsheets (XLSX or CSV) of what a page shows, for those who go on working in one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import xlsxwriter

from geo.clock import local_zone

#: What a cell holds at most; a longer text would make the whole file unreadable.
_CELL_MAX_LENGTH: Final = 32_767
_SHEET_NAME_MAX_LENGTH: Final = 31
#: With what a text begins that a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Column(NamedTuple):
    """A column's heading and its width in characters."""

    title: str
    width: int = 16


def sheet_of(*, name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet with a bold first row that stays, filters, and each value as what it is.

    Text is text whatever it begins with: a citizen's ``=1+1`` is not a formula. Times are written as local
    ones, since a sheet knows no zones. Memory does not grow with the rows.
    """
    body = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(body, options) as book:
        sheet = book.add_worksheet(
            "".join(" " if sign in "[]:*?/\\" else sign for sign in name)[:_SHEET_NAME_MAX_LENGTH]
        )
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats: dict[type, Any] = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.title, head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write(sheet, last, place, value, formats)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, max(len(columns) - 1, 0))
    return body.getvalue()


def csv_of(*, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """The same as CSV, with a byte-order mark, so that spreadsheets read its accents.

    Text that they would take for a formula is led by an apostrophe.
    """
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_no_formula(value) for value in row] for row in rows)
    return text.getvalue()


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write(sheet: Any, row: int, place: int, value: object, formats: Mapping[type, Any]) -> None:
    if isinstance(value, datetime):
        local = value.astimezone(local_zone()).replace(tzinfo=None)
        sheet.write_datetime(row, place, local, formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, formats[date])
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value)
    elif value is not None and value != "":
        sheet.write_string(row, place, str(value)[:_CELL_MAX_LENGTH])
