"""``/api/v1/places/``: the territory, for tablets, the office and other programs of the city hall."""

from __future__ import annotations

import json
import math
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.models import Certainty, Place
from geo.services.locate import locate_point

_GEOMETRY = ("full", "simple", "none")
_LARGEST_PAGE = 1000


class _PlaceQuery(serializers.Serializer[Any]):
    """How a place is asked for."""

    geometry = serializers.ChoiceField(
        choices=_GEOMETRY, default="simple", help_text="límite completo, simplificado o ninguno"
    )


class _PlacesQuery(_PlaceQuery):
    kind = serializers.ChoiceField(choices=Place.Kind.choices, required=False)
    q = serializers.CharField(required=False, allow_blank=True, max_length=160, help_text="nombre o clave")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=_LARGEST_PAGE, help_text=f"de 1 a {_LARGEST_PAGE}"
    )


class _LocateQuery(serializers.Serializer[Any]):
    lon = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    accuracy_m = serializers.FloatField(min_value=0, required=False, help_text="la precisión del GPS")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # "nan" and "inf" are floats to Python, and neither is under or over any limit.
        wrong = {name: _("Se espera un número.") for name, value in attrs.items() if not math.isfinite(value)}
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class _Properties(serializers.ModelSerializer[Place]):
    centre = serializers.ListField(child=serializers.FloatField(), help_text="longitud y latitud")

    class Meta:
        model = Place
        fields = (
            *("code", "kind", "name", "other_names", "district", "population", "households"),
            *("marginalisation", "area_m2", "source", "centre"),
        )


class PlaceFeature(serializers.Serializer[Any]):
    """A GeoJSON Feature (RFC 7946); its id is the place's code."""

    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.CharField()
    geometry = serializers.DictField(allow_null=True)
    properties = _Properties()


class PlaceCollection(serializers.Serializer[Any]):
    """One page of places as a GeoJSON FeatureCollection."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    features = PlaceFeature(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class Whereabouts(serializers.Serializer[Any]):
    """Where a point is: ``place`` and ``candidates`` are codes."""

    place = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    certainty = serializers.ChoiceField(choices=Certainty.values)
    candidates = serializers.ListField(child=serializers.CharField())
    distance_to_border_m = serializers.FloatField(allow_null=True)


class _ByCode(CursorPagination):
    ordering = "code"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = _LARGEST_PAGE

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Where the last page was left. Raises NotFound for what this program did not write."""
        cursor = super().decode_cursor(request)
        if cursor is not None and "\0" in str(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class PlacesView(APIView):
    """Colonias and comunidades, by code."""

    @extend_schema(
        operation_id="places_list",
        parameters=[_PlacesQuery, OpenApiParameter("cursor", str)],
        responses=PlaceCollection,
    )
    def get(self, request: Request) -> Response:
        asked = _PlacesQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        query = asked.validated_data
        places = Place.objects.search(query.get("q", ""))
        if "kind" in query:
            places = places.filter(kind=query["kind"])
        pages = _ByCode()
        page = pages.paginate_queryset(places.with_shape(query["geometry"]), request, view=self) or []
        return Response(
            {
                "type": "FeatureCollection",
                "features": [_feature(place) for place in page],
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
            }
        )


class PlaceView(APIView):
    """One place, with its full boundary unless asked otherwise."""

    @extend_schema(operation_id="places_retrieve", parameters=[_PlaceQuery], responses=PlaceFeature)
    def get(self, request: Request, code: str) -> Response:
        asked = _PlaceQuery(data={"geometry": "full"} | request.query_params.dict())
        asked.is_valid(raise_exception=True)
        places = Place.objects.with_shape(asked.validated_data["geometry"])
        return Response(_feature(get_object_or_404(places, code=code)))


class LocateView(APIView):
    """Which place a point lies in, and how sure that is."""

    @extend_schema(operation_id="places_locate", parameters=[_LocateQuery], responses=Whereabouts)
    def get(self, request: Request) -> Response:
        asked = _LocateQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = locate_point(**asked.validated_data)
        return Response(
            {
                "place": found.place_code,
                "name": found.place_name,
                "certainty": found.certainty,
                "candidates": found.candidates,
                "distance_to_border_m": found.distance_to_border_m,
            }
        )


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1; JSON unless YAML is asked for."""

    renderer_classes = [*SpectacularAPIView.renderer_classes[2:], *SpectacularAPIView.renderer_classes[:2]]


class DocsView(SpectacularSwaggerSplitView):
    """The schema to read and try, from our own files and without inline scripts."""

    url_name = "geo:schema"
    template_name = "geo/api_docs.html"


def _feature(place: Any) -> dict[str, Any]:
    properties = {name: getattr(place, name) for name in _Properties.Meta.fields}
    return {
        "type": "Feature",
        "id": place.code,
        "geometry": place.shape and json.loads(place.shape),
        "properties": properties | {"centre": place.centre.coords},
    }
