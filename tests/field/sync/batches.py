"""Batches as a tablet sends them, and the receipts that it gets."""

from __future__ import annotations


def hand_in(client, *records):
    response = client.post("/api/v1/sync", {"records": list(records)}, format="json")
    assert response.status_code == 200, response.content
    return response.json()["receipts"]


def send_raw(client, body, content_type="application/json"):
    return client.generic("POST", "/api/v1/sync", body, content_type=content_type)


def only_error(receipt):
    assert receipt["outcome"] == "held"
    (error,) = receipt["errors"]
    return error["pointer"], error["code"]
