"""Files sent by hash: kept once, whole, clean, and nothing of what was cut off."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import os
import random
import socket
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import ExifTags, Image

from backend.config.celery import app
from field.api.attachments import attachment_response
from field.models import Attachment
from field.services.attachments import missing_attachments, open_attachment, store_attachment
from field.services.scratch import sweep_scratch
from field.services.thumbnails import lacking_thumbnails, make_thumbnail
from field.tasks import tidy_attachments
from geo.problems import Invalid, NotFound, TooLarge
from tests.field.papers import bulky, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def tasks_run_at_once():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def queue_down(tasks_run_at_once):
    broker = app.conf.broker_url
    app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1/0")
    app.amqp._producer_pool = None
    yield
    app.conf.update(broker_url=broker)
    app.amqp._producer_pool = None


def picture(kind: str = "JPEG", size=(320, 200), colour=(180, 90, 30), **save) -> bytes:
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize(size)
    Image.merge("RGB", [image, image.point(lambda v: v // 2), Image.new("L", size, colour[2])]).save(
        out, kind, **save
    )
    return out.getvalue()


def camera_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "ACME-PHONE"
    exif[ExifTags.Base.Orientation] = orientation
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (23.0, 14.0, 57.5)
    return exif.tobytes()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def at(data: bytes) -> str:
    return f"/api/v1/attachments/{sha(data)}"


def kept_files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def served(data: bytes) -> bytes:
    with open_attachment(sha256=sha(data)).file as file:
        return file.read()


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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_what_the_camera_wrote_is_cut_out_and_the_picture_stays_as_it_was(kind, orientation):
    photo = picture(kind, exif=camera_exif(orientation))
    assert b"ACME-PHONE" in photo
    stored = store_attachment(source=io.BytesIO(photo), sha256=sha(photo)).attachment
    clean = served(photo)
    assert b"ACME-PHONE" not in clean
    kept = dict(Image.open(io.BytesIO(clean)).getexif())
    assert kept == ({ExifTags.Base.Orientation: 6} if orientation == 6 else {})
    assert Image.open(io.BytesIO(clean)).tobytes() == Image.open(io.BytesIO(photo)).tobytes()
    assert (stored.width, stored.height) == ((200, 320) if orientation == 6 else (320, 200))
    assert stored.bytes == len(photo)
    assert store_attachment(source=io.BytesIO(clean)).attachment.file.read() == clean


def test_comments_makers_notes_and_films_behind_a_photo_are_cut_out():
    photo = picture(comment=b"TALLER-SECRETO", icc_profile=b"colour" * 20)
    adobe = b"\xff\xed" + struct.pack(">H", 18) + b"Photoshop 3.0-SECRETO"[:16]
    xmp = b"\xff\xe1" + struct.pack(">H", 9) + b"SECRETO"
    dirty = photo[:2] + adobe + xmp + photo[2:] + b"ftypmp4 SECRETO gps"
    store_attachment(source=io.BytesIO(dirty))
    clean = served(dirty)
    assert b"SECRETO" not in clean
    assert Image.open(io.BytesIO(clean)).info["icc_profile"] == b"colour" * 20


def test_text_in_a_png_and_what_follows_its_end_are_cut_out():
    body = b"tEXtComment\0SECRETO"
    text = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    whole = picture("PNG")
    dirty = whole[:33] + text + whole[33:] + b"SECRETO"
    store_attachment(source=io.BytesIO(dirty))
    assert served(dirty) == whole


def test_a_progressive_photo_keeps_all_its_scans():
    photo = picture(progressive=True, exif=camera_exif())
    store_attachment(source=io.BytesIO(photo))
    assert Image.open(io.BytesIO(served(photo))).tobytes() == Image.open(io.BytesIO(photo)).tobytes()


def test_a_photo_that_the_camera_cut_short_is_kept(media):
    photo = picture(size=(900, 700))[:-2000]
    store_attachment(source=io.BytesIO(photo))
    assert served(photo) == photo + b"\xff\xd9"
    assert make_thumbnail(sha256=sha(photo))


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0" + random.Random(1).randbytes(300)]
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_does_not_refuse_a_photo(exif):
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    photo = picture()
    store_attachment(source=io.BytesIO(photo[:2] + segment + photo[2:]))
    assert served(photo[:2] + segment + photo[2:]) == photo


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hola",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x01",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8 this is no photo",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\nxxxxIDAT",
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"\x00\x00\x00\x18ftypheic",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"\xff\xd8" + b"\xff" * 200_000,
    ],
)
def test_what_is_no_photo_or_paper_is_refused_and_nothing_of_it_stays(tablet_http, media, data):
    answer = tablet_http.put(at(data), content=data)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["detail"]
    assert not Attachment.objects.exists()
    assert kept_files(media) == []


def test_a_hash_that_does_not_match_leaves_nothing(tablet_http, media):
    photo = picture()
    for name in (sha(b"other"), "abc", sha(photo)[:-1], sha(photo) + "0", "g" * 64):
        answer = tablet_http.put(f"/api/v1/attachments/{name}", content=photo)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "sha256")
    assert not Attachment.objects.exists()
    assert kept_files(media) == []


def test_a_hash_in_capitals_is_the_same_hash(tablet_http):
    photo = picture()
    assert tablet_http.put(f"/api/v1/attachments/{sha(photo).upper()}", content=photo).status_code == 201
    assert tablet_http.head(at(photo)).status_code == 200


def test_too_many_bytes_are_refused_as_announced_and_as_they_come(tablet_http, settings, media):
    settings.ATTACHMENT_MAX_BYTES = 1000
    photo = picture()
    assert tablet_http.put(at(photo), content=photo).status_code == 413
    with pytest.raises(TooLarge):
        store_attachment(source=io.BytesIO(photo))
    assert kept_files(media) == []


def test_a_picture_of_too_many_pixels_is_refused_unopened(media):
    ihdr = b"IHDR" + struct.pack(">II", 60_000, 60_000) + b"\x08\x02\0\0\0"
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + ihdr + struct.pack(">I", zlib.crc32(ihdr))
    with pytest.raises(TooLarge):
        store_attachment(source=io.BytesIO(bomb))
    assert kept_files(media) == []


def test_nobody_unknown_may_store_or_ask(live_server):
    photo = picture()
    assert httpx.put(live_server.url + at(photo), content=photo).status_code == 401
    assert httpx.head(live_server.url + at(photo)).status_code == 401
    assert not Attachment.objects.exists()


def test_the_office_stores_by_its_session(client, director):
    client.force_login(director)
    photo = picture()
    answer = client.generic("PUT", at(photo), photo, content_type="image/jpeg")
    assert answer.status_code == 201
    assert Attachment.objects.get().uploaded_by == director


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


def test_a_paper_is_only_downloaded(media):
    paper = pdf()
    store_attachment(source=ContentFile(paper))
    response = attachment_response(sha256=sha(paper))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    with pytest.raises(NotFound):
        open_attachment(sha256=sha(paper), size="thumb")


def test_a_photo_is_shown_in_the_page_whole_or_small(media):
    photo = picture(size=(2000, 1000), exif=camera_exif(6))
    store_attachment(source=io.BytesIO(photo))
    before = b"".join(attachment_response(sha256=sha(photo), size="thumb").streaming_content)
    assert before == served(photo)  # not drawn yet
    assert make_thumbnail(sha256=sha(photo))
    assert make_thumbnail(sha256=sha(photo))
    response = attachment_response(sha256=sha(photo), size="thumb")
    assert response["Content-Disposition"].startswith("inline;")
    small = Image.open(io.BytesIO(b"".join(response.streaming_content)))
    assert small.size == (240, 480)
    assert not small.getexif()
    assert len(kept_files(media)) == 2


def test_a_file_that_is_not_here_is_called_missing(media):
    photo = picture()
    for size in ("full", "thumb"):
        with pytest.raises(NotFound):
            open_attachment(sha256=sha(photo), size=size)
    store_attachment(source=io.BytesIO(photo))
    for path in kept_files(media):
        path.unlink()
    with pytest.raises(NotFound):
        open_attachment(sha256=sha(photo))


def test_with_the_queue_down_the_photo_is_stored_and_its_thumbnail_follows(tablet_http, queue_down, caplog):
    photo = picture()
    started = time.monotonic()
    assert tablet_http.put(at(photo), content=photo).status_code == 201
    assert time.monotonic() - started < 5
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


def test_which_files_are_missing_takes_one_query(django_assert_num_queries):
    photo = picture()
    store_attachment(source=io.BytesIO(photo))
    with django_assert_num_queries(1):
        assert missing_attachments([sha(photo), sha(b"a"), sha(b"a"), sha(b"b")]) == {sha(b"a"), sha(b"b")}
    with django_assert_num_queries(0):
        assert missing_attachments([]) == set()


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
