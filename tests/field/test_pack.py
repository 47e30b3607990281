"""What a tablet carries, and when it need not be sent again."""

from __future__ import annotations

import datetime as dt
import gzip

import httpx
import pytest
from django.utils import timezone

from field.models import Category, Department, Device, PrivacyNotice
from field.services.pack import build_pack, pack_etag
from field.signals import pack_requested
from tests.factories import CategoryFactory, DepartmentFactory

PACK = "/api/v1/pack"
pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    works = DepartmentFactory(code="obras", name="Obras públicas")
    DepartmentFactory(code="cerrada", name="Cerrada", active=False)
    questions = [{"key": "poste", "label": "Número de poste", "type": "text"}]
    CategoryFactory(
        code="bache", name="Bache", department=works, working_days=5, icon="cone", questions=questions
    )
    CategoryFactory(code="vieja", name="Vieja", department=works, active=False)
    for version, days in (("2025-1", 400), ("2026-1", 20)):
        PrivacyNotice.objects.create(
            version=version, text=f"Aviso {version}", published_at=timezone.now() - dt.timedelta(days=days)
        )


@pytest.fixture
def call(client, tablet):
    return lambda **headers: client.get(PACK, headers={"Authorization": f"Bearer {tablet[1]}"} | headers)


def test_the_pack_has_all_that_the_tablet_needs_off_line(call, catalogue, tablet, settings):
    pack = call().json()
    assert set(pack) >= {
        "catalogue",
        "visits",
        "places",
        "notice",
        "limits",
        "device",
        "server_time",
    }
    assert pack["catalogue"]["departments"] == [{"code": "obras", "name": "Obras públicas"}]
    (category,) = pack["catalogue"]["categories"]
    assert category["code"] == "bache"
    assert category["department"] == "obras"
    assert category["working_days"] == 5
    assert category["questions"][0]["key"] == "poste"
    assert category["icon"] == "cone"
    assert category["sensitive"] is False
    assert pack["notice"] == {"version": "2026-1", "text": "Aviso 2026-1"}
    assert pack["places"] == {"type": "FeatureCollection", "features": []}
    assert pack["visits"] == []
    assert pack["limits"]["records"] == settings.SYNC_MAX_RECORDS
    assert pack["limits"]["attachment_bytes"] == settings.ATTACHMENT_MAX_BYTES
    assert pack["device"]["id"] == str(tablet[0].pk)
    assert pack["device"]["folio_prefix"] == tablet[0].series_id
    assert pack["device"]["user"]["name"] == "Rosa Ibarra"
    assert dt.datetime.fromisoformat(pack["server_time"]).tzinfo is not None


def test_an_empty_office_still_gives_a_pack(call):
    pack = call().json()
    assert pack["catalogue"] == {"categories": [], "departments": []}
    assert pack["notice"] is None


def test_an_unchanged_pack_is_not_sent_again(call, catalogue):
    first = call()
    assert first["ETag"].startswith('W/"')
    again = call(**{"If-None-Match": f'"other", {first["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    Category.objects.filter(code="bache").update(name="Bache profundo")
    changed = call(**{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.parametrize("header", ["", "garbage", '"', "W/", "*\0", '"' * 1000])
def test_a_senseless_condition_gets_the_whole_pack(call, header):
    assert call(**{"If-None-Match": header}).status_code == 200


def test_what_other_floors_add_is_in_the_pack_and_in_its_etag(call, tablet):
    bare = call()["ETag"]

    def add(sender: object, *, device: Device, pack: dict, **kwargs: object) -> None:
        pack["visits"] = [{"id": "1", "for": device.name}]

    pack_requested.connect(add)
    try:
        answer = call()
    finally:
        pack_requested.disconnect(add)
    assert answer.json()["visits"] == [{"id": "1", "for": "Tableta 1"}]
    assert answer["ETag"] != bare


def test_the_pack_travels_compressed_to_whoever_reads_that(call, catalogue):
    answer = call(**{"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert b'"catalogue"' in gzip.decompress(answer.content)
    assert {"Authorization", "Accept-Encoding"} <= set(answer["Vary"].split(", "))


def test_the_office_has_no_pack_and_a_stranger_gets_401(client, director, live_server):
    assert httpx.get(live_server.url + PACK).status_code == 401
    client.force_login(director)
    assert client.get(PACK).status_code == 403


def test_the_pack_takes_as_many_queries_for_a_large_catalogue_as_for_a_small(
    tablet, catalogue, django_assert_max_num_queries
):
    works = Department.objects.get(code="obras")
    for number in range(200):
        CategoryFactory(code=f"c{number}", name=f"C {number}", department=works)
    with django_assert_max_num_queries(10):
        pack = build_pack(device=tablet[0])
    assert len(pack["catalogue"]["categories"]) == 201
    assert pack_etag(pack) == pack_etag(build_pack(device=tablet[0]))
