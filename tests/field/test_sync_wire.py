"""Sync over a real connection to gunicorn: in chunks, cut short, slowly, and larger than it says."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from field.models import Attachment, InboxRecord
from tests.field.pictures import picture, sha
from tests.field.web import gunicorn

pytestmark = pytest.mark.django_db(transaction=True)

BODY = json.dumps({"records": [{"id": "x", "kind": "sorpresa"}]}).encode()


@pytest.fixture(scope="module")
def web(django_db_setup, tmp_path_factory) -> Iterator[str]:
    with gunicorn(tmp_path_factory.mktemp("web") / "log") as url:
        yield url


@pytest.fixture
def tablet_http(web, tablet) -> Iterator[httpx.Client]:
    _device, token = tablet
    with httpx.Client(base_url=web, timeout=30, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


class Line:
    """A connection on which a test says every byte itself."""

    def __init__(self, web: str, token: str) -> None:
        address = urlsplit(web)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=30)
        self.token = token

    def head(self, *more: str, to: str = "POST /api/v1/sync") -> None:
        lines = [f"{to} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {self.token}"]
        lines += ["Content-Type: application/json", "Connection: close", *more]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[int, dict]:
        """Nothing more will be sent; the status and the body."""
        self.socket.shutdown(socket.SHUT_WR)
        return self.answer_while_open()

    def answer_while_open(self) -> tuple[int, dict]:
        came = b""
        while data := self.socket.recv(65536):
            came += data
        self.socket.close()
        head, _, body = came.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)


@pytest.fixture
def line(web, tablet) -> Line:
    return Line(web, tablet[1])


def test_a_body_sent_in_chunks_is_read_whole(tablet_http):
    answer = tablet_http.post("/api/v1/sync", content=iter([BODY[:9], BODY[9:]]))
    assert answer.status_code == 200
    assert [receipt["outcome"] for receipt in answer.json()["receipts"]] == ["held"]
    assert InboxRecord.objects.count() == 1


def test_a_photo_sent_in_chunks_is_kept_whole(tablet_http):
    photo = picture()
    answer = tablet_http.put(f"/api/v1/attachments/{sha(photo)}", content=iter([photo[:900], photo[900:]]))
    assert answer.status_code == 201
    assert Attachment.objects.get().bytes == len(photo)


def test_a_body_cut_short_is_said_to_be_so_and_keeps_nothing(line):
    line.head("Content-Length: 5000")
    line.send(BODY)  # whole JSON, and yet not what was announced
    status, problem = line.answer()
    assert (status, problem["type"]) == (400, "urn:aldaba:problem:cut_short")
    assert not InboxRecord.objects.exists()


@pytest.mark.parametrize("cut", [b"2f\r\n" + BODY[:9], b"9\r\n" + BODY[:9] + b"\r\n"])
def test_chunks_that_break_off_are_said_to_be_so_and_keep_nothing(line, cut):
    line.head("Transfer-Encoding: chunked")
    line.send(cut)
    status, problem = line.answer()
    assert (status, problem["type"]) == (400, "urn:aldaba:problem:cut_short")
    assert not InboxRecord.objects.exists()


def test_a_photo_whose_chunks_break_off_keeps_nothing(line):
    photo = picture()
    line.head("Transfer-Encoding: chunked", to=f"PUT /api/v1/attachments/{sha(photo)}")
    line.send(b"%x\r\n" % len(photo) + photo[:900])
    status, problem = line.answer()
    assert (status, problem["type"]) == (400, "urn:aldaba:problem:cut_short")
    assert not Attachment.objects.exists()


def test_a_connection_that_dies_in_the_middle_keeps_nothing(line, tablet_http):
    line.head("Content-Length: 5000")
    line.send(BODY[:20])
    line.socket.close()
    assert tablet_http.post("/api/v1/sync", content=BODY[:-1] + b" }").status_code == 200
    assert InboxRecord.objects.count() == 1


def test_a_slow_connection_is_waited_for(line):
    line.head(f"Content-Length: {len(BODY)}")
    for at in range(0, len(BODY), 10):
        line.send(BODY[at : at + 10])
        time.sleep(0.2)
    status, answer = line.answer_while_open()
    assert (status, answer["receipts"][0]["outcome"]) == (200, "held")


def test_200_records_of_30_kilobytes_come_in_one_body(tablet_http):
    records = [{"id": f"r{n}", "kind": "sorpresa", "text": "ñ" * 15_000} for n in range(200)]
    body = json.dumps({"records": records}, ensure_ascii=False).encode()
    assert len(body) > 6_000_000
    answer = tablet_http.post("/api/v1/sync", content=body)
    assert len(answer.json()["receipts"]) == InboxRecord.objects.count() == 200
    again = tablet_http.post("/api/v1/sync", content=body)
    assert answer.json()["receipts"] == again.json()["receipts"]
    assert InboxRecord.objects.count() == 200


def test_a_body_past_the_limit_is_refused_whatever_it_says_of_itself(tablet_http):
    piece = b" " * 2**20
    answer = tablet_http.post("/api/v1/sync", content=iter([piece] * 17))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:aldaba:problem:too_large")
    assert not InboxRecord.objects.exists()
