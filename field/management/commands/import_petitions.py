"""``manage.py import_petitions``: petitions of another system, from its CSV."""

from __future__ import annotations

import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from field.models import Channel
from field.services.history.columns import FIELDS
from field.services.history.load import Options, import_history
from field.services.history.report import Report
from geo.problems import Problem, problem_body

_TOLD_EVERY = 20_000


class Command(BaseCommand):
    help = f"""Trae las peticiones de otro sistema desde un CSV.

Se puede repetir, también si se interrumpió: cada petición se reconoce por su folio de origen y entra
una sola vez. Los renglones que no se pueden tomar quedan, con su motivo, en ARCHIVO.refused.csv.

  ./manage.py import_petitions historico.csv --dry-run
  ./manage.py import_petitions historico.csv --map "Núm. reporte=source_id" --crs EPSG:32613

Campos: {", ".join(FIELDS)}.
Las columnas con nombres usuales en español se reconocen solas."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, **kwargs, formatter_class=RawDescriptionHelpFormatter
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="ARCHIVO.csv", type=Path)
        parser.add_argument(
            "--map",
            metavar="COLUMNA=CAMPO",
            nargs="+",
            action="extend",
            default=[],
            help="qué columna es cada campo, cuando no se reconoce sola",
        )
        parser.add_argument(
            "--crs", metavar="EPSG:N", default="EPSG:4326", help="el sistema de las coordenadas"
        )
        parser.add_argument(
            "--default-category", metavar="CLAVE", help="para los renglones de categoría desconocida"
        )
        parser.add_argument(
            "--channel",
            metavar="CANAL",
            default=Channel.DESK.value,
            help=f"para los que no dicen por dónde llegaron: {', '.join(Channel.values)}",
        )
        parser.add_argument(
            "--dates", choices=("dmy", "mdy"), default="dmy", help="el orden de las fechas con diagonales"
        )
        parser.add_argument("--encoding", metavar="COD", help="si no se reconoce sola: utf-8, latin-1…")
        parser.add_argument("--dry-run", action="store_true", help="dice qué haría y no guarda nada")
        parser.add_argument("--json", action="store_true", help="responde en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_history(
                path=options["file"],
                options=Options(
                    columns=_columns(options["map"]),
                    crs=options["crs"],
                    dry_run=options["dry_run"],
                    default_category=options["default_category"],
                    channel=options["channel"],
                    month_first=options["dates"] == "mdy",
                    encoding=options["encoding"],
                ),
                progress=self._progress,
            )
        except Problem as problem:
            if options["json"]:
                failed = Report(dry_run=options["dry_run"]).as_dict() | {"error": problem_body(problem)}
                self.stdout.write(json.dumps(failed, ensure_ascii=False, indent=2))
            raise CommandError(problem.detail) from problem
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        else:
            self._tell(report)
        if report.read and report.refused == report.read:
            raise CommandError(_("No entró ninguna petición."))

    def _progress(self, report: Report) -> None:
        if report.read % _TOLD_EVERY == 0:
            self.stderr.write(
                _("%(read)d leídos, %(refused)d rechazados…")
                % {"read": report.read, "refused": report.refused},
                self.style.NOTICE,
            )

    def _tell(self, report: Report) -> None:
        columns = ", ".join(f"{column} → {name}" for name, column in report.columns.items())
        self.stdout.write(_("Columnas: %s.") % columns)
        for severity, heading in (("refused", "Rechazados"), ("repaired", "Corregidos")):
            counts = [(problem, n) for (kind, problem), n in report.counts.most_common() if kind == severity]
            if counts:
                self.stdout.write(f"\n{heading}")
            for problem, count in counts:
                first = next(f for f in report.problems if (f.severity, f.problem) == (severity, problem))
                self.stdout.write(
                    _("  %(count)d, como el renglón %(row)d: %(why)s")
                    % {"count": count, "row": first.row, "why": first.detail}
                )
        self.stdout.write(
            _("\nLeídos %(read)d: nuevos %(created)d, ya estaban %(unchanged)d, rechazados %(refused)d. ")
            % report.as_dict()
            + _("Corregidos %(repaired)d.") % report.as_dict()
        )
        if report.refused_file:
            self.stdout.write(_("Los rechazados están en %s") % report.refused_file)
        if report.dry_run:
            self.stdout.write(_("Fue un ensayo: no se guardó nada."))


def _columns(pairs: list[str]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        column, equals, name = pair.rpartition("=")
        if not equals or not column.strip():
            raise CommandError(_("--map lleva COLUMNA=CAMPO, y no «%s».") % pair)
        columns[column.strip()] = name.strip()
    return columns
