"""Whose address a request is taken to come from."""

from __future__ import annotations

import pytest

from backend.accounts.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "198.51.100.1", "10.0.0.5"),
        (1, "", "10.0.0.5"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        (2, "1.2.3.4, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_our_own_proxies_are_believed(rf, settings, proxies, header, expected):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": header} if header else {}
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.5", headers=headers)) == expected
