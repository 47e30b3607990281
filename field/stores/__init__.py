"""Where photos and papers lie: a folder of ours or an S3 bucket, by setting; nobody else knows which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import IO, Protocol, cast

from django.core.files import File
from django.core.files.storage import default_storage


class Store(Protocol):
    """What both kinds promise. A store that does not answer raises `geo.problems.Unavailable`."""

    def put(self, name: str, scratch: IO[bytes], /) -> None:
        """Put a scratch file under ``name``: whole or not at all, and to last once this returns.

        What lay under that name is replaced. The scratch file may be moved away.
        """

    def stream(self, name: str, /) -> File[bytes]:
        """Open a file to hand it on from beginning to end; it knows its size. Raises FileNotFoundError."""

    def open(self, name: str, mode: str = "rb", /) -> File[bytes]:
        """Open a file to read anywhere in it. Raises FileNotFoundError."""

    def delete(self, name: str, /) -> None: ...

    def names_under(self, folder: str, /) -> Iterator[tuple[str, dt.datetime]]:
        """Each file's name at any depth, and when it was put there."""


def file_store() -> Store:
    return cast(Store, default_storage)
