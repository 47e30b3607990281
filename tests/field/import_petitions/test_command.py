"""The command that imports petitions: what it takes and what it tells."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from field.models import Petition
from tests.field.import_petitions.files import ROW

pytestmark = pytest.mark.django_db


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


def test_a_trial_that_fails_is_still_told_as_a_trial(table, capsys):
    with pytest.raises(CommandError):
        call_command("import_petitions", str(table(ROW)), crs="EPSG:99999999", dry_run=True, json=True)
    assert json.loads(capsys.readouterr().out)["dry_run"] is True
