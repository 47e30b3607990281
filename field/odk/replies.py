"""OpenRosa's answers: XML that Collect reads, with the headers by which it knows one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

_LISTS = "http://openrosa.org/xforms/"


class Listed(NamedTuple):
    """An element of a list: its members in order, and its attributes. A member that is empty is left out."""

    members: Mapping[str, str | None]
    attributes: Mapping[str, str] = {}


def message_reply(message: str, *, status: int) -> HttpResponse:
    """The envelope in which Collect finds the sentence that it shows."""
    root = Element("OpenRosaResponse", {"xmlns": "http://openrosa.org/http/response", "items": "0"})
    nature = "submit_success" if status < 300 else "error"
    SubElement(root, "message", {"nature": nature}).text = message
    return xml_reply(_written(root), status=status)


def list_reply(root: str, item: str, listed: Iterable[Listed]) -> HttpResponse:
    """``xforms`` of ``xform`` (the form list) or ``manifest`` of ``mediaFile``."""
    namespace = {"xforms": "xformsList", "manifest": "xformsManifest"}[root]
    top = Element(root, {"xmlns": _LISTS + namespace})
    for one in listed:
        element = SubElement(top, item, dict(one.attributes))
        for name, text in one.members.items():
            if text:
                SubElement(element, name).text = text
    return xml_reply(_written(top))


def xml_reply(data: bytes, *, status: int = 200) -> HttpResponse:
    return HttpResponse(data, status=status, content_type="text/xml; charset=utf-8")


def _written(root: Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>' + tostring(root, encoding="unicode").encode()
