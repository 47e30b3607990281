"""``GET /api/v1/pack``: what a tablet carries."""

from __future__ import annotations

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from field.api.described import PackSerializer
from field.models import Device
from field.services.fleet import note_device_state
from field.services.pack import build_pack, pack_etag
from geo.problems import NotAllowed


@method_decorator(gzip_page, name="dispatch")
class PackView(APIView):
    """Everything that a tablet needs off line; 304 where nothing of it has changed."""

    @extend_schema(responses={200: PackSerializer, 304: None}, operation_id="pack")
    def get(self, request: Request) -> HttpResponseBase:
        if not isinstance(request.auth, Device):
            raise NotAllowed(_("Esto es para las tabletas dadas de alta."))
        _note_state(request.auth, request.headers.get("Aldaba-Device-State", ""))
        pack = build_pack(device=request.auth)
        etag = pack_etag(pack)
        pack["server_time"] = timezone.localtime().isoformat()
        response = HttpResponse(
            orjson.dumps(pack),
            content_type="application/json",
            headers={"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization"},
        )
        return get_conditional_response(request._request, etag=etag, response=response) or response


def _note_state(device: Device, header: str) -> None:
    """What a tablet says of itself where it sends no body; what is not JSON says nothing."""
    try:
        value = orjson.loads(header)
    except orjson.JSONDecodeError:
        return
    note_device_state(device=device, value=value, now=timezone.now())
