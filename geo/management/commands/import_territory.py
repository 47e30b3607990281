"""``import_territory``: places from any vector file that municipalities have."""

from __future__ import annotations

import json
from argparse import RawDescriptionHelpFormatter
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from geo.models import Place
from geo.problems import Problem, problem_body
from geo.services.import_report import Finding, Report
from geo.services.import_territory import NUMBER_EXTRAS, TEXT_EXTRAS, Source, import_territory

_HEADINGS = {
    "refused": "Rechazados",
    "repaired": "Corregidos",
    "warning": "Por revisar",
}
_EXTRAS = {"district": "distrito o sector", "population": "población", "households": "viviendas"}
_SHOWN = 10


class Command(BaseCommand):
    help = """Trae las colonias o comunidades de una capa.

La capa puede ser un Shapefile (también en .zip), un GeoPackage, un GeoJSON o un KML.

Se puede repetir: los lugares se reconocen por su clave. O entra todo lo que se puede, o nada.

  ./manage.py import_territory colonias.zip --code CVE_COL --name NOMBRE --within municipio.geojson
  ./manage.py import_territory localidades.shp --kind comunidad --code CVEGEO --name NOMGEO --dry-run"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, **kwargs, formatter_class=RawDescriptionHelpFormatter
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="ARCHIVO", type=Path, help="la capa")
        parser.add_argument("--layer", metavar="CAPA", help="cuál, cuando el archivo trae varias")
        parser.add_argument("--kind", choices=Place.Kind.values, default=Place.Kind.COLONIA.value)
        parser.add_argument("--code", metavar="CAMPO", help="el campo con la clave oficial")
        parser.add_argument("--name", metavar="CAMPO", help="el campo con el nombre")
        for extra in (*TEXT_EXTRAS, *NUMBER_EXTRAS):
            parser.add_argument(
                f"--{extra}", metavar="CAMPO", help=f"el campo con este dato: {_EXTRAS[extra]}"
            )
        parser.add_argument("--encoding", metavar="COD", help="la codificación del texto: utf-8, latin-1…")
        parser.add_argument(
            "--srs", metavar="EPSG:N", help="el sistema de referencia, si no lo trae o lo trae mal"
        )
        parser.add_argument(
            "--within", metavar="ARCHIVO", type=Path, help="el límite del municipio; lo de fuera se rechaza"
        )
        parser.add_argument("--municipality", metavar="NOMBRE", help="el nombre del municipio")
        parser.add_argument("--time-zone", metavar="ZONA", help="por ejemplo America/Mazatlan")
        parser.add_argument("--dry-run", action="store_true", help="dice qué haría y no guarda nada")
        parser.add_argument("--json", action="store_true", help="responde en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = (*TEXT_EXTRAS, *NUMBER_EXTRAS)
        source = Source(
            extras={column: options[column] for column in columns if options[column]},
            **{
                option: options[option]
                for option in (
                    *("file", "kind", "layer", "code", "name", "encoding"),
                    *("srs", "within", "municipality", "time_zone"),
                )
            },
        )
        try:
            report = import_territory(source=source, dry_run=options["dry_run"])
        except Problem as problem:
            if options["json"]:
                failed = _failure(problem, dry_run=options["dry_run"])
                self.stdout.write(json.dumps(failed, ensure_ascii=False, indent=2))
            raise CommandError(problem.detail) from problem
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        else:
            self._tell(report)
        if report.refused == report.read:
            raise CommandError(_("No entró ningún lugar."))

    def _tell(self, report: Report) -> None:
        by_problem: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in report.problems:
            by_problem[finding.severity, finding.problem].append(finding)
        for severity, heading in _HEADINGS.items():
            groups = [group for (kind, _problem), group in by_problem.items() if kind == severity]
            if groups:
                self.stdout.write(f"\n{heading}")
            for group in groups:
                for finding in group[:_SHOWN]:
                    self.stdout.write(f"  {_label(finding)}{finding.detail}")
                if len(group) > _SHOWN:
                    self.stdout.write(
                        _("  … y %d más por lo mismo (todos, con --json)") % (len(group) - _SHOWN)
                    )
        if report.notes:
            self.stdout.write("\nSe supuso")
        for note in report.notes:
            self.stdout.write(f"  {note.detail}")
        self.stdout.write(
            _(
                "\nLeídos %(read)d: nuevos %(created)d, actualizados %(updated)d, sin cambio %(unchanged)d, "
                "rechazados %(refused)d. Corregidos %(repaired)d."
            )
            % report.as_dict()
        )
        if report.municipality:
            self.stdout.write(_("Municipio: %s.") % report.municipality)
        if report.dry_run:
            self.stdout.write(_("Fue un ensayo: no se guardó nada."))


def _label(finding: Finding) -> str:
    if finding.feature is None:
        return ""
    return f"{finding.feature} ({finding.code}): " if finding.code else f"{finding.feature}: "


def _failure(problem: Problem, *, dry_run: bool) -> dict[str, Any]:
    report = Report(dry_run=dry_run)
    report.add("refused", problem.code, problem.detail)
    return report.as_dict() | {"error": problem_body(problem)}
