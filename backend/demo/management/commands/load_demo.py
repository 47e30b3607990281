"""``load_demo``: the fictional municipality Puerto Aldaba."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.demo import people
from backend.demo.calls import ZONE
from backend.demo.load import load_demo
from geo.problems import Problem


class Command(BaseCommand):
    help = (
        "Carga el municipio ficticio de demostración, Puerto Aldaba: territorio, catálogo, personal, "
        "recorridos, dieciocho meses de peticiones y lo que la oficina hizo con ellas. Con la misma semilla "
        "y el mismo día sale lo mismo. No manda nada a nadie. No toca una base de datos que tenga otra cosa; "
        "si la demostración ya está, la deja como está."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--petitions", type=int, default=20_000, metavar="N", help="cuántas peticiones (20000)"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="semilla (1)")
        parser.add_argument(
            "--today", type=date.fromisoformat, metavar="AAAA-MM-DD", help="día de referencia (hoy)"
        )
        parser.add_argument("--json", action="store_true", help="responde en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["petitions"] <= 1_000_000:
            raise CommandError("--petitions va de 1 a 1000000.")
        started = time.monotonic()

        def progress(step: str) -> None:
            if not options["json"] and options["verbosity"]:
                self.stdout.write(f"  {time.monotonic() - started:5.1f} s  {step}")
                self.stdout.flush()

        try:
            loaded = load_demo(
                count=options["petitions"],
                seed=options["seed"],
                today=options["today"] or datetime.now(ZONE).date(),
                progress=progress,
            )
        except Problem as problem:
            raise CommandError(problem.detail) from problem
        table = people.sign_in_table()
        sign_ins = settings.VAR_DIR / "demo-signins.txt"
        sign_ins.parent.mkdir(parents=True, exist_ok=True)
        sign_ins.write_text(table + "\n", encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps(asdict(loaded) | {"password": people.PASSWORD}))
            return
        news = "está listo" if loaded.fresh else "ya estaba cargado; no se cambió nada"
        self.stdout.write(
            f"Puerto Aldaba {news}: {loaded.petitions} peticiones ({loaded.open} abiertas, "
            f"{loaded.overdue} vencidas), {loaded.places} lugares, {loaded.tours} recorridos, "
            f"{loaded.staff} personas.\n\n{table}"
        )
