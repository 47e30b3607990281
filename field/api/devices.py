"""``POST /api/v1/devices/enrol``: a code for a token."""

from __future__ import annotations

from typing import IO, Any

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from field.api.guessing import guesses_are_counted
from field.models import Device
from field.services.devices import enrol_device
from field.services.pack import describe_staff
from geo.problems import TooLarge


class BriefJSONParser(BaseParser):
    """JSON of at most 4 kB: strangers call this, and nobody has more to say here."""

    media_type = "application/json"
    most_bytes = 4096

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise TooLarge(_("Aquí basta con el código."))
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError from error


@extend_schema_field(OpenApiTypes.STR)
class CodeField(serializers.Field[str, Any, str, Any]):
    """Any string at all: one that can be no code is refused as a wrong one is."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Se espera el código como texto."))
        return data


class EnrolSerializer(serializers.Serializer[Any]):
    """What a tablet sends to enrol."""

    code = CodeField(help_text="El código de alta, con guiones o sin ellos.")
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, allow_null=True)


class DeviceUserSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    name = serializers.CharField()


class DeviceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class EnrolledSerializer(serializers.Serializer[Any]):
    """What a tablet keeps: ``token`` is shown this once; ``folio_prefix`` is its folio series."""

    device = DeviceSerializer()
    token = serializers.CharField()
    folio_prefix = serializers.CharField()
    user = DeviceUserSerializer()
    server_time = serializers.DateTimeField()


class EnrolView(APIView):
    """Enrol a tablet: no sign-in, for it has none yet."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (BriefJSONParser,)

    @extend_schema(request=EnrolSerializer, responses={201: EnrolledSerializer})
    def post(self, request: Request) -> Response:
        with guesses_are_counted(request, what="enrolment"):
            sent = EnrolSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            device, token = enrol_device(**sent.validated_data)
        return Response(
            describe_device(device) | {"token": token, "server_time": timezone.now().isoformat()},
            status=201,
            headers={"Cache-Control": "no-store"},
        )


def describe_device(device: Device) -> dict[str, Any]:
    """Who a tablet is and whose, for itself: ``device``, ``folio_prefix`` (its series), ``user``."""
    return {
        "device": {"id": str(device.pk), "name": device.name},
        "folio_prefix": device.series_id,
        "user": describe_staff([device.user])[0],
    }
