"""How an import reads what another system wrote."""

from __future__ import annotations

import pytest
from django.db import connection

from field.models import Petition
from tests.field.import_petitions.files import HEADER, LAT, LON, MAZATLAN, ROW, take

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_usual_encodings_and_separators_are_recognised(table, encoding, delimiter):
    header, row = (
        HEADER.replace(",", delimiter),
        ROW.replace("Un bache", "Señal caída").replace(",", delimiter),
    )
    report = take(table(row, header=header, encoding=encoding))
    assert (report.created, report.delimiter) == (1, delimiter)
    assert Petition.objects.get().description == "Señal caída"


def test_one_wrong_byte_refuses_its_row_and_not_the_file(table, tmp_path):
    path = table(
        ROW.replace("Un bache", "Señal caída"), ROW.replace("R-1", "R-2").replace("Un bache", "Mal@")
    )
    path.write_bytes(path.read_bytes().replace(b"Mal@", b"Mal\xe9"))
    report = take(path)
    assert (report.created, report.refused, report.problems[0].problem) == (1, 1, "encoding")
    assert b"Mal\xe9" in path.with_suffix(".refused.csv").read_bytes()


def test_decimal_commas_quotes_and_lines_within_a_field_are_read(table):
    header = HEADER.replace(",", ";")
    row = f'R-1;2024-03-15T10:30;"Bache";"Dice ""ya"";\r\ny sigue";{LON:.4f};{LAT:.4f}'.replace(".", ",")
    take(table(row, header=header))
    petition = Petition.objects.get()
    assert petition.description == 'Dice "ya";\r\ny sigue'
    assert petition.location.x == pytest.approx(LON)


def test_control_characters_are_taken_out_and_told(table):
    report = take(table(ROW.replace("Un bache", "Un\0 ba\x07che")))
    assert (report.created, report.repaired) == (1, 1)
    assert Petition.objects.get().description == "Un bache"


def test_a_quote_that_is_never_closed_does_not_swallow_the_memory(table, monkeypatch):
    monkeypatch.setattr("field.services.history.table.MOST_FIELD_CHARACTERS", 5000)
    rows = [ROW.replace("R-1", f"R-{n}") for n in range(200)]
    report = take(table(ROW.replace("R-1", "G-1"), 'R-X,15/03/2024,Bache,"abierta,1,2', *rows))
    assert report.counts["refused", "huge_field"] >= 1
    assert Petition.objects.filter(source_id="G-1").exists()


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2024-03-15", (2024, 3, 15, 0, 0)),
        ("2024-03-15 10:30:05", (2024, 3, 15, 10, 30)),
        ("2024/3/5", (2024, 3, 5, 0, 0)),
        ("5/3/2024", (2024, 3, 5, 0, 0)),
        ("05-03-24 8:05", (2024, 3, 5, 8, 5)),
        ("05/03/2024 08:05 p. m.", (2024, 3, 5, 20, 5)),
        ("05/03/2024 12:05 AM", (2024, 3, 5, 0, 5)),
        ("2024-03-15T17:30:00Z", (2024, 3, 15, 10, 30)),
        ("2024-03-15T10:30:00-07:00", (2024, 3, 15, 10, 30)),
    ],
)
def test_dates_are_read_as_people_write_them_in_the_municipality_s_own_time(table, text, local):
    take(table(ROW.replace("15/03/2024 10:30", text)))
    captured = Petition.objects.get().captured_at.astimezone(MAZATLAN)
    assert (captured.year, captured.month, captured.day, captured.hour, captured.minute) == local


def test_months_come_first_when_asked(table):
    take(table(ROW.replace("15/03/2024", "03/15/2024")), month_first=True)
    assert Petition.objects.get().captured_at.astimezone(MAZATLAN).day == 15


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Pendiente", "no_leida"),
        ("EN PROCESO", "en_seguimiento"),
        ("en_seguimiento", "en_seguimiento"),
        ("Atendida", "atendida"),
        ("resuelto", "atendida"),
        ("Cerrado", "concluida"),
        ("No procede", "improcedente"),
        ("Externa", "externa"),
        ("", "no_leida"),
    ],
)
def test_statuses_of_other_systems_are_recognised(table, word, status):
    take(table(f"{ROW},{word}", header=f"{HEADER},Estatus"))
    assert Petition.objects.get().status == status


def test_an_unknown_status_is_refused_rather_than_guessed(table):
    report = take(table(f"{ROW},Quién sabe", header=f"{HEADER},Estatus"))
    assert report.problems[0].problem == "unknown_status"


def test_a_default_category_takes_the_unknown_and_tells(table, town):
    report = take(table(ROW.replace("Bache,", "Perros,")), default_category="general")
    assert (report.created, report.repaired, report.refused) == (1, 1, 0)
    assert Petition.objects.get().category == town.general


def test_points_in_metres_are_brought_to_degrees(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_Point(%s, %s, 4326), 32613) p", [LON, LAT]
        )
        x, y = cursor.fetchone()
    rows = [f"R-{n},15/03/2024,Bache,x,{x + n},{y}" for n in range(3)]
    report = take(table(*rows, "R-9,15/03/2024,Bache,x,9e99,9e99"), crs="EPSG:32613")
    assert (report.created, report.refused) == (3, 1)
    assert Petition.objects.get(source_id="R-0").location.coords == pytest.approx((LON, LAT), abs=1e-8)
    assert {petition.place.code for petition in Petition.objects.all()} == {"C0"}


def test_a_row_without_a_point_is_placed_by_its_colonia_or_kept_by_its_address(table, town):
    header = "Folio,Fecha,Categoría,Dirección,Colonia,Longitud,Latitud"
    rows = [
        "R-1,15/03/2024,Bache,Sol 1,CENTRO,,",
        "R-2,15/03/2024,Bache,Sol 2,Otra,0,0",
        "R-3,15/03/2024,Bache,,,,",
    ]
    report = take(table(*rows, header=header))
    assert (report.created, report.repaired) == (3, 1)
    first, second, third = Petition.objects.order_by("source_id")
    assert (first.place, first.location, first.location_method) == (town.place, None, "address")
    assert (second.place, second.address) == (None, "Sol 2, Otra")
    assert (third.place, third.certainty) == (None, "outside")
