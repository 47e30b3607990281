"""What is cut out of a file before it is kept."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import ExifTags, Image

from field.services.attachments import store_attachment
from field.services.thumbnails import make_thumbnail
from tests.field.pictures import camera_exif, picture, served, sha

pytestmark = pytest.mark.django_db


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
