"""Another system's petitions: every good row once, every bad row with its reason, whatever the file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import resource
import zoneinfo
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from field.models import Petition, Petitioner
from field.services.history import load
from field.services.history.load import Options, import_history
from geo.problems import Problem
from tests.factories import (
    SIDE,
    SOUTH,
    WEST,
    CategoryFactory,
    DepartmentFactory,
    MunicipalityFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db
LON, LAT = WEST + SIDE / 2, SOUTH + SIDE / 2
HEADER = "Folio,Fecha,Categoría,Descripción,Longitud,Latitud"
ROW = f"R-1,15/03/2024 10:30,Bache,Un bache,{LON},{LAT}"
MAZATLAN = zoneinfo.ZoneInfo("America/Mazatlan")


@pytest.fixture(autouse=True)
def town():
    MunicipalityFactory()
    place = PlaceFactory(column=0, code="C0", name="Centro")
    works = DepartmentFactory(code="obras", name="Obras")
    category = CategoryFactory(code="bache", name="Bache", department=works)
    general = CategoryFactory(code="general", name="Otra petición", department=works)
    return SimpleNamespace(place=place, works=works, category=category, general=general)


@pytest.fixture
def table(tmp_path):
    """Writes a CSV and gives its path."""

    def write(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "historico.csv"
        path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
        return path

    return write


def take(path: Path, **options):
    return import_history(path=path, options=Options(**options))


def refused_rows(path: Path) -> list[list[str]]:
    with path.with_suffix(".refused.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_row_becomes_a_petition_placed_referred_and_numbered(table, town):
    header = f"{HEADER},Hora,Estatus,Medio,Domicilio,Entre calles,Nombre,Teléfono,Correo"
    row = f"R-1,15/03/2024,Bache,Un bache,{LON},{LAT},10:30,Concluida,Facebook,"
    row += "Sol 12,Luna y Mar,Ana Ruiz,669 123 4567,a@b.mx"
    report = take(table(row, header=header))
    assert (report.read, report.created, report.refused) == (1, 1, 0)
    petition = Petition.objects.select_related("petitioner").get()
    assert petition.source_id == "R-1"
    assert petition.captured_at == dt.datetime(2024, 3, 15, 10, 30, tzinfo=MAZATLAN)
    assert petition.received_at == petition.captured_at
    assert petition.folio.startswith("24")
    assert petition.place == town.place
    assert petition.certainty == "certain"
    assert petition.location.coords == pytest.approx((LON, LAT))
    assert (petition.status, petition.channel, petition.department) == ("concluida", "redes", town.works)
    assert (petition.address, petition.reference, petition.location_method) == ("Sol 12", "Luna y Mar", "map")
    assert petition.petitioner.phone_digits == "6691234567"
    assert petition.petitioner.consent is False
    assert petition.due_on is not None


def test_the_same_file_again_adds_nothing(table):
    rows = [ROW.replace("R-1", f"R-{n}") for n in range(5)]
    take(table(*rows))
    report = take(table(*rows, ROW.replace("R-1", "R-9")))
    assert (report.read, report.created, report.unchanged) == (6, 1, 5)
    assert Petition.objects.count() == 6


def test_what_the_office_did_since_is_not_undone(table):
    take(table(ROW + ",Pendiente", header=HEADER + ",Estatus"))
    Petition.objects.update(status="atendida")
    take(table(ROW + ",Pendiente", header=HEADER + ",Estatus"))
    assert Petition.objects.get().status == "atendida"


def test_an_import_that_was_killed_is_completed_by_the_next(table, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 2)
    path = table(*(ROW.replace("R-1", f"R-{n}") for n in range(7)))

    class Killed(BaseException):
        pass

    def kill(report):
        if report.read == 4:
            raise Killed

    with pytest.raises(Killed):
        import_history(path=path, options=Options(), progress=kill)
    assert Petition.objects.count() == 4
    report = take(path)
    assert (report.created, report.unchanged) == (3, 4)
    assert Petition.objects.count() == Petition.objects.values("source_id").distinct().count() == 7


def test_a_dry_run_says_what_would_be_and_writes_nothing(table):
    report = take(table(ROW, ROW.replace("R-1", "R-2").replace("Bache", "Nada")), dry_run=True)
    assert (report.created, report.refused, report.dry_run) == (1, 1, True)
    assert not Petition.objects.exists()
    assert Path(report.refused_file).exists()


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


def test_an_id_that_comes_twice_in_the_file_is_taken_once(table, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 2)
    report = take(table(ROW, ROW, ROW.replace("R-1", "R-2"), ROW))
    assert (report.created, report.refused) == (2, 2)
    assert report.counts["refused", "repeated"] == 2


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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vac"),
        (b"\n\n", "vac"),
        (b"a,b,c\n1,2,3\n", "columna"),
        (b"PK\x03\x04\x00\x00,\n", "CSV"),
        (b"Folio,Fecha,Lat\n1,2,3\n", "coordenadas"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(tmp_path, content, words):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("import_petitions", str(path), stdout=io.StringIO())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--map", "Nada=source_id"], "Nada"),
        (["--map", "Folio=nada"], "nada"),
        (["--map", "Folio"], "COLUMNA=CAMPO"),
        (["--crs", "EPSG:999999"], "sistema de referencia"),
        (["--crs", "utm"], "sistema de referencia"),
        (["--default-category", "no-hay"], "categoría"),
        (["--channel", "paloma"], "canal"),
        (["--encoding", "klingon"], "codificación"),
    ],
)
def test_an_option_that_cannot_be_is_named(table, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("import_petitions", str(table(ROW)), *arguments, stdout=io.StringIO())
    assert not Petition.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    for path in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(CommandError, match="No hay ningún archivo"):
            call_command("import_petitions", str(path), stdout=io.StringIO())


def test_the_command_answers_in_json_and_maps_columns(table):
    header = "Núm,Cuándo,Qué,Qué dijo,Long,Lat"
    out = io.StringIO()
    call_command(
        "import_petitions",
        str(table(ROW, ROW.replace("R-1", "R-2").replace("Bache,", "Nada,"), header=header)),
        "--map",
        "Núm=source_id",
        "Cuándo=captured_at",
        "--map",
        "Qué=category",
        "--json",
        stdout=out,
    )
    answer = json.loads(out.getvalue())
    assert {
        key: answer[key] for key in ("read", "created", "updated", "unchanged", "repaired", "refused")
    } == {
        "read": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "repaired": 0,
        "refused": 1,
    }
    assert answer["problems"][0]["detail"] == "No hay categoría «Nada»."
    assert answer["columns"]["source_id"] == "Núm"


def test_the_command_tells_a_person_what_happened(table):
    out = io.StringIO()
    path = table(ROW, ROW.replace("R-1", "R-2").replace("Bache,", "Nada,"))
    call_command("import_petitions", str(path), stdout=out)
    assert "nuevos 1, ya estaban 0, rechazados 1" in out.getvalue()
    assert "como el renglón 3: No hay categoría «Nada»." in out.getvalue()
    assert "historico.refused.csv" in out.getvalue()


def test_a_file_of_which_nothing_goes_in_fails_the_command(table):
    with pytest.raises(CommandError, match="No entró ninguna"):
        call_command("import_petitions", str(table("R-1,x,Bache,x,1,1")), stdout=io.StringIO())


def test_two_imports_at_once_are_not_let_run(table):
    parameters = connection.get_connection_params()
    keys = ("host", "port", "user", "dbname", "password")
    with psycopg.connect(**{key: parameters[key] for key in keys if parameters.get(key)}) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [load._LOCK])
        with pytest.raises(CommandError, match="otra importación"):
            call_command("import_petitions", str(table(ROW)), stdout=io.StringIO())
        # A connection that is closed lets go a little later.
        other.execute("SELECT pg_advisory_unlock(%s)", [load._LOCK])
    assert not Petition.objects.exists()


def test_personal_data_goes_into_its_own_table_only_where_there_is_some(table):
    header = f"{HEADER},Nombre,Teléfono"
    take(table(f"{ROW},,", f"{ROW.replace('R-1', 'R-2')},Ana,", header=header))
    assert Petitioner.objects.get().name == "Ana"


def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch):
    path = tmp_path / "grande.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for number in range(60_000):
            out.write(
                ROW.replace("R-1", f"R-{number}").replace("Un bache", "x" * 300).replace("Bache", "Nada")
                + "\n"
            )
    import_history(path=path, options=Options(dry_run=True))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    import_history(path=path, options=Options(dry_run=True))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 * 1024


def test_a_trial_that_fails_is_still_told_as_a_trial(table, capsys):
    with pytest.raises(CommandError):
        call_command("import_petitions", str(table(ROW)), crs="EPSG:99999999", dry_run=True, json=True)
    assert json.loads(capsys.readouterr().out)["dry_run"] is True
