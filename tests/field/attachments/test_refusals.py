"""What is no file to keep, and who may not hand one in; nothing of it stays."""

from __future__ import annotations

import io
import struct
import zlib

import httpx
import pytest

from field.models import Attachment
from field.services.attachments import store_attachment
from geo.problems import Invalid, TooLarge
from tests.field.pictures import at, kept_files, picture, sha

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "PDF"])
@pytest.mark.parametrize("missing", [2, 60, 0.5])
def test_what_a_person_hands_in_must_be_whole_and_what_a_tablet_has_is_kept(media, kind, missing):
    file = picture(kind, size=(640, 480))
    cut = file[: -missing if missing >= 1 else int(len(file) * missing)]
    with pytest.raises(Invalid) as refusal:
        store_attachment(source=io.BytesIO(cut), whole=True)
    assert refusal.value.errors[0]["code"] in ("cut", "broken")
    assert kept_files(media) == []
    assert store_attachment(source=io.BytesIO(file), whole=True).created


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
