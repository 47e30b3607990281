"""``manage.py import_queue FILE``: a tablet's queue, exported to a file, taken in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from field.sync.queue_file import Report, receive_queue_file
from geo.problems import Problem

_SAID = {
    "stored": "archivados",
    "repeated": "ya estaban",
    "held": "retenidos para la oficina",
    "rejected": "no son registros",
}


class Command(BaseCommand):
    help = "Recibe la cola que una tableta exportó a un archivo. Repetirlo no duplica nada."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="el archivo .json que la tableta guardó")
        parser.add_argument("--user", help="de quién es, si la tableta no está en este sistema")
        parser.add_argument("--json", action="store_true", help="responde en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        user = None
        if options["user"]:
            user = get_user_model().objects.filter(username=options["user"]).first()
            if user is None:
                raise CommandError(f"No hay nadie con el usuario «{options['user']}».")
        try:
            report = receive_queue_file(content=options["file"].read_bytes(), user=user)
        except OSError as error:
            raise CommandError(f"No se puede leer {options['file']}: {error.strerror}") from error
        except Problem as problem:
            raise CommandError(problem.detail) from problem
        self._tell_json(report) if options["json"] else self._tell(report)

    def _tell_json(self, report: Report) -> None:
        answer = {
            "records": {outcome: report.outcomes[outcome] for outcome in _SAID},
            "photos": {name: report.photos[name] for name in ("stored", "repeated", "refused", "missing")},
            "unreadable": report.unreadable,
            "problems": report.problems,
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _tell(self, report: Report) -> None:
        for outcome, said in _SAID.items():
            self.stdout.write(f"{report.outcomes[outcome]:6} {said}")
        kept = report.photos["stored"] + report.photos["repeated"]
        self.stdout.write(f"{kept:6} fotos guardadas; {report.photos['missing']} aún no llegan")
        if report.unreadable:
            self.stdout.write(f"{report.unreadable:6} siguen en la tableta: se sellaron con un PIN anterior")
        for problem in report.problems:
            self.stdout.write(f"  {problem}")
