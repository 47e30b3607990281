"""An office whose messages go to a file, or to a real SMTP server."""

from __future__ import annotations

import asyncio
import json
import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from backend.notifications.models import Carrier, Message
from backend.notifications.services.sending import send_waiting
from field.services.petitions import PetitionerIntake
from tests.casework.conftest import Office, Receive, office, receive, sign_in

__all__ = ["Office", "Receive", "office", "receive", "sign_in"]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.NOTIFICATION_FOLDER = tmp_path / "messages"
    settings.PUBLIC_URL = "https://aldaba.example"
    return settings.NOTIFICATION_FOLDER


@pytest.fixture
def lines(folder):
    """What the file of a way holds so far."""

    def _lines(way: str = "sms") -> list[dict]:
        path = folder / f"{way}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    return _lines


def person(*, email: str = "", phone: str = "", name: str = "María Peña", consent: bool = True):
    return PetitionerIntake(name=name, phone=phone, email=email, consent=consent, notice="2026-1")


@pytest.fixture
def send():
    """Let everything that waits be due, no carrier rest, and send it."""

    def _send():
        Carrier.objects.update(resting_until=None)
        Message.objects.filter(state="waiting").update(send_after=timezone.now() - timedelta(seconds=1))
        return send_waiting()

    return _send


class MailServer:
    """A real SMTP server. ``answers`` are what it says to the next messages' data; then it takes them.

    ``at`` has what it does at a step instead: ``hang``, ``cut``, or an answer. ``steps`` are those that
    it saw.
    """

    def __init__(self) -> None:
        self.at: dict[str, str] = {}
        self.steps: list[str] = []
        self.taken: list[tuple[list[str], object]] = []
        self.answers: list[str] = []
        self.unknown: set[str] = set()

    async def _step(self, name, server, usual):
        self.steps.append(name)
        act = self.at.get(name, usual)
        if act == "hang":
            await asyncio.sleep(30)
        elif act == "cut":
            server.transport.abort()
        return act

    async def handle_EHLO(self, server, session, envelope, hostname, answers):  # noqa: N802 - aiosmtpd's name
        session.host_name = hostname
        return [*answers[:-1], await self._step("EHLO", server, answers[-1])]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return await self._step("MAIL", server, "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if "RCPT" in self.at:
            return await self._step("RCPT", server, "")
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.steps.append("DATA")
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith(("2", "hang", "cut")):
            self.taken.append(
                (envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default))
            )
        if answer == "hang":
            await asyncio.sleep(30)
        if answer == "cut":
            server.transport.close()
        return answer


@pytest.fixture
def mail_server(settings):
    server = MailServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Atención <atencion@aldaba.example>"
    settings.NOTIFICATION_PORTS = settings.NOTIFICATION_PORTS | {
        "email": "backend.notifications.ports.smtp.SmtpPort"
    }
    yield server
    controller.stop()
