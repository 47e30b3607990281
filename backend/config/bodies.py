"""Forms arrive whole or not at all: a link that is cut in the middle must not move a boleta."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: Tablets and ODK Collect are answered by views of their own, which tell them that the body was cut short.
_MIND_THEMSELVES = ("/api/", "/odk/")

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class CutShort(OSError):
    """The body ended before the length that it announced. Django makes an UnreadablePostError of it."""


class WholeBody:
    """A body that raises CutShort where it ends early; Django would take what came for all of it."""

    def __init__(self, body: Any, length: int) -> None:
        self._body, self._left = body, length

    def read(self, size: int = -1) -> bytes:
        """As much as asked for, as far as the body goes."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        return self._counted(self._body.read(wanted), wanted)

    def readline(self, size: int = -1) -> bytes:
        """One line, or its first bytes."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        line = self._body.readline(wanted)
        return self._counted(line, wanted if not line.endswith(b"\n") else len(line))

    def _counted(self, data: bytes, wanted: int) -> bytes:
        if len(data) < wanted:
            raise CutShort(f"{self._left - len(data)} bytes of the body never came")
        self._left -= len(data)
        return data


def whole_forms(application: Application) -> Application:
    """The application, to which no form comes in part."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        is_form = environ.get("CONTENT_TYPE", "").lower().startswith(_FORMS)
        if is_form and length.isdecimal() and not environ["PATH_INFO"].startswith(_MIND_THEMSELVES):
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return serve
