"""``/api/v1/petitions/``: what the caller may see of the petitions, and capture in the office."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import ValidationError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.casework.features import petition_feature, petition_in_full
from backend.casework.filters import BadFilter, parse_filters
from backend.casework.listing import page_for
from backend.casework.paging import NEWEST
from backend.casework.selectors import find_visible, folios_of_heads, sees_people
from backend.casework.services.intake import OfficePetition, capture_petition
from field.models import Petition
from field.signals import people_seen
from field.sync.records import errors_of
from geo.problems import Invalid, Problem

PAGE_SIZE = 100
LARGEST_PAGE = 500

_FILTERS = [
    OpenApiParameter("bbox", str, description="oeste,sur,este,norte en grados"),
    OpenApiParameter("place", str, many=True, description="claves de colonia o comunidad"),
    OpenApiParameter("category", str, many=True),
    OpenApiParameter("department", str, many=True),
    OpenApiParameter("status", str, many=True),
    OpenApiParameter("channel", str, many=True),
    OpenApiParameter("captured_after", str, description="un día, o una hora con su zona"),
    OpenApiParameter("captured_before", str, description="un día (inclusive), o una hora con su zona"),
    OpenApiParameter("overdue", bool),
    OpenApiParameter(
        "q", str, description="folio o su número, teléfono, nombre o palabras; la última puede ir a medias"
    ),
    OpenApiParameter("limit", int, description=f"de 1 a {LARGEST_PAGE}"),
    OpenApiParameter("cursor", str),
]


class PetitionFeature(serializers.Serializer[Any]):
    """A GeoJSON Feature (RFC 7946): its properties are those that the caller may see."""

    type = serializers.CharField(help_text="Feature")
    id = serializers.UUIDField()
    geometry = serializers.DictField(allow_null=True)
    properties = serializers.DictField(
        help_text="folio, status, category, department, place, captured_at, due_on, overdue… `echo_of` is the"
        " folio of the petition about the same thing at whose head this one is worked; null where it is"
        " worked by itself, leads, or the caller may not see that one."
    )


class PetitionCollection(serializers.Serializer[Any]):
    """One page of petitions as a GeoJSON FeatureCollection."""

    type = serializers.CharField(help_text="FeatureCollection")
    features = PetitionFeature(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class PetitionsView(APIView):
    """The petitions that the caller may see, newest first."""

    @extend_schema(
        operation_id="petitions_list",
        parameters=_FILTERS,
        responses={(200, "application/json"): PetitionCollection},
    )
    def get(self, request: Request) -> Response:
        user = cast("User", request.user)
        filters = parse_filters(request.query_params)
        cursor = request.query_params.get("cursor") or None
        page = page_for(user, filters, order=NEWEST, cursor=cursor, size=_page_size(request))
        if filters.q and sees_people(user):
            people_seen.send(Petition, user=user, petitions=[row.pk for row in page.rows], purpose="search")
        heads = folios_of_heads(user, page.rows)
        return Response(
            {
                "type": "FeatureCollection",
                "features": [petition_feature(petition, heads) for petition in page.rows],
                "next": _page_link(request, page.next),
                "previous": _page_link(request, page.previous),
            }
        )

    @extend_schema(
        operation_id="petitions_create",
        request=OfficePetition,
        responses={201: PetitionFeature, 200: PetitionFeature},
    )
    def post(self, request: Request) -> Response:
        user = cast("User", request.user)
        if not isinstance(request.data, dict):
            raise Problem(_("Se espera un objeto JSON con los datos de la petición."))
        try:
            record = OfficePetition.model_validate(request.data)
        except ValidationError as invalid:
            raise Invalid(_("Revise los datos marcados."), errors=errors_of(invalid)) from invalid
        captured = capture_petition(record=record, by=user)
        return Response(
            petition_feature(captured.petition, folios_of_heads(user, [captured.petition])),
            status=201 if captured.created else 200,
            headers={"Location": reverse("casework:api-petition", args=[captured.petition.pk])},
        )


class PetitionView(APIView):
    """One petition by its id or its folio, with its history as the caller may see it."""

    @extend_schema(operation_id="petitions_retrieve", responses=PetitionFeature)
    def get(self, request: Request, key: str) -> Response:
        user = cast("User", request.user)
        petition = find_visible(user, key)
        feature = petition_in_full(petition, user)
        if feature["properties"]["petitioner"] or feature["properties"]["on_behalf_of"]:
            people_seen.send(Petition, user=user, petitions=[petition.pk], purpose="api")
        return Response(feature)


def _page_size(request: Request) -> int:
    text = request.query_params.get("limit") or str(PAGE_SIZE)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= LARGEST_PAGE):
        detail = _("Escriba un número de 1 a %(largest)s.") % {"largest": LARGEST_PAGE}
        raise BadFilter(
            _("Revise los filtros de la dirección."),
            errors=[{"pointer": "/limit", "code": "invalid", "detail": detail}],
        )
    return int(text)


def _page_link(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept: list[tuple[str, Any]] = [
        (name, value) for name, values in request.query_params.lists() for value in values if name != "cursor"
    ]
    return request.build_absolute_uri(f"?{urlencode([*kept, ('cursor', cursor)])}")
