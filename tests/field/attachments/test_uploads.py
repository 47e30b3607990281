"""Files sent by hash: kept once, whole, and nothing of what was cut off."""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from django.utils import timezone

from backend.config.celery import app
from field.models import Attachment
from field.services.attachments import store_attachment
from field.services.scratch import sweep_scratch
from field.services.thumbnails import lacking_thumbnails
from field.tasks import tidy_attachments
from geo.problems import Invalid
from tests.field.papers import bulky
from tests.field.pictures import at, kept_files, picture, served, sha

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue_down(tasks_run_at_once):
    broker = app.conf.broker_url
    app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1/0")
    app.amqp._producer_pool = None
    yield
    app.conf.update(broker_url=broker)
    app.amqp._producer_pool = None


def test_a_photo_is_stored_once_and_a_repeat_is_told_so(tablet_http, tablet, media):
    photo = picture()
    assert tablet_http.head(at(photo)).status_code == 404
    first, again = tablet_http.put(at(photo), content=photo), tablet_http.put(at(photo), content=photo)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {"sha256": sha(photo), "content_type": "image/jpeg", "bytes": len(photo)}
    assert tablet_http.head(at(photo)).status_code == 200
    stored = Attachment.objects.get()
    assert (stored.width, stored.height, stored.device) == (320, 200, tablet[0])
    assert served(photo) == photo
    assert sorted(path.suffix for path in kept_files(media)) == [".jpg", ".jpg"]  # it and its thumbnail


def test_one_file_from_many_connections_at_once_is_one_file_and_one_row(live_server, tablet, media):
    photo = picture(size=(1200, 900))

    def put(_number: int) -> int:
        headers = {"Authorization": f"Bearer {tablet[1]}"}
        return httpx.put(live_server.url + at(photo), content=photo, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(put, range(8)))
    assert codes == [200] * 7 + [201]
    assert Attachment.objects.count() == 1
    assert len(kept_files(media)) == 2
    assert served(photo) == photo


def test_a_connection_cut_in_the_middle_leaves_nothing(live_server, tablet, media, tablet_http):
    photo = picture()
    address = urlsplit(live_server.url)
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(
            f"PUT {at(photo)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tablet[1]}\r\n"
            f"Content-Length: {len(photo)}\r\n\r\n".encode()
            + photo[: len(photo) // 2]
        )
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as reply:
            status, body = reply.readline(), reply.read()
    assert b" 400 " in status
    assert b"urn:aldaba:problem:cut_short" in body
    assert not Attachment.objects.exists()
    assert kept_files(media) == []
    assert tablet_http.put(at(photo), content=photo).status_code == 201


def test_a_length_that_lies_does_not_pass_for_the_file(live_server, tablet, media):
    photo = picture()
    address = urlsplit(live_server.url)
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(
            f"PUT {at(photo)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tablet[1]}\r\n"
            f"Content-Length: {len(photo) - 7}\r\nConnection: close\r\n\r\n".encode()
            + photo
        )
        status = line.recv(4000).split(b"\r\n")[0]
    assert b" 422 " in status
    assert kept_files(media) == []


def test_what_a_crash_left_under_the_name_is_replaced(media):
    photo = picture()
    left = media / "attachments" / sha(photo)[:2] / sha(photo)[2:4] / f"{sha(photo)}.jpg"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    store_attachment(source=io.BytesIO(photo))
    assert served(photo) == photo
    assert [path.read_bytes() for path in kept_files(media)] == [photo]


def test_uploads_given_up_are_swept_and_running_ones_are_not(media):
    folder = media / "incoming"
    folder.mkdir()
    for name, age in (("old", 7200), ("new", 5)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age,) * 2)
    assert sweep_scratch() == 1
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_with_the_queue_down_the_photo_is_stored_and_its_thumbnail_follows(tablet_http, queue_down, caplog):
    photo = picture()
    started = time.monotonic()
    assert tablet_http.put(at(photo), content=photo).status_code == 201
    assert time.monotonic() - started < 30
    assert "The queue is down" in caplog.text
    assert not Attachment.objects.get().thumbnail
    assert lacking_thumbnails() == []  # its own task may still be on its way
    Attachment.objects.update(received_at="2020-01-01T00:00:00Z")
    assert lacking_thumbnails() == []  # and an old one was tried enough
    Attachment.objects.update(received_at=timezone.now() - dt.timedelta(minutes=5))
    tidy_attachments()
    assert Attachment.objects.get().thumbnail


def test_a_full_disk_is_a_delay_and_leaves_nothing(tablet_http, media, monkeypatch):
    def no_room(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    photo = picture()
    with monkeypatch.context() as full:
        full.setattr("os.fsync", no_room)
        assert tablet_http.put(at(photo), content=photo).status_code == 503
    assert kept_files(media) == []
    assert tablet_http.put(at(photo), content=photo).status_code == 201


def test_a_file_given_without_its_hash_is_named_by_what_it_is():
    photo = picture("PNG")
    assert store_attachment(source=io.BytesIO(photo)).attachment.pk == sha(photo)
    with pytest.raises(Invalid):
        store_attachment(source=io.BytesIO(b""))


def test_an_upload_of_80_megabytes_does_not_fill_the_memory(media):
    import resource

    paper = media / "paper"
    paper.write_bytes(bulky(79))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with paper.open("rb") as source:
        store_attachment(source=source)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 16 * 1024
