"""Rows a second of ``import_petitions``: a CSV of one million petitions, on an empty city.

Beside it the floor: the rows that this import wrote, copied by psycopg into the same tables emptied,
a chunk in a transaction, nobody reading, checking or placing anything. ``BENCH_ROWS`` asks for
another number of rows.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import resource
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.throwaway import throwaway_database
from tests.bench.town import build_town, random_point

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
TABLES = ("field_petition", "field_petitioner", "casework_statuschange", "casework_referral")
STATUSES = ("Pendiente", "En proceso", "Atendida", "Concluida", "No procede")
CHANNELS = ("Teléfono", "073", "Redes sociales", "Ventanilla")
HEADER = "Folio,Fecha,Hora,Categoría,Descripción,Estatus,Canal,Longitud,Latitud,Domicilio,Nombre,Teléfono"


def main() -> None:
    with throwaway_database("imports") as dsn, tempfile.TemporaryDirectory() as folder:
        build_town()
        path = Path(folder, "historico.csv")
        _write_csv(path)
        print(f"{ROWS:,} rows, {path.stat().st_size >> 20} MB of CSV\n")
        print(f"{'':28}{'seconds':>9}{'rows/s':>9}{'peak MB':>9}")
        peaks: list[tuple[int, int]] = []

        def watch(report: Any) -> None:
            if report.read % 50_000 == 0:
                peaks.append((report.read, _peak_mb()))

        first = _import(path, "import", watch)
        if (first.created, first.refused) != (ROWS, 0):
            raise SystemExit(f"not every row went in: {first.as_dict()}")
        _import(path, "the same file again", None)
        _floor(dsn, Path(folder))
        if len(peaks) > 1:
            (early, then), (late, last) = peaks[0], peaks[-1]
            print(f"\nmemory: {then} MB after {early:,} rows, {last} MB after {late:,}")


def _import(path: Path, name: str, watch: Any) -> Any:
    from field.services.history.load import Options, import_history

    started = time.perf_counter()
    report = import_history(path=path, options=Options(), progress=watch)
    _print(name, time.perf_counter() - started)
    return report


def _print(name: str, seconds: float) -> None:
    print(f"{name:28}{seconds:9.1f}{ROWS / seconds:9,.0f}{_peak_mb():9}", flush=True)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _write_csv(path: Path) -> None:
    chance = random.Random(7)
    start = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for number in range(ROWS):
            lon, lat = random_point(chance)
            moment = start + dt.timedelta(minutes=number)
            writer.writerow(
                [
                    f"R-{number:07}",
                    moment.strftime("%d/%m/%Y"),
                    moment.strftime("%H:%M"),
                    f"Categoría {chance.randrange(40)}",
                    "La luminaria de la esquina no enciende desde el lunes y la calle está muy oscura.",
                    chance.choice(STATUSES),
                    chance.choice(CHANNELS),
                    f"{lon:.6f}",
                    f"{lat:.6f}",
                    f"Calle {chance.randrange(200)} #{chance.randrange(999)}",
                    "María Peña Núñez",
                    f"669 {chance.randrange(100, 999)} {chance.randrange(1000, 9999)}",
                ]
            )


def _floor(dsn: str, folder: Path) -> None:
    """Empty the tables that the import filled and fill them again from a dump of themselves."""
    from field.services.history.load import CHUNK

    with psycopg.connect(dsn) as database:
        for table in TABLES:
            with (
                (folder / table).open("wb") as file,
                database.cursor().copy(f"COPY {table} TO STDOUT") as rows,
            ):
                file.writelines(rows)
        database.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        database.commit()
        started = time.perf_counter()
        for table in TABLES:
            with (folder / table).open("rb") as dump:
                while lines := list(islice(dump, CHUNK)):
                    with database.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                        copy.write(b"".join(lines))
                    database.commit()
        _print("floor: COPY of those rows", time.perf_counter() - started)
