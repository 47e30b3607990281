"""A city hall with one of everything, and somebody of every kind before its door."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.casework.conftest import Office, Receive, office, receive
from tests.privacy.people import Visitor, visitors_of
from tests.privacy.things import Things, things_of

__all__ = ["office", "receive"]


@pytest.fixture
def media(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def things(office: Office, receive: Receive, media: Any, empty_cache: None) -> Things:
    return things_of(office, receive)


@pytest.fixture
def visitors(office: Office, things: Things) -> Iterator[dict[str, Visitor]]:
    visitors = visitors_of(office)
    logging.disable(logging.WARNING)  # each refusal would be told
    # The test's own transaction is the connection's: an end of request must not close it.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield visitors
    logging.disable(logging.NOTSET)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
    for visitor in visitors.values():
        visitor.http.close()
