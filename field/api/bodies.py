"""Bodies as they come over the wire."""

from __future__ import annotations

from typing import IO, cast

from django.http import HttpRequest


def body_stream(request: HttpRequest) -> IO[bytes]:
    """The body as it comes in. Django reads nothing of one sent in chunks; the server ends it for us."""
    chunked = not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated")
    return cast("IO[bytes]", request.META["wsgi.input"] if chunked else request)
