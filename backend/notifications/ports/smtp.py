"""Messages by e-mail, through the server that ``EMAIL_URL`` names.

The conversation is had here, step by step, because what became of a message depends on where it was cut: the
server may take a message only once it has read the dot that ends it (RFC 5321, 4.1.1.4). Before that dot is
sent the message surely did not leave; after it, without an answer, nobody knows.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from email.utils import parseaddr
from typing import Any, Final, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import sanitize_address

from backend.notifications.ports import Outgoing, Refused, Unavailable, Unreachable, Unsure

_OK: Final = 250
_TAKEN: Final = range(200, 300)
_PERMANENT: Final = range(500, 600)
_CLOSING: Final = 421
_GO_ON: Final = 354
_DOT: Final = b".\r\n"
#: A server looks through a message before it answers that it has it: it may take so many times longer.
_LONGER_AFTER_DOT: Final = 4


class SmtpPort:
    """One connection for a run of messages. Each has a Message-ID made of its key, so that a server or a
    reader that sees it twice can tell; and the headers of a one-click opt-out (RFC 8058)."""

    def __init__(self, way: str) -> None:
        self.connection: Any = get_connection(fail_silently=False)

    def __enter__(self) -> Self:
        self._connect()
        return self

    def __exit__(self, *args: object) -> None:
        # All that was handed over is settled; how the line ends is no matter.
        with suppress(OSError):
            self.connection.close()

    def send(self, message: Outgoing, /) -> str:
        """Hand the message to the server; the reference is its Message-ID."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        id_ = f"<{message.key}@{domain}>"
        try:
            sender = sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8")
            to = sanitize_address(message.to, "utf-8")
            to.encode("ascii")
            text = _text_of(message, id_)
        except ValueError as error:  # such as an address that is none
            raise Refused(type(error).__name__) from error
        self._connect()
        try:
            self._offer(sender, to, text)
        except OSError as error:  # smtplib's errors are of this kind too
            self._hang_up()
            raise Unreachable(type(error).__name__) from error
        self._end()
        return id_

    def _connect(self) -> None:
        """Have a connection that answers, with nothing begun on it; a server ends one that was idle."""
        try:
            if not self._answers():
                self._hang_up()
            self.connection.open()
            smtp = self.connection.connection
            # The text and its dot are sent apart: the dot is not to wait until the text was acknowledged.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
        except OSError as error:
            self._hang_up()
            code = getattr(error, "smtp_code", None)
            raise Unreachable(f"{type(error).__name__} {code or ''}".strip()) from error

    def _answers(self) -> bool:
        try:
            return self.connection.connection is None or self.connection.connection.rset()[0] == _OK
        except OSError:
            return False

    def _offer(self, sender: str, to: str, text: bytes) -> None:
        """Everything up to the dot."""
        smtp = self.connection.connection
        options = [f"size={len(text)}"] if smtp.does_esmtp and smtp.has_extn("size") else []
        code = smtp.mail(sender, options)[0]
        if code != _OK:  # it has not heard yet to whom: it would say the same of any
            self._hang_up()
            raise Unreachable(f"{code}")
        code = smtp.rcpt(to)[0]
        if code not in _TAKEN:
            self._raise_for(code)
        code = smtp.docmd("DATA")[0]
        if code != _GO_ON:
            self._raise_for(code)
        smtp.send(text)

    def _end(self) -> None:
        """The dot, and what the server answers to it."""
        smtp, timeout = self.connection.connection, self.connection.timeout
        try:
            if timeout:
                smtp.sock.settimeout(timeout * _LONGER_AFTER_DOT)
            smtp.send(_DOT)
            code = smtp.getreply()[0]
            smtp.sock.settimeout(timeout)
        except OSError as error:
            self._hang_up()
            raise Unsure(type(error).__name__) from error
        if code not in _TAKEN:
            self._raise_for(code)

    def _raise_for(self, code: int) -> None:
        """What the server's refusal means. It answered, so it did not take the message."""
        if code in _PERMANENT:
            raise Refused(f"{code}")
        if code // 100 == 4 and code != _CLOSING:
            raise Unavailable(f"{code}")
        self._hang_up()
        raise Unreachable(f"{code}")

    def _hang_up(self) -> None:
        """Let go of the line without a word: who does not answer is not asked to say good-bye."""
        smtp, self.connection.connection = self.connection.connection, None
        with suppress(OSError):
            if smtp is not None:
                smtp.close()
            self.connection.close()


def _text_of(message: Outgoing, id_: str) -> bytes:
    """The message as it goes over the line, its lines ended and its dots doubled; without the last dot."""
    mail = EmailMessage(
        subject=" ".join(message.subject.split()),
        body=message.body,
        to=[message.to],
        headers={
            "Message-ID": id_,
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{message.opt_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    built: Any = mail.message()  # Django's own, which can end its lines as the line wants them
    text: bytes = re.sub(rb"(?m)^\.", b"..", built.as_bytes(linesep="\r\n"))
    return text if text.endswith(b"\r\n") else text + b"\r\n"
