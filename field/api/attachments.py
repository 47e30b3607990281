"""``/api/v1/attachments/{sha256}``: files, sent as they are under the hash of their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from field.api.bodies import announced_bytes, body_stream
from field.api.callers import capturing_device
from field.services.attachments import (
    cut_short,
    missing_attachments,
    open_attachment,
    store_attachment,
    too_large,
)
from field.services.stripping import CHUNK
from geo.problems import NotFound

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class AttachmentView(APIView):
    """A tablet sends a file before or after the record that names it, and as often as it likes."""

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={
            201: OpenApiResponse(description="Guardado."),
            200: OpenApiResponse(description="Ya estaba."),
            413: OpenApiResponse(description="Demasiado grande."),
            422: OpenApiResponse(description="El hash o el tipo no corresponden."),
        },
    )
    def put(self, request: Request, sha256: str) -> Response:
        device = capturing_device(request)
        announced = announced_bytes(request._request)
        if announced > settings.ATTACHMENT_MAX_BYTES:
            raise too_large()
        try:
            stored = store_attachment(
                source=body_stream(request._request),
                sha256=sha256.lower(),
                announced_bytes=announced,
                device=device,
                user=cast("AbstractUser", request.user),
            )
        except UnreadablePostError as error:
            raise cut_short() from error
        answer = {
            "sha256": stored.attachment.pk,
            "content_type": stored.attachment.content_type,
            "bytes": stored.attachment.bytes,
        }
        return Response(answer, status=201 if stored.created else 200)

    @extend_schema(
        responses={
            200: OpenApiResponse(description="Aquí está."),
            404: OpenApiResponse(description="Aún no."),
        }
    )
    def head(self, request: Request, sha256: str) -> Response:
        capturing_device(request)
        if missing_attachments([sha256.lower()]):
            raise NotFound(_("Ese archivo aún no llega."))
        return Response()


def attachment_answer(
    request: HttpRequest, *, sha256: str, size: Literal["full", "thumb"] = "full"
) -> HttpResponseBase:
    """``attachment_response``, or 304 where the browser asks only whether what it keeps is still good.

    A whole file is asked about each time it is opened, so that each look at it reaches the program.
    """
    kept = get_conditional_response(request, etag=_etag(sha256, size))
    return kept or attachment_response(sha256=sha256, size=size)


def _etag(sha256: str, size: str) -> str:
    return f'"{sha256[:32]}-{size}"'


def attachment_response(*, sha256: str, size: Literal["full", "thumb"] = "full") -> FileResponse:
    """A stored file for a browser: its real type, never run, pictures shown and papers downloaded.

    For views that have checked that their reader may see the petition. Raises NotFound.
    """
    opened = open_attachment(sha256=sha256, size=size)
    response = FileResponse(
        opened.file,
        content_type=opened.content_type,
        filename=opened.filename,
        as_attachment=not opened.content_type.startswith("image/"),
    )
    response["Content-Length"] = opened.file.size
    response.block_size = CHUNK
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-cache" if size == "full" else "private, max-age=60"
    response["ETag"] = _etag(sha256, size)
    return response
