"""A form that is cut in the middle does nothing."""

from __future__ import annotations

import io
import socket
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.models import User
from backend.casework.models import SavedView
from backend.config.bodies import CutShort, WholeBody
from tests.factories import UserFactory
from tests.field.web import gunicorn

TEXT = b"name=Vencidas&query=overdue%3D1"


@pytest.mark.parametrize("sizes", [[-1], [None], [1] * len(TEXT), [7, 100, 100], [len(TEXT)]])
def test_a_whole_body_is_read_in_any_pieces(sizes):
    body = WholeBody(io.BytesIO(TEXT + b"of another request"), len(TEXT))
    assert b"".join(body.read(size) for size in sizes) == TEXT
    assert body.read(10) == b""


def test_lines_are_read_to_the_end():
    body = WholeBody(io.BytesIO(b"one\ntwo\nthree"), 13)
    assert [body.readline(), body.readline(2), body.readline(), body.readline(), body.readline()] == [
        b"one\n",
        b"tw",
        b"o\n",
        b"three",
        b"",
    ]


@pytest.mark.parametrize("size", [-1, 5, len(TEXT) + 1])
def test_a_body_that_ends_early_is_an_error(size):
    body = WholeBody(io.BytesIO(TEXT), len(TEXT) + 1)
    with pytest.raises(CutShort):
        list(iter(lambda: body.read(size), b""))


@pytest.mark.parametrize("cut", [b"one\ntw", b"", b"one\n"])
def test_lines_that_end_early_are_an_error(cut):
    body = WholeBody(io.BytesIO(cut), 13)
    with pytest.raises(CutShort):
        list(iter(body.readline, b""))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_form_cut_on_its_way_is_not_carried_out(tmp_path, kind):
    client, user = Client(), UserFactory(role=User.Role.DIRECTOR)
    client.force_login(user)
    with gunicorn(tmp_path / "log") as url:
        host = urlsplit(url).netloc
        cut, whole = (_sent(client, host, kind, short=short) for short in (3, 0))
        assert " 302 " not in _answer(host, cut)
        assert not SavedView.objects.exists()
        assert " 302 " in _answer(host, whole)
        assert SavedView.objects.get().query == "overdue=1"


def _sent(client: Client, host: str, kind: str, *, short: int) -> bytes:
    token = "a" * 32
    fields = {"csrfmiddlewaretoken": token, "name": "Vencidas", "query": "overdue=1"}
    if kind == "urlencoded":
        content_type = "application/x-www-form-urlencoded"
        form = "&".join(f"{name}={value.replace('=', '%3D')}" for name, value in fields.items())
    else:
        content_type = "multipart/form-data; boundary=limit"
        part = '--limit\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        form = "".join(part.format(name, value) for name, value in fields.items()) + "--limit--\r\n"
    cookie = (
        f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
    )
    head = (
        f"POST /boletas/vistas/guardar/ HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    return (head + form[: len(form) - short]).encode()


def _answer(host: str, sent: bytes) -> str:
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=20) as link:
        link.sendall(sent)
        link.shutdown(socket.SHUT_WR)
        return link.makefile("rb").readline().decode()
