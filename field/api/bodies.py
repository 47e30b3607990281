"""Bodies as they come over the wire."""

from __future__ import annotations

from typing import IO, Protocol, cast

from django.http import HttpRequest, UnreadablePostError


class Body(Protocol):
    """A body to be read once; a line that breaks in the middle raises UnreadablePostError."""

    def read(self, size: int = -1, /) -> bytes: ...


def body_stream(request: HttpRequest) -> Body:
    """The body as it comes in. Django reads nothing of one sent in chunks; the server ends it for us."""
    if is_chunked(request):
        return _Chunked(request.META["wsgi.input"])
    return cast(Body, request)


def is_chunked(request: HttpRequest) -> bool:
    return not request.META.get("CONTENT_LENGTH") and bool(request.META.get("wsgi.input_terminated"))


def announced_bytes(request: HttpRequest) -> int:
    """What the sender said that the body measures; 0 where nothing was said."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


class _Chunked:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except OSError as error:  # no more data, or what is no chunk
            raise UnreadablePostError(*error.args) from error
