"""Another system's petitions: every good row once, whatever befalls the run."""

from __future__ import annotations

import datetime as dt
import io
import resource
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from field.models import Petition, Petitioner
from field.services.history import load
from field.services.history.load import Options, import_history
from tests.field.import_petitions.files import HEADER, LAT, LON, MAZATLAN, ROW, take

pytestmark = pytest.mark.django_db


def test_a_row_becomes_a_petition_placed_referred_and_numbered(table, town):
    header = f"{HEADER},Hora,Estatus,Medio,Domicilio,Entre calles,Nombre,Teléfono,Correo,Grupo organizado"
    row = f"R-1,15/03/2024,Bache,Un bache,{LON},{LAT},10:30,Concluida,Facebook,"
    row += "Sol 12,Luna y Mar,Ana Ruiz,669 123 4567,a@b.mx,Comité Sol"
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
    assert petition.on_behalf_of == "Comité Sol"
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


def test_an_id_that_comes_twice_in_the_file_is_taken_once(table, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 2)
    report = take(table(ROW, ROW, ROW.replace("R-1", "R-2"), ROW))
    assert (report.created, report.refused) == (2, 2)
    assert report.counts["refused", "repeated"] == 2


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
