"""A member of staff, from the shell."""

from __future__ import annotations

import getpass
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.models import User
from backend.accounts.services.staff import create_staff
from geo.problems import Problem, problem_body


class Command(BaseCommand):
    help = "Da de alta a una persona del equipo con su rol."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", required=True, help="usuario con el que entra")
        parser.add_argument("--role", required=True, choices=User.Role.values, help="rol")
        parser.add_argument("--department", default="", help="clave de la dependencia (sólo de un enlace)")
        parser.add_argument("--first-name", default="", help="nombre")
        parser.add_argument("--last-name", default="", help="apellidos")
        parser.add_argument("--email", default="", help="correo")
        parser.add_argument(
            "--password-stdin", action="store_true", help="lee la contraseña de la entrada estándar"
        )
        parser.add_argument("--json", action="store_true", help="responde en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = create_staff(
                username=options["username"],
                role=options["role"],
                password=self._password(from_stdin=options["password_stdin"]),
                department_code=options["department"],
                first_name=options["first_name"],
                last_name=options["last_name"],
                email=options["email"],
            )
        except Problem as problem:
            if options["json"]:
                self.stdout.write(json.dumps(problem_body(problem), ensure_ascii=False))
            raise CommandError(problem.detail) from problem
        code = user.department.code if user.department else None
        if options["json"]:
            body = {"id": user.pk, "username": user.username, "role": user.role, "department": code}
            self.stdout.write(json.dumps(body, ensure_ascii=False))
            return
        place = f", {code}" if code else ""
        self.stdout.write(
            f"{user} ({user.get_role_display()}{place}) ya puede entrar como «{user.username}»."
        )

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise CommandError("Sin terminal, use --password-stdin y mande la contraseña por la entrada.")
        return getpass.getpass("Contraseña: ")
