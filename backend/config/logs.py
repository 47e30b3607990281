"""What the program logs, without what would let a reader act as a tablet."""

from __future__ import annotations

import logging
import re

_KEY = re.compile(r"(/odk/key/)[^/\s\"'<>]+")


class QuietFormatter(logging.Formatter):
    """The whole entry, traceback and all, with the secret in ODK's addresses left out."""

    def format(self, record: logging.LogRecord) -> str:
        return _KEY.sub(r"\1…", super().format(record))
