"""Reading a submission's parts as they come in: in memory what is small, on disk what is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser
from django.utils.translation import gettext as _

from field.api.bodies import Body, body_stream, is_chunked
from field.services.attachments import cut_short
from geo.problems import Problem, TooLarge

XML_PART = "xml_submission_file"
_TAIL = 256


class Parts(NamedTuple):
    """The form's XML, and the files that came with it this time."""

    xml: bytes
    files: list[UploadedFile[bytes]]


@contextmanager
def submission_parts(request: HttpRequest) -> Iterator[Parts]:
    """The parts of a multipart body, gone afterwards. Raises Problem, TooLarge and CutShort."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > settings.ODK_MAX_BYTES:
        raise _too_large()
    body = _Watched(body_stream(request))
    meta = request.META | ({"CONTENT_LENGTH": str(settings.ODK_MAX_BYTES)} if is_chunked(request) else {})
    parser = MultiPartParser(meta, body, request.upload_handlers, "utf-8")  # type: ignore[arg-type]
    try:
        fields, files = parser.parse()
    except UnreadablePostError as error:
        raise cut_short() from error
    named = [(name, file) for name, some in files.lists() for file in some]
    try:
        if _closing(parser) not in body.tail:
            raise cut_short()
        yield Parts(
            _xml(dict(named), fields.get(XML_PART)), [file for name, file in named if name != XML_PART]
        )
    finally:
        for _name, file in named:
            file.close()


def _closing(parser: MultiPartParser) -> bytes:
    boundary: bytes = parser._boundary  # type: ignore[attr-defined]
    return b"--" + boundary + b"--"


class _Watched:
    """A stream that stops at the limit and remembers its end: a body that was cut off has not its own."""

    def __init__(self, stream: Body) -> None:
        self._stream = stream
        self._read = 0
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._read += len(data)
        if self._read > settings.ODK_MAX_BYTES:
            raise _too_large()
        if data:
            self.tail = (self.tail + data[-_TAIL:])[-_TAIL:]
        return data


def _xml(files: dict[str, UploadedFile[bytes]], field: str | None) -> bytes:
    file = files.get(XML_PART)
    if file is None and field is None:
        raise Problem(_("Falta el formulario (xml_submission_file). Nada se guardó."))
    size = (file.size or 0) if file else len(field or "")
    if size > settings.ODK_XML_MAX_BYTES:
        limit = settings.ODK_XML_MAX_BYTES >> 10
        raise TooLarge(_("El formulario pasa de %(limit)s kB. Nada se guardó.") % {"limit": limit})
    return bytes(file.read()) if file else (field or "").encode()


def _too_large() -> TooLarge:
    limit = settings.ODK_MAX_BYTES >> 20
    return TooLarge(_("El envío pasa de %(limit)s MB. Nada se guardó.") % {"limit": limit})
