"""A submission's body: cut, too large, in chunks, several times at once, and with nowhere to put it."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from django.db import OperationalError

from field.models import Device, InboxRecord, Petition
from tests.field.odk.answers import held, jpeg, message
from tests.field.odk_client import filled, send, submission

pytestmark = pytest.mark.django_db(transaction=True)


def test_too_much_is_413(collect, settings):
    long = submission(filled(petition={"category": "bache", "description": "x" * (10 * 2**20)}))
    assert send(collect, long).status_code == 413
    settings.ODK_MAX_BYTES = 20_000
    assert send(collect, submission(), foto=b"x" * 20_000).status_code == 413
    assert not InboxRecord.objects.exists()


def test_a_body_that_is_no_form_or_was_cut_is_400(collect, live_server):
    assert (
        collect.post("submission", content=b"<data/>", headers={"Content-Type": "text/xml"}).status_code
        == 400
    )
    assert collect.post("submission", files={"otro": ("a.xml", b"<a/>")}).status_code == 400
    boundary = "zzz"
    part = 'Content-Disposition: form-data; name="xml_submission_file"; filename="a.xml"'
    cut = f"--{boundary}\r\n{part}\r\n\r\n".encode() + submission()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    assert collect.post("submission", content=cut, headers=headers).status_code == 400
    assert not InboxRecord.objects.exists()


def test_the_same_submission_from_four_connections_is_one_petition(live_server, key, collect):
    collect.get("formList")
    xml = submission()

    def hand_in(_n: int) -> int:
        with httpx.Client(base_url=f"{live_server.url}/odk/key/{key}/", timeout=60) as client:
            return send(client, xml, foto=jpeg()).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(hand_in, range(4)))
    assert set(answers) <= {201, 202}
    assert 201 in answers
    assert Petition.objects.get().attachments.count() == 1
    assert held() == {}


def test_a_body_sent_in_chunks_is_read_whole(key, collect, rf):
    """As gunicorn hands one over: without a length, and ended for us."""
    from field.odk.multipart import submission_parts

    request = httpx.Request("POST", "http://x/", files={"xml_submission_file": ("a.xml", submission())})
    body = request.read()
    django = rf.post("/")
    django.META |= {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    django.META["CONTENT_TYPE"] = request.headers["Content-Type"]
    with submission_parts(django) as parts:
        assert parts.xml.startswith(b"<?xml")


def test_a_large_photo_goes_to_disk_and_not_to_memory(rf):
    from field.odk.multipart import submission_parts

    files = [
        ("xml_submission_file", ("a.xml", b"<a/>")),
        ("x.jpg", ("x.jpg", b"x" * 8 * 2**20, "image/jpeg")),
    ]
    request = httpx.Request("POST", "http://x/", files=files)
    django = rf.generic("POST", "/", request.read(), content_type=request.headers["Content-Type"])
    with submission_parts(django) as parts:
        path = Path(parts.files[0].temporary_file_path())
        assert path.exists()
    assert not path.exists()


def test_without_the_database_the_answer_is_503_in_collects_own_words(collect, monkeypatch):
    def away(key: str) -> Device:
        raise OperationalError

    monkeypatch.setattr("field.odk.views.device_of", away)
    answer = send(collect, submission())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Nada se perdió" in message(answer)
