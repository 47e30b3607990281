"""Messages to a file: the port of an office that has no carrier yet, and of those who write another."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Self

from django.conf import settings
from django.utils import timezone

from backend.notifications.models import Message
from backend.notifications.ports import MESSAGE_KEY, Outgoing

_AT_ONCE: Final = 1000


class FilePort:
    """Appends each message to ``NOTIFICATION_FOLDER/<way>.jsonl``, one JSON object a line, on disk before it
    answers. The file is readable by the program's own account alone."""

    def __init__(self, way: str) -> None:
        self.path = settings.NOTIFICATION_FOLDER / f"{way}.jsonl"
        self.file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file = open(self.path, "a+b", opener=lambda path, flags: os.open(path, flags, 0o600))
        if self.file.tell():
            self.file.seek(-1, os.SEEK_END)
            if self.file.read() != b"\n":  # the last line was cut: by a full disk, say
                self.file.write(b"\n")
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
    meanwhile is not in the way, and nobody who follows the file loses their place in it. A line that was cut
    may tell of anybody: it goes too.
    """
    return sum(_forget_in(path) for path in settings.NOTIFICATION_FOLDER.glob("*.jsonl"))


def _forget_in(path: Path) -> int:
    forgotten = 0
    with path.open("r+b") as file:
        while telling := _next_telling(file):
            end = file.tell()
            known = Message.objects.filter(pk__in=[line.message for line in telling if line.message])
            kept = set(known.exclude(address="").values_list("pk", flat=True))
            for line in telling:
                if line.message not in kept:
                    file.seek(line.place)
                    file.write(line.blank())
                    forgotten += 1
            file.seek(end)
        file.flush()
        os.fsync(file.fileno())
    return forgotten


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that tells of a citizen: where it begins, its length without the end, whose message it is, and
    what it says. Of one that was cut nobody knows whose it is: no message's, and nothing said."""

    place: int
    length: int
    message: int | None
    said: dict[str, str]

    def blank(self) -> bytes:
        """What stays of it: of the same length."""
        if not self.said:
            return b" " * self.length
        kept = self.said | {"to": "", "subject": "", "body": "", "opt_out": ""}
        return json.dumps(kept, ensure_ascii=False).encode().ljust(self.length)


def _next_telling(file: IO[bytes]) -> list[_Line]:
    """The next lines that tell of a citizen, a thousand at a time; none at the end."""
    telling: list[_Line] = []
    while len(telling) < _AT_ONCE:
        place, raw = file.tell(), file.readline()
        if not raw.endswith(b"\n"):  # the end, or a line that is still being written
            break
        length = len(raw) - 1
        try:
            said = json.loads(raw)
        except ValueError:
            if raw.strip():
                telling.append(_Line(place, length, None, {}))
            continue
        if said["to"] and said["key"].startswith(MESSAGE_KEY):
            telling.append(_Line(place, length, int(said["key"].removeprefix(MESSAGE_KEY)), said))
    return telling
