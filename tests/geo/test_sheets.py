"""Spreadsheets that a person opens, made of what citizens wrote."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from openpyxl import load_workbook

from geo.sheets import Column, csv_of, sheet_of


def read(body: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(body)).worksheets[0].rows]


def test_each_value_is_what_it_is():
    moment = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    rows = [["26-A7F-00042-K", 7, 0.5, True, date(2026, 12, 4), moment, None]]
    columns = [Column(title) for title in "abcdefg"]
    head, row = read(sheet_of(name="Boletas", columns=columns, rows=rows))
    assert head == list("abcdefg")
    assert row[:4] == ["26-A7F-00042-K", 7, 0.5, True]
    assert row[4] == datetime(2026, 12, 4)  # noqa: DTZ001  a sheet knows no zones
    assert row[5] == datetime(2026, 11, 20, 12, 30), "local, without its zone"  # noqa: DTZ001
    assert row[6] is None


def test_what_citizens_wrote_is_text_and_nothing_else():
    hostile = [
        "=1+1",
        "+SUM(A1)",
        "-2",
        "@cmd",
        "=HYPERLINK(1)",
        "http://elsewhere.example/",
        "a\x07b\ufffe\n",
        "x" * 40_000,
    ]
    book = load_workbook(
        io.BytesIO(sheet_of(name="a/b[c]:*?" * 9, columns=[Column("Texto")], rows=[[t] for t in hostile]))
    )
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:6] == hostile[:6]
    assert not any(cell.hyperlink for cell in cells)
    assert len(cells[-1].value) == 32_767


def test_in_a_csv_a_formula_is_text_and_a_number_stays_one():
    rows = [["=1+1", "+52", "@cmd", "Calle ñ", -2, date(2026, 12, 4), None]]
    text = csv_of(headings=list("abcdefg"), rows=rows)
    assert text == "\ufeffa,b,c,d,e,f,g\r\n'=1+1,'+52,'@cmd,Calle ñ,-2,2026-12-04,\r\n"
