"""Files that a page hands over: spreadsheets, papers, tracks."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

#: By the ending of a file's name.
_CONTENT_TYPES: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".gpx": "application/gpx+xml",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def file_response(body: bytes | str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file to save under its name, whose ending says what it is; ``inline``, to look at in the browser."""
    response = HttpResponse(body, content_type=_CONTENT_TYPES[PurePath(name).suffix])
    response["Content-Disposition"] = content_disposition_header(not inline, name) or ""
    return response
