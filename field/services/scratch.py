"""Files on their way: set down whole on our own disk before they are looked at, wherever they go then."""

from __future__ import annotations

import errno
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from geo.problems import Unavailable

#: An upload that has not grown for this long was given up.
ABANDONED_S = 3600


def scratch_folder() -> Path:
    """In the folder of files, so that what is to stay there is moved and not copied."""
    folder = Path(settings.MEDIA_ROOT, "incoming")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def scratch_file() -> Iterator[IO[bytes]]:
    """A file that is gone afterwards, unless it was moved away."""
    file = tempfile.NamedTemporaryFile(dir=scratch_folder(), delete=False)  # noqa: SIM115
    try:
        yield file
    finally:
        file.close()
        Path(file.name).unlink(missing_ok=True)


@contextmanager
def room_on_disk() -> Iterator[None]:
    """A full disk is a delay: the tablet keeps the photo and sends it again. Raises Unavailable."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Unavailable(_("No queda espacio para guardar archivos. Avise al área de sistemas.")) from error


def sweep_scratch() -> int:
    """Remove what uploads that were cut off left behind; how many."""
    given_up = time.time() - ABANDONED_S
    removed = 0
    for path in scratch_folder().iterdir():
        if path.stat().st_mtime < given_up:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
