"""What a submission brings, and what became of it."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import httpx
from PIL import Image

from field.models import InboxRecord


def jpeg(colour: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (colour, 30, 60)).save(out, "JPEG")
    return out.getvalue()


def message(response: httpx.Response) -> str:
    root = ElementTree.fromstring(response.content)
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    return root[0].text or ""


def held() -> dict[str, str]:
    """What is held, by kind: the code of its first error."""
    rows = InboxRecord.objects.filter(state="held").values_list("kind", "errors")
    return {kind: errors[0]["code"] for kind, errors in rows}
