"""Messages to a file: the port of an office that has no carrier yet, and of those who write another."""

from __future__ import annotations

import json
import os
from typing import IO, Self

from django.conf import settings
from django.utils import timezone

from backend.notifications.ports import Outgoing


class FilePort:
    """Appends each message to ``NOTIFICATION_FOLDER/<way>.jsonl``, one JSON object a line, on disk before it
    answers. The file is readable by the program's own account alone."""

    def __init__(self, way: str) -> None:
        self.path = settings.NOTIFICATION_FOLDER / f"{way}.jsonl"
        self.file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file = open(self.path, "ab", opener=lambda path, flags: os.open(path, flags, 0o600))
        return self

    def __exit__(self, *args: object) -> None:
        if self.file:
            self.file.close()

    def send(self, message: Outgoing, /) -> str:
        """Append the message; its reference is its key."""
        if self.file is None:
            raise ValueError("a port is entered before it sends")
        line = {
            "key": message.key,
            "at": timezone.now().isoformat(),
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "opt_out": message.opt_out,
        }
        self.file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        return message.key
