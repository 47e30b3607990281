"""Files in a folder of ours."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """`field.stores.Store` under ``MEDIA_ROOT``, where scratch files lie too: a move is enough."""

    def put(self, name: str, scratch: IO[bytes]) -> None:
        """On disk before it has its name, and its name on disk before this returns."""
        os.fsync(scratch.fileno())
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.file_permissions_mode is not None:
            os.fchmod(scratch.fileno(), self.file_permissions_mode)
        Path(scratch.name).replace(path)
        root = Path(self.location)
        for folder in path.parents:
            _fsync_folder(folder)
            if folder == root:
                break

    def stream(self, name: str) -> File[bytes]:
        return self.open(name, "rb")

    def names_under(self, folder: str) -> Iterator[tuple[str, dt.datetime]]:
        for at, _folders, files in os.walk(self.path(folder)):
            for file in files:
                path = Path(at, file)
                try:
                    changed = path.stat().st_mtime
                except FileNotFoundError:
                    continue
                yield str(path.relative_to(self.location)), dt.datetime.fromtimestamp(changed, dt.UTC)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
