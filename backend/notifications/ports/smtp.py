"""Messages by e-mail, through the server that ``EMAIL_URL`` names."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from backend.notifications.ports import Outgoing, Refused, Unavailable

_PERMANENT = range(500, 600)
_ALIVE = 250


class SmtpPort:
    """One connection for a run of messages. Each has a Message-ID made of its key, so that a server or a
    reader that sees it twice can tell; and the headers of a one-click opt-out (RFC 8058)."""

    def __init__(self, way: str) -> None:
        self.connection: Any = get_connection(fail_silently=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.connection.close()

    def send(self, message: Outgoing, /) -> str:
        """Hand the message to the server; the reference is its Message-ID."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        id_ = f"<{message.key}@{domain}>"
        mail = EmailMessage(
            subject=" ".join(message.subject.split()),
            body=message.body,
            to=[message.to],
            connection=self.connection,
            headers={
                "Message-ID": id_,
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{message.opt_out}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        self._connect()
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise (Refused if all(code in _PERMANENT for code in codes) else Unavailable)(
                f"{codes}"
            ) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            # The server answered, so it did not take it.
            kind = Refused if error.smtp_code in _PERMANENT else Unavailable
            raise kind(f"{error.smtp_code}") from error
        return id_

    def _connect(self) -> None:
        """Have a connection that answers: a server ends one that was idle, and what is sent into that is
        neither gone nor not gone."""
        try:
            if not self._answers():
                self.connection.close()
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            self.connection.close()
            raise Unavailable(type(error).__name__) from error

    def _answers(self) -> bool:
        try:
            return self.connection.connection is None or self.connection.connection.noop()[0] == _ALIVE
        except (OSError, smtplib.SMTPException):
            return False
