"""Guessing at codes is slowed down, and right codes are not."""

from __future__ import annotations

import pytest

from field.services.devices import open_enrolment
from tests.field.devices.addresses import ENROL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


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
