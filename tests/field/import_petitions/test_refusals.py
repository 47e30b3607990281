"""Every bad row of an import comes back with its reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from field.services.history import load
from field.services.history.load import Options, import_history
from geo.problems import Problem
from tests.field.import_petitions.files import HEADER, LAT, LON, ROW, take

pytestmark = pytest.mark.django_db


def refused_rows(path: Path) -> list[list[str]]:
    with path.with_suffix(".refused.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f",15/03/2024,Bache,x,{LON},{LAT}", "no_id"),
        (f"{'R' * 81},15/03/2024,Bache,x,{LON},{LAT}", "too_long"),
        (f"R-1,,Bache,x,{LON},{LAT}", "no_date"),
        (f"R-1,31/02/2024,Bache,x,{LON},{LAT}", "bad_date"),
        (f"R-1,03/25/2024,Bache,x,{LON},{LAT}", "bad_date"),
        (f"R-1,mañana,Bache,x,{LON},{LAT}", "bad_date"),
        (f"R-1,15/03/2024 25:00,Bache,x,{LON},{LAT}", "bad_date"),
        (f"R-1,15/03/1024,Bache,x,{LON},{LAT}", "bad_date"),
        (f"R-1,15/03/2124,Bache,x,{LON},{LAT}", "bad_date"),
        (f"R-1,45123,Bache,x,{LON},{LAT}", "bad_date"),
        (f"R-1,15/03/2024,Nada,x,{LON},{LAT}", "unknown_category"),
        (f"R-1,15/03/2024,,x,{LON},{LAT}", "unknown_category"),
        (f"R-1,15/03/2024,Bache,x,{LAT},{LON}", "swapped"),
        ("R-1,15/03/2024,Bache,x,-99.13,19.43", "outside"),
        ("R-1,15/03/2024,Bache,x,355000,2570000", "out_of_range"),
        (f"R-1,15/03/2024,Bache,x,{LON},", "half_point"),
        (f"R-1,15/03/2024,Bache,x,oeste,{LAT}", "bad_number"),
        (f"R-1,15/03/2024,Bache,x,nan,{LAT}", "bad_number"),
        (f"R-1,15/03/2024,Bache,x,1e999,{LAT}", "bad_number"),
        (f"R-1,15/03/2024,Bache,{'x' * 20_001},{LON},{LAT}", "too_long"),
        ("R-1,15/03/2024,Bache", "ragged"),
        (f"{ROW},de más", "ragged"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_good_ones_go_in(table, row, problem):
    path = table(ROW.replace("R-1", "G-1"), row, ROW.replace("R-1", "G-2"))
    report = take(path)
    assert (report.read, report.created, report.refused) == (3, 2, 1)
    (finding,) = report.problems
    assert (finding.severity, finding.problem, finding.row) == ("refused", problem, 3)
    header, refused = refused_rows(path)
    assert header == ["renglon", "motivo", *HEADER.split(",")]
    assert refused == ["3", finding.detail, *row.split(",")]


def test_the_refused_file_once_mended_is_imported_itself(table):
    path = table(ROW.replace("Bache,", "Vache,"), ROW.replace("R-1", "R-2"))
    take(path)
    refused = path.with_suffix(".refused.csv")
    refused.write_text(refused.read_text("utf-8-sig").replace("Vache", "Bache"), "utf-8-sig")
    report = take(refused)
    assert (report.created, report.refused_file) == (1, None)
    assert take(path).refused == 1


def test_no_refused_file_stays_from_an_earlier_run(table):
    path = table(ROW.replace("Bache,", "Vache,"))
    take(path)
    assert path.with_suffix(".refused.csv").exists()
    assert take(table(ROW)).refused_file is None
    assert not path.with_suffix(".refused.csv").exists()


@pytest.mark.parametrize("options", [{"crs": "EPSG:99999999"}, {"default_category": "x"}, {"channel": "x"}])
def test_a_run_that_fails_leaves_the_refused_file_of_an_earlier_one(table, options):
    path = table(ROW.replace("Bache", "Vache"))
    take(path)
    before = refused_rows(path)
    with pytest.raises(Problem):
        take(path, **options)
    assert refused_rows(path) == before


def test_a_run_that_breaks_off_leaves_the_refused_file_of_an_earlier_one(table, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 1)
    bad = ROW.replace("Bache", "Vache")
    path = table(bad, bad.replace("R-1", "R-2"))
    take(path)
    before = refused_rows(path)

    def break_off(_report):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_history(path=path, options=Options(), progress=break_off)
    assert refused_rows(path) == before
    assert [each.name for each in path.parent.glob("*.part")] == []
