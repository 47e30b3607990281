"""What feeds a map: GeoJSON, tiles, points and the ground, straight from SQL."""

from __future__ import annotations

import gzip
import json

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.db.models import IntegerField, Value

from field.models import Petition
from geo.maps.classes import MapClass
from geo.maps.extent import COUNTRY, bbox_of, initial_bounds, zoom_of
from geo.maps.geojson import feature_collection
from geo.maps.points import points_body
from geo.maps.table import figure_rows
from geo.maps.tiles import tile
from geo.models import Place
from geo.problems import Invalid, NotFound
from tests.factories import SIDE, SOUTH, WEST, MunicipalityFactory, PlaceFactory
from tests.mapped import HOSTILE, make_town

pytestmark = pytest.mark.django_db


def test_any_queryset_becomes_a_feature_collection():
    make_town(petitions=20)
    Place.objects.filter(code="M1").update(name=HOSTILE)
    petitions = Petition.objects.exclude(place=None)
    collection = json.loads(feature_collection(petitions, properties=("folio", "place__name")))
    assert collection["type"] == "FeatureCollection"
    assert {one["properties"]["folio"] for one in collection["features"]} == {one.folio for one in petitions}
    names = {one["properties"]["place__name"] for one in collection["features"]}
    assert names == {one.place.name for one in petitions}
    assert all(one["geometry"]["type"] == "Point" for one in collection["features"])


def test_nothing_is_an_empty_collection():
    assert json.loads(feature_collection(Petition.objects.all())) == {
        "type": "FeatureCollection",
        "features": [],
    }


def test_the_first_shape_that_a_row_has_is_drawn():
    PlaceFactory(column=0)
    PlaceFactory(column=1, kind="comunidad", boundary=None, centre=Point(WEST, SOUTH, srid=4326))
    collection = json.loads(
        feature_collection(Place.objects.order_by("code"), geometry=("simple_boundary", "boundary", "centre"))
    )
    assert {one["geometry"]["type"] for one in collection["features"]} == {"MultiPolygon", "Point"}


def test_a_tile_holds_what_lies_in_it_and_no_more():
    make_town(petitions=50)
    world = tile(Petition.objects.all(), 0, 0, 0, layer="peticiones", properties=("folio",))
    folio = Petition.objects.first().folio.encode()
    assert b"peticiones" in world
    assert folio in world
    assert tile(Petition.objects.all(), 10, 0, 0, layer="peticiones") == b""


@pytest.mark.parametrize("address", [(1, 2, 0), (-1, 0, 0), (30, 0, 0), (0, 0, 1)])
def test_a_tile_outside_the_pyramid_is_not_found(address):
    with pytest.raises(NotFound):
        tile(Petition.objects.all(), *address, layer="peticiones")


def test_points_past_the_cap_ask_to_come_closer():
    make_town(petitions=30)
    given = {
        "classes": [MapClass("#000", "Punto", "circle")],
        "kind": Value(0, output_field=IntegerField()),
        "bbox": None,
        "order_by": ["folio"],
        "legend": "Puntos",
    }
    every = json.loads(points_body(Petition.objects.all(), **given))
    assert len(every["points"]) == 30
    assert not every["capped"]
    some = json.loads(points_body(Petition.objects.all(), **given, cap=10))
    assert len(some["points"]) == 10
    assert "Acérquese" in some["note"]
    lon, lat, kind, _pk = every["points"][0]
    assert WEST < lon < WEST + 1
    assert SOUTH < lat < SOUTH + 1
    assert kind == 0


def test_a_map_opens_on_the_city_and_not_on_a_far_comunidad():
    for column in range(60):
        PlaceFactory(column=column % 8, code=f"P{column}")
    PlaceFactory(code="lejos", kind="comunidad", boundary=None, centre=Point(-104.0, 25.0, srid=4326))
    PlaceFactory(code="error", centre=Point(-100.0, 20.0, srid=4326))
    west, south, east, north = initial_bounds()
    assert WEST - SIDE < west < WEST + SIDE
    assert east < WEST + 9 * SIDE
    assert SOUTH - SIDE < south < north < SOUTH + 2 * SIDE


def test_a_map_without_territory_opens_on_the_country():
    assert initial_bounds() == COUNTRY


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "3,1,2,4", "nan,0,1,1", "0,0,inf,1"])
def test_a_box_that_is_none_is_refused_in_words(text):
    with pytest.raises(Invalid, match="bbox"):
        bbox_of(text)


@pytest.mark.parametrize("text", ["", "-1", "99", "1.5", "²"])
def test_a_zoom_that_is_none_is_refused_in_words(text):
    with pytest.raises(Invalid):
        zoom_of(text)


def test_the_ground_is_kept_for_long_and_changes_its_address_with_the_territory(client):
    cache.clear()
    PlaceFactory(column=0, name=HOSTILE)
    answer = client.get("/mapas/lugares.json")
    assert json.loads(answer.content)["features"][0]["properties"]["name"] == HOSTILE
    assert answer["Cache-Control"] == "public, max-age=60"
    again = client.get("/mapas/lugares.json", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    version = answer["ETag"].strip('W/"')
    kept = client.get(f"/mapas/lugares.json?v={version}", headers={"accept-encoding": "gzip"})
    assert "immutable" in kept["Cache-Control"]
    cache.clear()
    PlaceFactory(column=1)
    assert client.get("/mapas/lugares.json")["ETag"] != answer["ETag"]
    assert kept["Content-Encoding"] == "gzip" if len(gzip.decompress(kept.content)) > 200 else True


def test_the_ground_carries_the_municipalitys_land(client):
    cache.clear()
    assert client.get("/mapas/lugares.json").json()["land"] is None
    MunicipalityFactory()
    cache.clear()
    land = client.get("/mapas/lugares.json").json()["land"]
    assert (land["type"], len(land["coordinates"][0])) == ("Polygon", 5)


def test_a_row_of_the_table_escapes_whatever_a_place_is_called():
    row = figure_rows([(7, HOSTILE, ((1234567, "1,234,567"), (None, "<b>")))])
    assert "<img" not in row
    assert "<b>" not in row
    assert 'data-value="1234567"' in row
    assert 'data-value=""' in row
