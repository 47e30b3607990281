"""A code becomes a tablet, once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from field.authentication import token_digest
from field.models import Device, Enrolment
from field.services.devices import (
    EnrolmentRefused,
    cancel_enrolment,
    enrol_device,
    enrol_device_by_odk_key,
    open_enrolment,
)
from geo.problems import Conflict, Invalid
from tests.field.devices.addresses import ENROL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def test_a_code_becomes_a_device_with_a_token_and_a_series_of_its_own(opened, promotor, director):
    device, token = enrol_device(code=opened.code)
    assert device.user == promotor
    assert device.name == "Tableta 7"
    assert bytes(device.token_digest) == token_digest(token)
    assert len(device.series.code) == 3
    assert not device.series.office
    opened.enrolment.refresh_from_db()
    assert opened.enrolment.device == device
    assert opened.enrolment.opened_by == director


@pytest.mark.parametrize(
    "retype", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c.replace('-', ' – ')} "]
)
def test_a_code_may_be_typed_in_any_case_with_or_without_its_dash(opened, retype):
    assert enrol_device(code=retype(opened.code))[0].pk


def test_a_letter_taken_for_a_digit_is_read_as_that_digit(promotor, monkeypatch):
    drawn = iter("0101101010A7F")
    monkeypatch.setattr("field.services.devices.secrets.choice", lambda _alphabet: next(drawn))
    opened = open_enrolment(user=promotor, name="T", by=None)
    assert opened.code == "01011-01010"
    assert enrol_device(code="OiOlL-oIoIO")[0].series_id == "A7F"


def test_neither_code_nor_token_is_kept(opened):
    _device, token = enrol_device(code=opened.code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(e)::text || row_to_json(d)::text FROM field_enrolment e, field_device d"
        )
        stored = cursor.fetchone()[0]
    assert opened.code not in stored
    assert opened.code.replace("-", "") not in stored
    assert token not in stored


def test_a_code_works_once(opened):
    enrol_device(code=opened.code)
    with pytest.raises(EnrolmentRefused):
        enrol_device(code=opened.code)
    assert Device.objects.count() == 1


def test_wrong_used_expired_cancelled_and_orphaned_codes_get_the_same_answer(promotor, client):
    used, expired, cancelled, orphaned = (
        open_enrolment(user=promotor, name=f"T{n}", by=None) for n in range(4)
    )
    enrol_device(code=used.code)
    Enrolment.objects.filter(pk=expired.enrolment.pk).update(expires_at=timezone.now())
    cancel_enrolment(enrolment=cancelled.enrolment)
    answers = [
        client.post(ENROL, {"code": code}, content_type="application/json")
        for code in ("ZZZZZ-ZZZZZ", used.code, expired.code, cancelled.code, "", " ", "A\0B", "Á" * 400)
    ]
    promotor.is_active = False
    promotor.save()
    answers.append(client.post(ENROL, {"code": orphaned.code}, content_type="application/json"))
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["Content-Type"] == "application/problem+json"


def test_no_code_is_opened_for_somebody_who_left(promotor):
    promotor.is_active = False
    with pytest.raises(Conflict):
        open_enrolment(user=promotor, name="T", by=None)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_tablet_has_a_name_of_sensible_length(promotor, name):
    with pytest.raises(Invalid):
        open_enrolment(user=promotor, name=name, by=None)


def test_enrolling_answers_what_the_tablet_keeps(http, opened, transactional_db):
    answer = http.post(ENROL, json={"code": opened.code, "name": "La de Rosa"})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"device", "token", "folio_prefix", "user", "server_time"}
    assert body["device"]["name"] == "La de Rosa"
    assert body["user"] == {"username": "promotora", "name": "Rosa Ibarra"}
    assert body["folio_prefix"] == Device.objects.get().series_id
    assert dt.datetime.fromisoformat(body["server_time"]).tzinfo is not None
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 4000, 400),
        (b"[]", 400),
        (b'{"code": {"a": 1}}', 400),
        (b"{}", 400),
        (b'{"code": null}', 400),
        (b'{"code": 1234567890}', 400),
        (b'{"code": "\xff"}', 400),
        (b'{"code": "AAAAA", "name": "' + b"A" * 81 + b'"}', 400),
        (b'{"code": "' + b"A" * 5000 + b'"}', 413),
    ],
)
def test_what_is_no_enrolment_gets_a_problem(client, body, status):
    answer = client.generic("POST", ENROL, body, content_type="application/json")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_of_many_tablets_with_one_code_only_one_enrols(opened, transactional_db):
    def attempt(_number: int) -> str:
        try:
            enrol_device(code=opened.code)
        except EnrolmentRefused:
            return "refused"
        finally:
            connection.close()
        return "enrolled"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(attempt, range(8)))
    assert outcomes == ["enrolled"] + ["refused"] * 7
    assert Device.objects.count() == 1


def test_tablets_enrolled_at_once_never_share_a_series(promotor, transactional_db):
    codes = [open_enrolment(user=promotor, name=f"T{n}", by=None).code for n in range(24)]

    def attempt(code: str) -> str:
        try:
            return enrol_device(code=code)[0].series_id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        series = list(pool.map(attempt, codes))
    assert len(set(series)) == 24


def test_an_odk_key_spends_the_same_enrolment_and_is_then_the_token(opened):
    key = opened.odk["general"]["server_url"].rpartition("/odk/key/")[2]
    device = enrol_device_by_odk_key(key=key)
    assert bytes(device.token_digest) == token_digest(key)
    for spend in (lambda: enrol_device(code=opened.code), lambda: enrol_device_by_odk_key(key=key)):
        with pytest.raises(EnrolmentRefused):
            spend()


@pytest.mark.parametrize("key", ["", "1", "1.aaaa", "x.y.z", "1.á"])
def test_a_forged_odk_key_enrols_nothing(opened, key):
    with pytest.raises(EnrolmentRefused):
        enrol_device_by_odk_key(key=key)
