"""What a file is, by its bytes, and the same picture without what the camera wrote about it.

Photos carry where they were taken and with what; nobody's front door belongs in metadata. The
containers are cut, not re-encoded: the pixels stay bit for bit, and a file with nothing to remove
stays as it was sent. Of the EXIF only the orientation of a turned camera is written back.

Sources: ITU-T T.81 annex B (JPEG), W3C PNG third edition, RFC 9649 (WebP), ISO 32000 (PDF header).
"""

from __future__ import annotations

import mmap
import re
import struct
import zlib
from dataclasses import dataclass, field
from typing import IO, TypeAlias

from PIL import ExifTags, Image

Data: TypeAlias = mmap.mmap | bytes

#: No honest picture has more parts than this.
MOST_PARTS = 50_000
CHUNK = 256 * 1024
MOST_EXIF = 64 * 1024
#: How far from its last byte a PDF's end is looked for; some programs write something after it.
PDF_END = 2048

_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs cICP".split())
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF_HEAD = b"Exif\x00\x00"


class BrokenFile(ValueError):
    """The bytes do not go on as they begin."""


@dataclass(slots=True)
class Contents:
    """What was found: media type, file ending, a picture's stored size, and the pieces to keep.

    A piece is a ``(start, end)`` of the file or bytes of our own; neighbours are joined. ``cut_short`` is of
    a file that stops before its end.
    """

    content_type: str
    suffix: str
    width: int = 0
    height: int = 0
    orientation: int = 1
    pieces: list[tuple[int, int] | bytes] = field(default_factory=list)
    parts: int = 0
    cut_short: bool = False

    def keep(self, start: int, end: int) -> None:
        last = self.pieces[-1] if self.pieces else None
        if isinstance(last, tuple) and last[1] == start:
            self.pieces[-1] = (last[0], end)
        else:
            self.pieces.append((start, end))

    def count_part(self) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise BrokenFile

    def shown_size(self) -> tuple[int, int] | None:
        """Width and height as a person sees it, or None for what is no picture."""
        if not self.width:
            return None
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    def is_whole(self, size: int) -> bool:
        """Whether nothing has to be cut from a file of ``size`` bytes."""
        return self.pieces == [(0, size)]


def examine(data: Data) -> Contents | None:
    """What ``data`` is and what of it to keep, or None for a type that is not taken.

    Raises BrokenFile where it begins like a known type and does not go on like it.
    """
    if data[:5] == b"%PDF-":
        whole = b"%%EOF" in data[-PDF_END:]
        return Contents("application/pdf", "pdf", pieces=[(0, len(data))], cut_short=not whole)
    for magic, contents, cut in (
        (data[:2] == b"\xff\xd8", Contents("image/jpeg", "jpg"), _cut_jpeg),
        (data[:8] == _PNG_MAGIC, Contents("image/png", "png"), _cut_png),
        (data[:4] == b"RIFF" and data[8:12] == b"WEBP", Contents("image/webp", "webp"), _cut_webp),
    ):
        if magic:
            try:
                cut(data, contents)
            except (struct.error, IndexError) as error:
                raise BrokenFile from error
            if not (contents.width and contents.height):
                raise BrokenFile
            return contents
    return None


def write_pieces(data: Data, contents: Contents, to: IO[bytes]) -> None:
    """Write what is kept, never more than a chunk of it in memory."""
    for piece in contents.pieces:
        if isinstance(piece, bytes):
            to.write(piece)
            continue
        for start in range(*piece, CHUNK):
            to.write(data[start : min(start + CHUNK, piece[1])])


def _cut_jpeg(data: Data, contents: Contents) -> None:
    """Leave out EXIF, XMP, IPTC, comments, makers' own segments and all that follows the image.

    Phones append films and depth maps after the end of image; those hold places too.
    """
    contents.keep(0, 2)
    at, size = 2, len(data)
    while at < size and not (data[at] == 0xFF and data[at + 1] == 0xD9):
        contents.count_part()
        if data[at] != 0xFF:
            raise BrokenFile
        marker = data[at + 1]
        if marker == 0xFF:  # padding before a marker
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > size:
            raise BrokenFile
        if marker in _JPEG_FRAMES:
            contents.height, contents.width = struct.unpack(">HH", data[at + 5 : at + 9])
        elif marker == 0xE1 and data[at + 4 : at + 10] == _EXIF_HEAD:
            contents.orientation = _orientation(data[at + 4 : end])
        elif marker == 0xDA:  # the scan that follows runs to the next marker
            found = _JPEG_MARKER.search(data, end)
            end = found.start() if found else size
        if _is_jpeg_picture(marker, data[at + 4 : at + 16]):
            contents.keep(at, end)
        at = end
    if at < size:
        contents.keep(at, at + 2)
    else:  # what there is of it is shown
        contents.cut_short = True
        contents.pieces.append(b"\xff\xd9")
    if contents.orientation > 1:
        tiff = _orientation_only(contents.orientation)
        _insert(contents, 2, b"\xff\xe1" + struct.pack(">H", len(tiff) + 2) + tiff)


def _is_jpeg_picture(marker: int, head: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        colour = (marker == 0xE2 and head[:11] == b"ICC_PROFILE") or (marker == 0xEE and head[:5] == b"Adobe")
        return colour or (marker == 0xE0 and head[:5] == b"JFIF\x00")
    return marker != 0xFE


def _cut_png(data: Data, contents: Contents) -> None:
    """Leave out text, time, EXIF, animation and what follows the end."""
    contents.keep(0, 8)
    at, size, kind = 8, len(data), b""
    while at < size and kind != b"IEND":
        contents.count_part()
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if (kind == b"IHDR") != (at == 8):
            raise BrokenFile
        if kind == b"IHDR":
            contents.width, contents.height = struct.unpack(">II", data[at + 8 : at + 16])
        elif kind == b"eXIf":
            exif = data[at + 8 : min(end - 4, at + 8 + MOST_EXIF)]
            contents.orientation = _orientation(_EXIF_HEAD + exif)
        if kind in _PNG_KEPT:
            contents.keep(at, min(end, size))
        at = end
    contents.cut_short = kind != b"IEND" or at > size
    if contents.orientation > 1:
        body = b"eXIf" + _orientation_only(contents.orientation)[len(_EXIF_HEAD) :]
        _insert(contents, 33, struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))


def _cut_webp(data: Data, contents: Contents) -> None:
    """Leave out EXIF, XMP and unknown chunks, and mend the header that announces them."""
    announced = 8 + struct.unpack("<I", data[4:8])[0]
    at, size = 12, min(len(data), announced)
    contents.cut_short = size < announced
    flags = None
    while at + 8 <= size:
        contents.count_part()
        kind, (length,) = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])
        end = min(at + 8 + length + length % 2, size)
        body = data[at + 8 : min(end, at + 18)]
        if kind == b"VP8X":
            flags = at + 8
        elif kind == b"EXIF":
            exif = data[at + 8 : min(end, at + 8 + MOST_EXIF)]
            contents.orientation = _orientation(exif if exif[:6] == _EXIF_HEAD else _EXIF_HEAD + exif)
        if not contents.width:
            contents.width, contents.height = _webp_size(kind, body)
        if kind in _WEBP_KEPT:
            contents.keep(at, end)
        at = end
    if flags is not None and data[flags] & 0b1100:
        turned = contents.orientation > 1
        _replace(contents, flags, bytes([data[flags] & ~0b1100 | (0b1000 if turned else 0)]))
        if turned:
            exif = _orientation_only(contents.orientation)[len(_EXIF_HEAD) :]
            exif += b"\0" * (len(exif) % 2)
            contents.pieces.append(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    kept = sum(len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in contents.pieces)
    if kept == len(data) - 12:
        contents.pieces = [(0, len(data))]
    else:
        contents.pieces.insert(0, b"RIFF" + struct.pack("<I", kept + 4) + b"WEBP")


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _insert(contents: Contents, at: int, ours: bytes) -> None:
    """Put bytes of our own where the file's byte ``at`` was, inside the first piece."""
    _replace(contents, at, ours, instead_of=0)


def _replace(contents: Contents, at: int, ours: bytes, instead_of: int = 1) -> None:
    for index, piece in enumerate(contents.pieces):
        if isinstance(piece, tuple) and piece[0] <= at <= piece[1]:
            start, end = piece
            rest = (at + instead_of, end)
            contents.pieces[index : index + 1] = [(start, at), ours, rest]
            return


def _orientation(exif: bytes) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it cannot be read."""
    read = Image.Exif()
    try:
        read.load(exif)
        orientation = read.get(ExifTags.Base.Orientation, 1)
    except (SyntaxError, ValueError, OSError, struct.error, TypeError, KeyError, IndexError):
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _orientation_only(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif.tobytes()
