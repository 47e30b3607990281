"""A batch that is none, too large, too deep, or from somebody unknown."""

from __future__ import annotations

import json

import pytest
from rest_framework.test import APIClient

from field.models import InboxRecord, Petition
from tests.factories import UserFactory, petition_record
from tests.field.sync.batches import hand_in, send_raw

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"records": NaN}',
        b"null",
        b"[]",
        b'{"records": {}}',
        b'{"records": []}',
        b'{"records": "x"}',
    ],
)
def test_a_body_that_is_no_batch_gets_a_problem(client, body):
    response = send_raw(client, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


def test_too_many_records_get_a_problem_and_none_is_kept(client):
    response = send_raw(client, json.dumps({"records": [{"id": str(n), "kind": "x"} for n in range(201)]}))
    assert response.status_code == 413
    assert not InboxRecord.objects.exists()


def test_too_large_a_body_gets_a_problem(client, settings):
    settings.SYNC_MAX_BYTES = 1000
    assert send_raw(client, b" " * 1001).status_code == 413


@pytest.mark.parametrize("header", ["Bearer nadie", "Bearer ", "Bearer \xff", "Basic YTpi"])
def test_a_stranger_is_turned_away(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    response = client.post("/api/v1/sync", {"records": []}, format="json")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_two_hundred_records_cost_as_many_queries_as_two(
    client, device, category, town, django_assert_max_num_queries
):
    hand_in(client, petition_record(category, device))
    for count in (2, 200):
        records = [petition_record(category, device) for _ in range(count)]
        with django_assert_max_num_queries(18):
            hand_in(client, *records)
    assert Petition.objects.count() == 203


@pytest.mark.parametrize("depth", [300, 950, 1000])
def test_a_record_nested_too_deep_costs_the_others_nothing(client, device, category, town, depth):
    good = petition_record(category, device)
    deep = petition_record(category, device) | {"answers": "@"}
    body = json.dumps({"records": [deep, good]}).replace('"@"', '{"a":' * depth + "1" + "}" * depth)
    receipts = send_raw(client, body).json()["receipts"]
    assert receipts[0]["outcome"] in ("held", "rejected")
    assert receipts[1]["outcome"] == "stored"


def test_who_does_not_capture_hands_nothing_in(category):
    client = APIClient()
    client.force_authenticate(UserFactory(role="enlace"))
    assert client.post("/api/v1/sync", {"records": [{}]}, format="json").status_code == 403
