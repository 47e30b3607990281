"""Messages to a file: the port of an office that has no carrier yet, and of those who write another."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, Final, Self

from django.conf import settings
from django.utils import timezone

from backend.notifications.models import Message
from backend.notifications.ports import Outgoing

_AT_ONCE: Final = 1000


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


def forget_in_files() -> int:
    """Blank the lines of messages whose person the program has forgotten; how many those were.

    A line keeps its key, its moment and its length, and is written in its own place: whoever appends
    meanwhile is not in the way, and nobody who follows the file loses their place in it.
    """
    return sum(_forget_in(path) for path in settings.NOTIFICATION_FOLDER.glob("*.jsonl"))


def _forget_in(path: Path) -> int:
    forgotten = 0
    with path.open("r+b") as file:
        while telling := _next_telling(file):
            end = file.tell()
            pks = [int(line["key"].rpartition("-")[2]) for _place, _length, line in telling]
            kept = set(Message.objects.filter(pk__in=pks).exclude(address="").values_list("pk", flat=True))
            for (place, length, line), pk in zip(telling, pks, strict=True):
                if pk not in kept:
                    file.seek(place)
                    file.write(_blank(line).ljust(length))
                    forgotten += 1
            file.seek(end)
        file.flush()
        os.fsync(file.fileno())
    return forgotten


def _next_telling(file: IO[bytes]) -> list[tuple[int, int, dict[str, str]]]:
    """The next lines that tell of somebody: where each begins, its length without the end, what it says."""
    telling: list[tuple[int, int, dict[str, str]]] = []
    while len(telling) < _AT_ONCE:
        place, raw = file.tell(), file.readline()
        if not raw.endswith(b"\n"):  # the end, or a line that is still being written
            break
        line = json.loads(raw)
        if line["to"]:
            telling.append((place, len(raw) - 1, line))
    return telling


def _blank(line: dict[str, str]) -> bytes:
    return json.dumps(
        {**line, "to": "", "subject": "", "body": "", "opt_out": ""}, ensure_ascii=False
    ).encode()
