"""Photos, what a camera writes into them, and what is kept of a file."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import ExifTags, Image

from field.services.attachments import open_attachment


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
