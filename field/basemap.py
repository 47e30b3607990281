"""The street map as tablets fetch it: its list of parts, and its bytes by range.

Open to anybody, like the rest of the app's shell: there is nothing of anyone in it, and a tablet that is
locked, or whose token was taken away, goes on fetching. An address names one version for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from field.services.basemap import PART_BYTES, Basemap, NoBasemap, current_basemap

_RANGE = re.compile(r"^bytes=(\d{1,18})?-(\d{1,18})?$")
_BLOCK = 64 * 1024
_FOREVER = "public, max-age=31536000, immutable"


@require_safe
def basemap_parts(request: HttpRequest, version: str) -> HttpResponse:
    """What the map is made of: ``{version, bytes, part_bytes, attribution, parts: [sha256…]}``."""
    basemap = _offered(version)
    about = {
        "version": basemap.version,
        "bytes": basemap.size,
        "part_bytes": PART_BYTES,
        "attribution": basemap.attribution,
        "parts": basemap.parts,
    }
    return JsonResponse(about, headers={"Cache-Control": _FOREVER, "ETag": f'"{basemap.version}"'})


@require_safe
def basemap_file(request: HttpRequest, version: str) -> HttpResponseBase:
    """The map's bytes (RFC 9110: one range, ``If-Range``, ``If-None-Match``); many ranges get the whole."""
    basemap = _offered(version)
    etag = f'"{basemap.version}"'
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return unchanged
    headers = {"ETag": etag, "Cache-Control": _FOREVER, "Accept-Ranges": "bytes"}
    wanted = _range(request, etag=etag, size=basemap.size)
    if wanted is None:
        start, end, status = 0, basemap.size, 200
    else:
        start, end, status = *wanted, 206
        if start >= end:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{basemap.size}"})
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{basemap.size}"
    headers["Content-Length"] = str(end - start)
    try:
        file = basemap.open()
    except (NoBasemap, OSError) as problem:
        raise Http404 from problem
    return StreamingHttpResponse(
        _blocks(file, start, end), status=status, content_type="application/vnd.pmtiles", headers=headers
    )


def _offered(version: str) -> Basemap:
    basemap = current_basemap()
    if basemap is None or basemap.version != version:
        raise Http404
    return basemap


def _range(request: HttpRequest, *, etag: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where the whole is asked for."""
    asked = _RANGE.match(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag or asked.groups() == (None, None):
        return None
    first, last = asked.groups()
    if first is None:
        return max(size - int(last), 0) if int(last) else size, size
    if last is not None and int(last) < int(first):
        return None  # no range at all, says RFC 9110: it is passed over
    return int(first), min(int(last) + 1, size) if last is not None else size


def _blocks(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < end and (block := file.read(min(_BLOCK, end - start))):
            start += len(block)
            yield block
