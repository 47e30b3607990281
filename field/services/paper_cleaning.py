"""PDF papers without what their makers wrote about themselves, and the photos in them without EXIF.

    python -m field.services.paper_cleaning SOURCE RESULT

Removed are the document's Info, XMP everywhere, editors' private data, and what earlier revisions left in
the file. A paper that is signed digitally stays bit for bit as it came: its signature would not outlive the
change.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pikepdf

from field.services.papers import SECONDS, Result
from field.services.stripping import BrokenFile, examine

MEMORY_BYTES = 768 * 2**20
#: How much of changed pictures is held before they are written and the paper is opened anew.
_HELD_BYTES = 16 * 2**20
_ABOUT_ITSELF = ("/Metadata", "/PieceInfo")
_DEEPEST = 8


def write_clean(source: Path, result: Path) -> Result:
    """What the program does, without its bounds."""
    again, from_ = result.with_suffix(".again"), source
    try:
        while True:
            with pikepdf.open(from_, suppress_warnings=True) as paper:
                if _is_signed(paper):
                    return Result.SIGNED
                done = _strip(paper)
                paper.save(
                    result,
                    compress_streams=False,
                    stream_decode_level=pikepdf.StreamDecodeLevel.none,
                    fix_metadata_version=False,
                    encryption=False,
                )
            if done:
                return Result.CLEAN
            from_ = result.replace(again)
    except pikepdf.PasswordError:
        return Result.LOCKED
    except (pikepdf.PdfError, ValueError, RecursionError, MemoryError):
        return Result.BROKEN
    finally:
        again.unlink(missing_ok=True)


def _is_signed(paper: pikepdf.Pdf) -> bool:
    return any(isinstance(one, pikepdf.Dictionary) and "/ByteRange" in one for one in paper.objects)


def _strip(paper: pikepdf.Pdf) -> bool:
    """Take metadata out; whether all of it, or as much as may be held at once."""
    if "/Info" in paper.trailer:
        del paper.trailer["/Info"]
    held = 0
    for one in paper.objects:
        _forget_itself(one)
        if held < _HELD_BYTES and isinstance(one, pikepdf.Stream):
            held += _strip_picture(one)
    return held < _HELD_BYTES


def _forget_itself(one: pikepdf.Object, depth: int = 0) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(one, pikepdf.Array):
        parts = list(one.as_list())
    elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
        for name in _ABOUT_ITSELF:
            if name in one:
                del one[name]
        parts = [one[name] for name in one.keys()]  # noqa: SIM118 - a stream iterates over its bytes
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _forget_itself(part, depth + 1)


def _strip_picture(stream: pikepdf.Stream) -> int:
    """Cut an embedded JPEG as one sent by itself is cut; the bytes now held in memory."""
    kind = stream.get("/Filter")
    if isinstance(kind, pikepdf.Array) and len(kind) == 1:
        kind = kind[0]
    if kind != pikepdf.Name.DCTDecode:
        return 0
    came = stream.read_raw_bytes()
    try:
        contents = examine(came)
    except BrokenFile:  # no viewer shows it either
        return 0
    if contents is None or contents.is_whole(len(came)):
        return 0
    cut = b"".join(piece if isinstance(piece, bytes) else came[slice(*piece)] for piece in contents.pieces)
    if cut == came:
        return 0
    stream.write(cut, filter=pikepdf.Name.DCTDecode)
    return len(cut)


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    return write_clean(Path(sys.argv[1]), Path(sys.argv[2]))


if __name__ == "__main__":
    sys.exit(main())
