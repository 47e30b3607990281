"""The list of ``/api/v1/petitions/``: who reads it, its pages and its filters."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from field.folio import format_folio
from tests.casework.api.addresses import URL
from tests.factories import SIDE, SOUTH, WEST, DeviceFactory


def folios(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [feature["properties"]["folio"] for feature in response.json()["features"]]


def test_a_stranger_is_told_to_sign_in(office):
    response = Client().get(URL)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_the_list_is_one_feature_collection_with_no_persons_data(office, receive, sign_in):
    petition = receive()
    body = sign_in("auxiliar").get(URL).json()
    assert set(body) == {"type", "features", "next", "previous"}
    [feature] = body["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]}
    assert feature["id"] == str(petition.pk)
    properties = feature["properties"]
    assert properties["folio"] == format_folio(petition.folio)
    assert (properties["place"], properties["status"]) == ("C0000", "no_leida")
    assert datetime.fromisoformat(properties["captured_at"]).tzinfo is not None
    assert "María" not in str(body)


def test_the_list_costs_the_same_queries_however_long(office, receive, sign_in):
    client = sign_in("auxiliar")
    client.get(URL)  # what a process asks once and keeps
    for _ in range(3):
        receive()
    with CaptureQueriesContext(connection) as short:
        client.get(URL)
    for _ in range(7):
        receive(office.pothole)
    with CaptureQueriesContext(connection) as long:
        assert len(client.get(URL).json()["features"]) == 10
    assert len(short) == len(long) <= 4  # session, person, (time zone), petitions


def test_a_tablet_reads_with_its_token_what_its_holder_may(office, receive):
    mine = receive()
    receive(captured_by_id=office.staff["auxiliar"].pk)
    DeviceFactory(user=office.staff["promotor"], token="de-la-tableta")
    response = Client().get(URL, headers={"Authorization": "Bearer de-la-tableta"})
    assert folios(response) == [format_folio(mine.folio)]


def test_pages_go_there_and_back_over_every_row_once(office, receive, sign_in):
    moment = datetime(2026, 11, 20, 17, tzinfo=UTC)
    for number in range(11):
        receive(captured_at=moment - timedelta(minutes=number // 3))  # ties within each three
    client, seen, url = sign_in("director"), [], f"{URL}?limit=4&status=no_leida"
    pages = []
    while url:
        body = client.get(url).json()
        pages.append(body)
        seen += [feature["id"] for feature in body["features"]]
        url = body["next"]
    assert len(seen) == len(set(seen)) == 11
    assert [len(page["features"]) for page in pages] == [4, 4, 3]
    assert pages[0]["previous"] is None
    assert "status=no_leida" in pages[0]["next"]
    before = client.get(pages[2]["previous"]).json()
    assert [f["id"] for f in before["features"]] == [f["id"] for f in pages[1]["features"]]
    first = client.get(before["previous"]).json()
    assert [f["id"] for f in first["features"]] == [f["id"] for f in pages[0]["features"]]
    assert first["previous"] is None


@pytest.fixture
def varied(office, receive):
    return {
        "lamp": receive(),
        "pothole": receive(office.pothole, channel="telefono", lon_lat=(WEST + 0.3, SOUTH + 0.3)),
        "late": receive(received_at=datetime(2026, 3, 2, 18, tzinfo=UTC), captured_at=timezone.now()),
        "old": receive(captured_at=datetime(2026, 10, 1, 18, tzinfo=UTC), description="Árboles caídos"),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"lamp", "pothole", "late", "old"}),
        (f"bbox={WEST},{SOUTH},{WEST + SIDE},{SOUTH + SIDE}", {"lamp", "late", "old"}),
        ("place=C0000", {"lamp", "late", "old"}),
        ("category={pothole}", {"pothole"}),
        ("category={pothole},{lamp}", {"lamp", "pothole", "late", "old"}),
        ("category={pothole}&category={lamp}", {"lamp", "pothole", "late", "old"}),
        ("department={streets}", {"pothole"}),
        ("status=no_leida", {"lamp", "pothole", "late", "old"}),
        ("status=atendida,concluida", set()),
        ("channel=telefono", {"pothole"}),
        ("captured_before=2026-10-01", {"old"}),
        ("captured_before=2026-09-30", set()),
        ("captured_after=2026-10-02", {"lamp", "pothole", "late"}),
        ("captured_after=2026-10-01T00:00:00-06:00&captured_before=2026-10-02T00:00:00-06:00", {"old"}),
        ("overdue=true", {"late", "old"}),
        ("overdue=false", {"lamp", "pothole"}),
        ("q=arbol", {"old"}),
        ("q=ÁRBOL caido", {"old"}),
        ("q=luminarias", {"lamp", "pothole", "late"}),
        ("q=pena maria", {"lamp", "pothole", "late", "old"}),
        ("q=669-123-4567", {"lamp", "pothole", "late", "old"}),
        ("q=526691234567", {"lamp", "pothole", "late", "old"}),
        ("q=6699999999", set()),
        ("q=nada de esto", set()),
        ("q=&status=&bbox=", {"lamp", "pothole", "late", "old"}),
    ],
)
def test_each_filter_keeps_what_it_says(office, varied, sign_in, query, found):
    codes = {"pothole": office.pothole.code, "lamp": office.lamp.code, "streets": office.streets.code}
    response = sign_in("jefe").get(f"{URL}?{query.format(**codes)}")
    names = {format_folio(petition.folio): name for name, petition in varied.items()}
    assert {names[folio] for folio in folios(response)} == found


@pytest.mark.parametrize("write", [str, str.lower, format_folio, lambda folio: f" {folio[:5]} {folio[5:]} "])
def test_a_folio_is_found_however_it_is_typed(office, varied, sign_in, write):
    folio = varied["pothole"].folio
    client = sign_in("jefe")
    assert folios(client.get(URL, {"q": write(folio)})) == [format_folio(folio)]
    assert client.get(f"{URL}{quote(write(folio).strip())}/").json()["id"] == str(varied["pothole"].pk)


def test_a_mistyped_folio_is_called_mistyped_not_missing(office, varied, sign_in):
    folio = varied["pothole"].folio
    wrong = folio[:-1] + ("A" if folio[-1] != "A" else "B")
    for response in (
        sign_in("jefe").get(URL, {"q": format_folio(wrong)}),
        sign_in("jefe").get(f"{URL}{wrong}/"),
    ):
        assert response.status_code == 422
        assert response.json()["type"].endswith(":mistyped")


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("bbox=1,2,3", ["/bbox"]),
        ("bbox=3,3,1,1", ["/bbox"]),
        ("bbox=nan,1,2,3", ["/bbox"]),
        ("place=NADA", ["/place"]),
        ("category=x,y", ["/category", "/category"]),
        ("department=x", ["/department"]),
        ("status=cerrada", ["/status"]),
        ("channel=fax", ["/channel"]),
        ("captured_after=ayer", ["/captured_after"]),
        ("captured_after=2026-02-30", ["/captured_after"]),
        ("captured_before=2026-10-01T00:00:00", ["/captured_before"]),
        ("overdue=quizas", ["/overdue"]),
        ("limit=0", ["/limit"]),
        ("limit=9999999999", ["/limit"]),
        ("q=" + "a" * 300, ["/q"]),
        ("q=%00", ["/q"]),
        ("status=%00", ["/status"]),
        ("place=%00&category=a%00b&channel=fax", ["/place", "/category"]),
        ("department=%00", ["/department"]),
        ("captured_before=9999-12-31", ["/captured_before"]),
        ("captured_before=9999-12-31T23:00:00-12:00", ["/captured_before"]),
        ("status=x&bbox=1&overdue=z", ["/bbox", "/status", "/overdue"]),
    ],
)
def test_a_filter_that_cannot_be_understood_is_a_clear_problem(office, sign_in, query, pointers):
    response = sign_in("jefe").get(f"{URL}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    errors = response.json()["errors"]
    assert [error["pointer"] for error in errors] == pointers
    assert all(error["detail"] for error in errors)


def test_a_time_is_understood_whatever_its_offset(office, varied, sign_in):
    response = sign_in("jefe").get(f"{URL}?captured_after=2026-10-03T00:00:00%2B23:59")
    assert len(folios(response)) == 3
    parts = ["captured_at", 0, "2026-10-03T00:00:00+23:59", uuid.uuid4().hex]
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()
    assert folios(sign_in("jefe").get(URL, {"cursor": cursor})) == [format_folio(varied["old"].folio)]


@pytest.mark.parametrize(
    "cursor", ["x", "é", "W10", "WyJkdWVfb24iLDAsbnVsbCwieCJd", "WyJjYXB0dXJlZF9hdCIsMCxudWxsLCJ4Il0"]
)
def test_a_cursor_that_nobody_gave_is_a_problem(office, sign_in, cursor):
    response = sign_in("jefe").get(URL, {"cursor": cursor})
    assert response.status_code == 400
    assert response.json()["type"].endswith(":bad_cursor")


def test_a_cursor_before_all_time_is_a_problem(office, sign_in):
    parts = ["captured_at", 0, "0001-01-01T00:00:00+23:59", uuid.uuid4().hex]
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()
    assert sign_in("jefe").get(URL, {"cursor": cursor}).status_code == 400
