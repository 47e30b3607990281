"""Photos and papers in a bucket: a real server that speaks S3, and what befalls it."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import socket
import tempfile
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from field.api.attachments import attachment_response
from field.models import Attachment
from field.services import orphans
from field.services.attachments import store_attachment
from field.services.orphans import sweep_orphans
from field.services.thumbnails import make_thumbnail
from field.signals import attachment_stored
from field.stores import file_store
from field.tasks import tidy_attachments
from geo.problems import NotFound, Unavailable
from tests.field.papers import bulky
from tests.field.pictures import at, kept_files, picture, sha
from tests.field.swift import BUCKET, KEY_ID, SECRET, Swift

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def swift():
    folder = Path(tempfile.mkdtemp(prefix="aldaba-swift-", dir="/var/tmp"))
    swift = Swift(folder)
    try:
        swift.start()
        yield swift
    finally:
        swift.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def bucket(settings, media, swift):
    return use_bucket(settings, swift.url)


def use_bucket(settings, url: str):
    """Have the settings name the bucket behind ``url``, made if it is not there."""
    options = {"bucket_name": BUCKET, "endpoint_url": url, "region_name": "us-east-1", "location": "aldaba"}
    options |= {"access_key": KEY_ID, "secret_key": SECRET}
    settings.MEDIA_S3_BUCKET = BUCKET
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "field.stores.bucket.Bucket", "OPTIONS": options}
    }
    with suppress(default_storage.connection.meta.client.exceptions.BucketAlreadyOwnedByYou):
        default_storage.connection.create_bucket(Bucket=BUCKET)
    for name in names():
        file_store().delete(name)
    return default_storage


def names(folder: str = "attachments") -> list[str]:
    return sorted(name for name, _changed in file_store().names_under(folder))


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_photo_goes_to_the_bucket_and_comes_back(bucket, tablet_http, media):
    photo = picture()
    assert tablet_http.put(at(photo), content=photo).status_code == 201
    assert tablet_http.put(at(photo), content=photo).status_code == 200
    digest = sha(photo)
    assert f"attachments/{digest[:2]}/{digest[2:4]}/{digest}.jpg" in names()
    assert kept_files(media) == []
    response = attachment_response(sha256=digest)
    assert response["Content-Length"] == str(len(photo))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "private, no-cache"
    assert body(response) == photo


def test_a_thumbnail_is_drawn_from_the_bucket_and_put_there(bucket, media):
    photo = picture(size=(2000, 1500))
    digest = store_attachment(source=io.BytesIO(photo)).attachment.pk
    assert make_thumbnail(sha256=digest)
    assert Attachment.objects.get().thumbnail.name in names()
    assert len(body(attachment_response(sha256=digest, size="thumb"))) < len(photo)
    assert kept_files(media) == []


def test_a_stranger_reads_nothing_of_it(bucket):
    store_attachment(source=io.BytesIO(picture()))
    (name,) = names()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(default_storage.url(name).partition("?")[0], timeout=5)
    assert refused.value.code in (400, 401, 403)


def test_large_files_pass_through_in_pieces(bucket):
    digest = store_attachment(source=io.BytesIO(bulky(10))).attachment.pk
    response = attachment_response(sha256=digest)
    pieces = [len(piece) for piece in response.streaming_content]
    assert sum(pieces) > 10 * 2**20
    assert max(pieces) <= 256 * 1024


def test_while_the_bucket_is_away_photos_wait_and_pages_say_so(bucket, swift, tablet_http, media):
    here, late = picture(), picture(colour=(1, 2, 3))
    store_attachment(source=io.BytesIO(here))
    swift.stop()
    try:
        answer = tablet_http.put(at(late), content=late)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        with pytest.raises(Unavailable):
            attachment_response(sha256=sha(here))
        Attachment.objects.update(received_at=timezone.now() - dt.timedelta(minutes=5))
        tidy_attachments()
        assert kept_files(media) == []
        with pytest.raises(CommandError, match="no responde"):
            call_command("check_files")
    finally:
        swift.start()
    assert Attachment.objects.count() == 1
    assert tablet_http.put(at(late), content=late).status_code == 201
    tidy_attachments()
    assert Attachment.objects.get(pk=sha(here)).thumbnail


class Meddler(threading.Thread):
    """A line to the bucket on which one byte of each large body is changed."""

    def __init__(self, to: str) -> None:
        super().__init__(daemon=True)
        self.to = urlsplit(to)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                near, _address = self.listening.accept()
            except OSError:
                return
            far = socket.create_connection((self.to.hostname, self.to.port))
            for source, sink, changed in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(source, sink, changed), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, changed: bool) -> None:
        try:
            while data := source.recv(65536):
                if changed and b"PUT /" not in data and len(data) > 500:
                    data = data[:99] + bytes([data[99] ^ 1]) + data[100:]
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            sink.close()


def test_a_photo_that_arrived_otherwise_is_not_kept(bucket, swift, settings, tablet_http):
    photo = picture(size=(1500, 1500))
    line = Meddler(swift.url)
    line.start()
    use_bucket(settings, line.url)
    assert tablet_http.put(at(photo), content=photo).status_code == 503
    assert not Attachment.objects.exists()
    line.listening.close()
    use_bucket(settings, swift.url)
    assert names() == []
    assert tablet_http.put(at(photo), content=photo).status_code == 201


@pytest.fixture(params=["folder", "bucket"])
def store(request):
    request.getfixturevalue("media" if request.param == "folder" else "bucket")
    return file_store()


class Killed(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_an_upload_killed_before_its_row_leaves_nothing_to_be_served(store, monkeypatch):
    def die(**_named: object) -> None:
        raise Killed

    photo, kept = picture(), picture(colour=(9, 9, 9))
    attachment_stored.connect(die)
    try:
        with pytest.raises(Killed):
            store_attachment(source=io.BytesIO(photo))
    finally:
        attachment_stored.disconnect(die)
    store_attachment(source=io.BytesIO(kept))
    with pytest.raises(NotFound):
        attachment_response(sha256=sha(photo))
    assert len(names()) == 2
    part = int(sha(photo)[:2], 16)
    assert sweep_orphans(part=part) == 0  # it may yet be sent again
    monkeypatch.setattr(orphans, "KEPT_FOR", dt.timedelta(seconds=-60))
    assert sweep_orphans(part=part) == 1
    assert sweep_orphans(part=int(sha(kept)[:2], 16)) == 0
    assert [sha(kept) in name for name in names()] == [True]
    assert store_attachment(source=io.BytesIO(photo)).created


def test_what_lay_there_is_replaced_whole(store):
    photo = picture()
    attachment = store_attachment(source=io.BytesIO(photo)).attachment
    attachment.delete()
    assert store_attachment(source=io.BytesIO(photo)).created
    assert len(names()) == 1
    with store.open(attachment.file.name) as file:
        file.seek(100)
        assert file.read() == photo[100:]


def test_the_store_is_tried_before_people_need_it(store, capsys):
    call_command("check_files")
    assert "ningún extraño" in capsys.readouterr().out
    assert names("check") == []


def test_a_file_that_the_store_lost_is_said_to_be_missing(store):
    attachment = store_attachment(source=io.BytesIO(picture())).attachment
    store.delete(attachment.file.name)
    with pytest.raises(NotFound, match="no se encuentra"):
        attachment_response(sha256=attachment.pk)
    assert not make_thumbnail(sha256=attachment.pk)
