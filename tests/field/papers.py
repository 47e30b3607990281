"""PDF papers as people send them, for tests."""

from __future__ import annotations

import io
import os
from typing import Any

import pikepdf

SECRET = "Juana la del 14"


def pdf(*pictures: bytes, secret: str = SECRET, **save: Any) -> bytes:
    """A page for each JPEG (or one blank), and ``secret`` wherever a paper tells of its maker."""
    paper = pikepdf.new()
    for data in pictures or (b"",):
        paper.add_blank_page(page_size=(200, 200))
        page = paper.pages[-1].obj
        page.PieceInfo = pikepdf.Dictionary(Editor=pikepdf.Dictionary(Private=secret))
        if data:
            image = pikepdf.Stream(
                paper,
                data,
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Filter=pikepdf.Name.DCTDecode,
            )
            image.Metadata = pikepdf.Stream(paper, secret.encode())
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
            page.Contents = pikepdf.Stream(paper, b"200 0 0 200 0 0 cm /Im0 Do")
    paper.trailer.Info = paper.make_indirect(pikepdf.Dictionary(Author=secret))
    paper.Root.Metadata = pikepdf.Stream(paper, f"<x:xmpmeta>{secret}</x:xmpmeta>".encode())
    out = io.BytesIO()
    paper.save(out, compress_streams=False, fix_metadata_version=False, **save)
    return out.getvalue()


def bulky(megabytes: int, *pictures: bytes) -> bytes:
    """A real paper of about that size."""
    paper = pikepdf.open(io.BytesIO(pdf(*pictures)))
    for _ in range(megabytes):
        paper.pages[0].obj[f"/Bulk{_}"] = pikepdf.Stream(paper, os.urandom(2**20))
    out = io.BytesIO()
    paper.save(out, compress_streams=False, fix_metadata_version=False)
    return out.getvalue()
