"""``manage.py enrol_device``: a one-time code for a new tablet."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from field.services.devices import open_enrolment
from geo.problems import NotFound, Problem, problem_body


class Command(BaseCommand):
    help = "Da de alta una tableta: muestra un código que sirve una sola vez."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, help="usuario de quien llevará la tableta")
        parser.add_argument("--name", required=True, help="nombre de la tableta")
        parser.add_argument("--json", action="store_true", help="responde en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        User = get_user_model()  # noqa: N806
        user = User.objects.filter(username=options["user"]).first()
        try:
            if user is None:
                raise NotFound(_("No hay nadie con el usuario «%(user)s».") % options)
            opened = open_enrolment(user=user, name=options["name"], by=None)
        except Problem as problem:
            if options["json"]:
                self.stdout.write(json.dumps(problem_body(problem), ensure_ascii=False))
            raise CommandError(problem.detail) from problem
        expires_at = opened.enrolment.expires_at
        if options["json"]:
            answer = {
                "code": opened.code,
                "url": opened.url,
                "expires_at": expires_at.isoformat(),
                "odk": opened.odk,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        until = timezone.localtime(expires_at).strftime("%d/%m/%Y %H:%M")
        self.stdout.write(f"Código: {opened.code}\nVence: {until}\nEn la tableta: {opened.url}")
