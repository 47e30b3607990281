"""The OpenAPI document says what the calls take, answer and refuse with."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def schema(client: Client, db: None) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/api/schema/").json()
    return answer


def test_every_refusal_is_a_problem(schema: dict[str, Any]) -> None:
    told = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in schema["paths"].values():
        for operation in operations.values():
            refusals = {status: each for status, each in operation["responses"].items() if status >= "400"}
            assert {"400", "403"} <= set(refusals)
            assert all(each["content"] == told for each in refusals.values())
    assert set(schema["components"]["schemas"]["Problem"]["required"]) == {
        "type",
        "title",
        "status",
        "detail",
    }


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/api/v1/sync", "post", {"200", "400", "401", "403", "413"}),
        ("/api/v1/pack", "get", {"200", "304", "400", "401", "403"}),
        ("/api/v1/devices/enrol", "post", {"201", "400", "403", "413", "429"}),
        ("/api/v1/petitions/", "post", {"200", "201", "400", "401", "403", "413"}),
    ],
)
def test_a_call_tells_all_its_answers(
    schema: dict[str, Any], path: str, method: str, statuses: set[str]
) -> None:
    assert set(schema["paths"][path][method]["responses"]) == statuses


def test_records_receipts_pack_and_petitions_are_described(schema: dict[str, Any]) -> None:
    described = schema["components"]["schemas"]
    assert {"kind", "id"} <= set(described["Record"]["properties"])
    assert {"outcome", "missing_attachments", "errors"} <= set(described["Receipt"]["properties"])
    assert {"catalogue", "visits", "places", "limits", "notice"} <= set(described["Pack"]["properties"])
    assert {"category", "captured_at", "channel"} <= set(described["OfficePetition"]["properties"])
