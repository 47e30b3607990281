"""Sync over a real connection: in chunks, cut short, and larger than it says."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from field.models import InboxRecord

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_body_sent_in_chunks_is_read_whole(tablet_http):
    body = json.dumps({"records": [{"id": "x", "kind": "sorpresa"}]}).encode()
    answer = tablet_http.post("/api/v1/sync", content=iter([body[:9], body[9:]]))
    # The test server does not undo chunks, as gunicorn does: it must at least lose nothing silently.
    assert answer.status_code in (200, 400)
    assert InboxRecord.objects.exists() is (answer.status_code == 200)


def test_a_connection_cut_in_the_middle_keeps_nothing(live_server, tablet):
    _device, token = tablet
    address = urlsplit(live_server.url)
    with socket.create_connection((address.hostname, address.port)) as link:
        link.sendall(
            f"POST /api/v1/sync HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n".encode()
            + b'{"records": [{"id": "x", "kind": "sorpresa"}'
        )
        link.shutdown(socket.SHUT_WR)
        assert b" 200 " not in link.recv(4096).split(b"\r\n")[0]
    assert not InboxRecord.objects.exists()
