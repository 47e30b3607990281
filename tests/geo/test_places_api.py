"""The territory over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geo.models import Place
from tests.factories import UserFactory
from tests.geo.shapes import colonia, hamlet, lonlat

pytestmark = pytest.mark.django_db
PLACES = "/api/v1/places/"


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(), backend="backend.accounts.backends.RoleBackend")
    return client


@pytest.fixture
def town() -> None:
    colonia("001", 0, 0, 500, 500, name="Peñón de Ánimas", other_names=["El Cerrito"], population=900)
    colonia("002", 500, 0, 1000, 500, name="Centro")
    hamlet("900", 3000, 3000)


def codes(body: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in body["features"]]


def test_places_are_one_feature_collection(office: Client, town: None) -> None:
    body = office.get(PLACES).json()
    assert (body["type"], body["next"], body["previous"]) == ("FeatureCollection", None, None)
    assert codes(body) == ["001", "002", "900"]
    first = body["features"][0]
    assert first["type"] == "Feature"
    assert first["properties"]["name"] == "Peñón de Ánimas"
    assert first["properties"]["population"] == 900
    assert first["properties"]["centre"] == pytest.approx(lonlat(250, 250), abs=1e-6)
    assert body["features"][2]["geometry"]["type"] == "Point"


def test_pages_are_linked_both_ways(office: Client) -> None:
    for number in range(5):
        hamlet(f"H{number}", 1000 * number, 0)
    first = office.get(PLACES, {"limit": 2}).json()
    second = office.get(first["next"]).json()
    third = office.get(second["next"]).json()
    assert [codes(page) for page in (first, second, third)] == [["H0", "H1"], ["H2", "H3"], ["H4"]]
    assert third["next"] is None
    assert codes(office.get(third["previous"]).json()) == ["H2", "H3"]


@pytest.mark.parametrize(
    ("detail", "expected"), [("full", "MultiPolygon"), ("simple", "MultiPolygon"), ("none", None)]
)
def test_the_geometry_is_as_fine_as_asked(
    office: Client, town: None, detail: str, expected: str | None
) -> None:
    for body in (
        office.get(PLACES, {"geometry": detail}).json()["features"][0],
        office.get(f"{PLACES}001/", {"geometry": detail}).json(),
    ):
        assert (body["geometry"] and body["geometry"]["type"]) == expected


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("penon", ["001"]),
        ("ANIMAS peñon", ["001"]),
        ("cerrito", ["001"]),
        ("001", ["001"]),
        ("centro", ["002"]),
        ("nada", []),
        ("%", []),
        ("  ", ["001", "002", "900"]),
    ],
)
def test_names_are_found_without_accents_or_capitals(
    office: Client, town: None, words: str, found: list[str]
) -> None:
    assert codes(office.get(PLACES, {"q": words}).json()) == found


def test_kinds_are_told_apart(office: Client, town: None) -> None:
    assert codes(office.get(PLACES, {"kind": "comunidad"}).json()) == ["900"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"kind": "barrio"}, "/kind"),
        ({"geometry": "all"}, "/geometry"),
        ({"q": "a\0b"}, "/q"),
        ({"q": "a" * 161}, "/q"),
        ({"limit": "0"}, "/limit"),
        ({"limit": "x"}, "/limit"),
        ({"limit": "1001"}, "/limit"),
    ],
)
def test_a_bad_filter_is_named(office: Client, query: dict[str, str], pointer: str) -> None:
    answer = office.get(PLACES, query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_list_takes_one_query_however_long(office: Client, town: None) -> None:
    office.get(PLACES)
    with CaptureQueriesContext(connection) as queries:
        office.get(PLACES)
    assert len([each for each in queries if "geo_place" in each["sql"]]) == 1
    assert '"geo_place"."boundary",' not in queries.captured_queries[-1]["sql"]


def test_one_place_comes_with_its_full_boundary(office: Client, town: None) -> None:
    body = office.get(f"{PLACES}001/").json()
    assert body["properties"]["code"] == "001"
    assert body["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize("path", ["404/", "%00/", "?cursor=x", "?cursor=cD1hAA=="])
def test_an_unknown_place_or_page_is_a_problem(office: Client, town: None, path: str) -> None:
    answer = office.get(f"{PLACES}{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_point_is_located(office: Client, town: None) -> None:
    lon, lat = lonlat(250, 250)
    assert office.get(f"{PLACES}locate", {"lon": lon, "lat": lat}).json() == {
        "place": "001",
        "name": "Peñón de Ánimas",
        "certainty": "certain",
        "candidates": [],
        "distance_to_border_m": pytest.approx(250, abs=0.1),
    }
    lon, lat = lonlat(496, 250)
    body = office.get(f"{PLACES}locate", {"lon": lon, "lat": lat, "accuracy_m": 10}).json()
    assert (body["certainty"], body["candidates"]) == ("uncertain", ["001", "002"])
    lon, lat = lonlat(2900, 3000)
    assert office.get(f"{PLACES}locate", {"lon": lon, "lat": lat}).json()["certainty"] == "nearest"
    body = office.get(f"{PLACES}locate", {"lon": 0, "lat": 0}).json()
    assert (body["place"], body["certainty"], body["distance_to_border_m"]) == (None, "outside", None)


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ({}, ["/lon", "/lat"]),
        ({"lon": "oeste", "lat": 23}, ["/lon"]),
        ({"lon": -106, "lat": 91}, ["/lat"]),
        ({"lon": 23.2, "lat": -106.4}, ["/lat"]),
        ({"lon": "nan", "lat": 23}, ["/lon"]),
        ({"lon": -106, "lat": 23, "accuracy_m": -1}, ["/accuracy_m"]),
        ({"lon": -106, "lat": 23, "accuracy_m": "inf"}, ["/accuracy_m"]),
    ],
)
def test_what_is_not_a_point_is_named(office: Client, query: dict[str, Any], pointers: list[str]) -> None:
    answer = office.get(f"{PLACES}locate", query)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers


@pytest.mark.parametrize("path", [PLACES, f"{PLACES}001/", f"{PLACES}locate?lon=1&lat=1"])
def test_a_stranger_sees_no_territory(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert client.get(path, headers={"Authorization": "Bearer nobody"}).status_code == 401


def test_an_unknown_address_under_the_api_is_a_problem(client: Client) -> None:
    for path in ("/api/v1/nada/", "/api/", "/api/v2/places/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert client.post(PLACES).status_code in (401, 403, 405)


def test_an_error_that_nobody_foresaw_is_a_problem_too(office: Client, monkeypatch) -> None:
    def breaks(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("geo.api.locate_point", lambda **_point: breaks())
    office.raise_request_exception = False
    answer = office.get(f"{PLACES}locate", {"lon": 0, "lat": 0})
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"


def test_with_the_database_away_the_answer_is_503(office: Client, monkeypatch) -> None:
    def away(_self: object, *_arguments: object) -> None:
        raise OperationalError("the connection was closed")

    monkeypatch.setattr(type(Place.objects.all()), "search", away)
    answer = office.get(PLACES)
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert int(answer["Retry-After"]) > 0


def test_the_schema_is_openapi_and_knows_these_calls(client: Client) -> None:
    schema = client.get("/api/schema/").json()
    assert schema["openapi"].startswith("3.1")
    assert {PLACES, f"{PLACES}{{code}}/", f"{PLACES}locate"} <= set(schema["paths"])
    assert client.get("/api/schema/", headers={"Accept": "application/yaml"})["Content-Type"].startswith(
        "application/yaml"
    )
