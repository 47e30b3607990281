"""The ground of every map: the municipality's land and its places, fetched once and kept for long."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from geo.maps.geojson import feature_collection
from geo.models import Place

_VERSION = """
    SELECT md5(coalesce(string_agg(md5(concat_ws('|', id, name, kind,
        ST_NPoints(coalesce(simple_boundary, boundary)),
        ST_AsEWKB(ST_Envelope(coalesce(simple_boundary, boundary))), ST_AsEWKB(centre))),
        '' ORDER BY id), '') ||
        (SELECT coalesce(string_agg(md5(ST_AsEWKB(boundary)), ''), '') FROM geo_municipality))
    FROM geo_place
"""
#: To the tenth of a pixel at the zoom that shows a whole municipality: some 20 m.
_LAND = "SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(boundary, 0.0002), 4) FROM geo_municipality"
_FOR_EVER = 365 * 24 * 3600
app_name = "maps"
Value = TypeVar("Value")


def outlines_version() -> str:
    """A mark that changes when the outlines do; looked up at most once a minute."""
    return _kept("maps:outlines-version", _read_version, 60)


def _kept(key: str, read: Callable[[], Value], seconds: int) -> Value:
    """What is read, kept in the cache; while the cache is away it is read each time, and maps are drawn."""
    try:
        kept: Value | None = cache.get(key)
        if kept is None:
            kept = read()
            cache.set(key, kept, seconds)
    except RedisError:
        return read()
    return kept


def _read_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return hashlib.sha256(cursor.fetchone()[0].encode()).hexdigest()[:12]


def outlines_address() -> str:
    """The address of the outlines as they are now."""
    return f"{reverse('maps:outlines')}?v={outlines_version()}"


@gzip_page
@require_GET
def outlines(request: HttpRequest) -> HttpResponse:
    """Every place with its outline (its centre, where it has none), and ``land``, the municipality's
    own boundary as a GeoJSON geometry or null. The territory is public.

    Under the current version's address it may be kept for ever; under any other, for a minute.
    """
    version = outlines_version()
    etag = f'W/"{version}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    body = _kept(f"maps:outlines:{version}", _read_outlines, 3600)
    age = f"max-age={_FOR_EVER}, immutable" if request.GET.get("v") == version else "max-age=60"
    return HttpResponse(
        body, content_type="application/geo+json", headers={"ETag": etag, "Cache-Control": f"public, {age}"}
    )


def _read_outlines() -> bytes:
    places = feature_collection(
        Place.objects.all(), geometry=("simple_boundary", "boundary", "centre"), properties=("name", "kind")
    )
    with connection.cursor() as cursor:
        cursor.execute(_LAND)
        row = cursor.fetchone()
    land = row[0] if row and row[0] else "null"
    return places.removesuffix(b"}") + f',"land":{land}}}'.encode()


urlpatterns = [path("mapas/lugares.json", outlines, name="outlines")]
