"""``POST /api/v1/sync``: a tablet hands in what it holds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from field.api.bodies import announced_bytes, body_stream
from field.api.callers import capturing_device
from field.api.described import ReceiptsSerializer, SyncSerializer
from field.services.attachments import cut_short
from field.services.fleet import note_device_state
from field.sync.inbox import Sender, receive_records
from field.sync.records import NotJson, read_json
from geo.problems import Malformed, Problem, TooLarge


class SyncView(APIView):
    """Each record is kept and filed on its own; the answer has one receipt for each, in order."""

    @extend_schema(request=SyncSerializer, responses=ReceiptsSerializer, operation_id="sync")
    def post(self, request: Request) -> Response:
        device = capturing_device(request)
        sent = _sent(_body(request))
        records = _records(sent)
        now = timezone.now()
        receipts = receive_records(records=records, sender=Sender(device, request.user.pk, now))
        if device is not None:
            note_device_state(device=device, value=sent.get("device_state"), now=now)
        return Response({"receipts": receipts, "server_time": timezone.localtime(now).isoformat()})


def _body(request: Request) -> bytes:
    """The whole body, or TooLarge before more of it than the limit is in memory."""
    try:
        body = body_stream(request._request).read(settings.SYNC_MAX_BYTES + 1)
    except UnreadablePostError as error:
        raise cut_short() from error
    if len(body) > settings.SYNC_MAX_BYTES:
        limit = settings.SYNC_MAX_BYTES >> 20
        raise TooLarge(_("El envío pasa de %(limit)s MB. Envíe menos registros a la vez.") % {"limit": limit})
    if len(body) < announced_bytes(request._request):  # the sender's half of the line was closed
        raise cut_short()
    return body


def _sent(body: bytes) -> dict[str, Any]:
    try:
        value = read_json(body)
    except NotJson as error:
        raise Malformed(_("El cuerpo no es JSON. Nada de él se guardó.")) from error
    return value if isinstance(value, dict) else {}


def _records(sent: dict[str, Any]) -> list[Any]:
    records = sent.get("records")
    limit = settings.SYNC_MAX_RECORDS
    if not isinstance(records, list) or not records:
        raise Problem(_("Falta «records», una lista de 1 a %(limit)s registros.") % {"limit": limit})
    if len(records) > limit:
        raise TooLarge(_("Son más de %(limit)s registros. Envíe menos a la vez.") % {"limit": limit})
    return records
