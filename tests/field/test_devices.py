"""Enrolling, recognising and revoking tablets."""

from __future__ import annotations

import datetime as dt
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from field.authentication import SEEN_EVERY, token_digest
from field.models import Device, Enrolment
from field.services.devices import (
    EnrolmentRefused,
    cancel_enrolment,
    enrol_device,
    enrol_device_by_odk_key,
    open_enrolment,
    revoke_device,
)
from geo.problems import Conflict, Invalid

ENROL = "/api/v1/devices/enrol"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def opened(promotor, director):
    return open_enrolment(user=promotor, name="Tableta 7", by=director)


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


def test_guessing_is_slowed_down_and_says_for_how_long(client, opened):
    answers = [
        client.post(ENROL, {"code": f"AAAAA-AAA{n:02d}"}, content_type="application/json") for n in range(21)
    ]
    assert [answer.status_code for answer in answers] == [403] * 20 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    other = client.post(ENROL, {"code": opened.code}, content_type="application/json", REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 201


def test_an_address_claimed_in_a_header_does_not_escape_the_limit(client, settings):
    answers = [
        client.post(
            ENROL,
            {"code": "AAAAA-AAAAA"},
            content_type="application/json",
            HTTP_X_FORWARDED_FOR=f"10.0.0.{n}",
        )
        for n in range(21)
    ]
    assert answers[-1].status_code == 429


def test_right_codes_do_not_count_against_an_office(client, promotor):
    for number in range(25):
        code = open_enrolment(user=promotor, name=f"T{number}", by=None).code
        assert client.post(ENROL, {"code": code}, content_type="application/json").status_code == 201


def test_without_the_cache_no_code_is_tried(client, opened, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    answer = client.post(ENROL, {"code": opened.code}, content_type="application/json")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:aldaba:problem:unavailable"
    opened.enrolment.refresh_from_db()
    assert opened.enrolment.used_at is None


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x y", "Bearer ñandú", "bearer nope"])
def test_an_unknown_token_gets_401_and_a_challenge(client, header):
    answer = client.get("/api/v1/pack", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="aldaba"'
    assert answer["Content-Type"] == "application/problem+json"


def test_a_tablet_is_recognised_by_its_token_and_a_revoked_one_is_not(tablet, client, director):
    device, token = tablet
    assert client.get("/api/v1/pack", headers=bearer(token)).status_code == 200
    revoke_device(device=device, by=director)
    revoke_device(device=device, by=None)
    device.refresh_from_db()
    assert device.revoked_by == director
    assert client.get("/api/v1/pack", headers=bearer(token)).status_code == 401


def test_a_tablet_of_somebody_who_left_is_not_let_in(tablet, client, promotor):
    promotor.is_active = False
    promotor.save()
    assert client.get("/api/v1/pack", headers=bearer(tablet[1])).status_code == 401


def test_a_token_does_not_open_a_page(tablet):
    answer = Client().get("/tabletas/", headers=bearer(tablet[1]))
    assert answer.status_code == 302


def test_when_a_tablet_was_seen_is_written_at_most_once_a_minute(
    tablet, client, django_assert_num_queries, rf
):
    from rest_framework.request import Request

    from field.authentication import DeviceAuthentication

    device, token = tablet
    request = Request(rf.get("/", headers=bearer(token)))
    with django_assert_num_queries(2):
        DeviceAuthentication().authenticate(request)
    with django_assert_num_queries(1):
        DeviceAuthentication().authenticate(request)
    seen = timezone.now() - SEEN_EVERY
    Device.objects.update(last_seen_at=seen)
    DeviceAuthentication().authenticate(request)
    device.refresh_from_db()
    assert device.last_seen_at > seen


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


def test_the_command_answers_in_json(promotor):
    out = io.StringIO()
    call_command("enrol_device", user="promotora", name="Tableta 2", json=True, stdout=out)
    answer = json.loads(out.getvalue())
    assert set(answer) == {"code", "url", "expires_at", "odk"}
    assert answer["url"].endswith(f"/campo/#alta={answer['code']}")
    assert set(answer["odk"]) == {"admin", "project", "general"}
    assert enrol_device(code=answer["code"])[0].name == "Tableta 2"


def test_the_command_tells_a_person_the_code_and_when_it_expires(promotor):
    out = io.StringIO()
    call_command("enrol_device", "--user", "promotora", "--name", "Tableta 2", stdout=out)
    assert "Código: " in out.getvalue()
    assert "Vence: " in out.getvalue()


def test_the_command_names_an_unknown_user(db):
    with pytest.raises(CommandError, match="nadie"):
        call_command("enrol_device", "--user", "nobody", "--name", "T")


def test_the_command_tells_what_is_wrong_in_json_too(promotor):
    for user, name, code in (("nobody", "T", "not_found"), ("promotora", " ", "invalid")):
        out = io.StringIO()
        with pytest.raises(CommandError):
            call_command("enrol_device", user=user, name=name, json=True, stdout=out)
        assert json.loads(out.getvalue())["type"] == f"urn:aldaba:problem:{code}"
