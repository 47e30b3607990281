"""Reading what Collect submits.

Hostile or broken XML is refused; anything else is understood as far as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from field.odk.names import text_of
from field.odk.visits import read_choice
from field.odk.xform import MARKS
from field.sync.records import LONGEST_ID
from geo.problems import Problem

_DEEPEST, _MOST_ELEMENTS = 20, 5000
#: For what has no UUID of its own: the names of instances that are no UUID, doors, files.
NAMESPACE = UUID("6f0cbb0a-5f0e-5c5e-9d43-0d6b8f3a2c11")
_SHORT_OFFSET = re.compile(r"([+-]\d\d)(\d\d)?\Z")
_OFFSET = re.compile(r"[+-]\d\d:\d\d\Z")


class Unreadable(Problem):
    """Not a submission; nothing of it was kept."""

    code, title = "unreadable", "No se pudo leer el envío"


@dataclass(frozen=True, slots=True)
class Submission:
    """One filled form. ``instance`` is its name for itself, ``edits`` the name of what it corrects."""

    instance: str
    edits: str | None
    form: str
    version: str
    xml: str


def read_submission(data: bytes) -> Submission:
    """What a submission says of itself. Raises Unreadable."""
    root = _parse(data)
    instance = _text(root, "meta", "instanceID")
    if not instance:
        raise Unreadable(_("Al formulario le falta su identificador (instanceID). Nada se guardó."))
    edits = _text(root, "meta", "deprecatedID") or None
    for name in (instance, edits or ""):
        # "deprecated:" and the like stand before it in the inbox.
        if len(name) > LONGEST_ID - 20 or not name.isprintable():
            raise Unreadable(_("El identificador del formulario no es válido. Nada se guardó."))
    try:
        xml = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # another encoding, which the XML declared and the parser knew
        xml = tostring(root, encoding="unicode")
    return Submission(instance, edits, root.get("id", ""), root.get("version", ""), xml)


def uuid_of(instance: str) -> UUID:
    """The UUID in an instance's name, or one made of it."""
    try:
        return UUID(instance.removeprefix("uuid:"))
    except ValueError:
        return uuid5(NAMESPACE, instance)


def derived_records(xml: str, petition_id: UUID) -> list[dict[str, Any]]:
    """The records of kind ``petition`` and ``encounter`` that a submission amounts to: one, both or none.

    The same XML gives the same records. What it leaves out they leave out, and their own kinds say
    what is wrong with them.
    """
    root = _parse(xml.encode())
    chosen, outcome = _text(root, "door", "visit"), _text(root, "door", "outcome")
    petition = _find(root, "petition")
    records = []
    if petition is not None and (_text(petition, "category") or outcome == "petition" or not chosen):
        records.append(_petition(root, petition, petition_id))
    if chosen:
        records.append(_encounter(root, chosen, outcome, petition_id, records))
    return records


class _Bounded(TreeBuilder):
    """Builds a tree of a size and depth that a filled form may have."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise Unreadable(_("El formulario es demasiado grande o profundo. Nada se guardó."))
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parse(data: bytes) -> Element:
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(_("El formulario no es XML válido. Nada se guardó.")) from error
    return root


def _petition(root: Element, petition: Element, petition_id: UUID) -> dict[str, Any]:
    category = text_of(_text(petition, "category"))
    record: dict[str, Any] = {
        "kind": "petition",
        "id": str(petition_id),
        "description": _text(petition, "description"),
        "answers": _answers(petition, _text(petition, "category")),
        "petitioner": _petitioner(petition),
        **_location(_text(petition, "location")),
    }
    told = {
        "captured_at": _finished(root),
        "category": category,
        "address": _text(petition, "address"),
        "reference": _text(petition, "reference"),
        "echo_of": _text(petition, "echo_of"),
    }
    record |= {name: text for name, text in told.items() if text}
    if "location" not in record and record.get("address"):
        record["location_method"] = "address"
    return record


def _encounter(
    root: Element, chosen: str, outcome: str, petition_id: UUID, petitions: list[dict[str, Any]]
) -> dict[str, Any]:
    visit, follows = read_choice(chosen)
    where = _location(_text(root, "petition", "location") or _text(root, "door", "door_location"))
    record: dict[str, Any] = {
        "kind": "encounter",
        "id": str(uuid5(petition_id, "encounter")),
        "visit": visit,
        "outcome": outcome,
        "at": _finished(root),
        "petitions": [petition["id"] for petition in petitions],
        "note": _text(root, "door", "note"),
        **{name: where[name] for name in ("location", "accuracy_m") if name in where},
    }
    return record | ({"follows": follows} if follows else {})


def _petitioner(petition: Element) -> dict[str, Any] | None:
    """The person, only where they agreed to be known."""
    if _text(petition, "who") != "named" or _text(petition, "consent") != "si":
        return None
    person: dict[str, Any] = {name: _text(petition, name) for name in ("name", "phone", "email", "notice")}
    return person | {"consent": True}


def _answers(petition: Element, code: str) -> dict[str, Any]:
    group = _find(petition, f"c_{code}")
    answers: dict[str, Any] = {}
    for node in group if group is not None else ():
        name, text = _local(node), (node.text or "").strip()
        if text and name[:2] in MARKS.values():
            answers[text_of(name[2:])] = _answer(name[:2], text)
    return answers


def _answer(mark: str, text: str) -> Any:
    if mark == MARKS["yes_no"] and text in ("si", "no"):
        return text == "si"
    if mark == MARKS["choice"]:
        return text_of(text)
    if mark == MARKS["number"] and re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
        number = float(text)
        return int(number) if number.is_integer() else number
    return text


def _location(text: str) -> dict[str, Any]:
    """Collect's «latitude longitude altitude accuracy»; an accuracy of 0 says that it was put on the map."""
    parts = text.split()
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return {"location": text[:100]} if text else {}
    if len(numbers) < 2:
        return {"location": text[:100]} if text else {}
    accuracy = numbers[3] if len(numbers) > 3 else 0.0
    found: dict[str, Any] = {
        "location": {"type": "Point", "coordinates": [numbers[1], numbers[0]]},
        "location_method": "gps" if accuracy > 0 else "map",
    }
    return found | ({"accuracy_m": accuracy} if accuracy > 0 else {})


def _finished(root: Element) -> str:
    """When the form was finished, as RFC 3339: older Collects write the offset as ``-07`` or ``-0700``."""
    text = _text(root, "end") or _text(root, "start")
    if "T" not in text or _OFFSET.search(text):
        return text
    return _SHORT_OFFSET.sub(lambda found: f"{found[1]}:{found[2] or '00'}", text)


def _text(element: Element, *path: str) -> str:
    for name in path:
        found = _find(element, name)
        if found is None:
            return ""
        element = found
    return (element.text or "").strip()


def _find(element: Element, name: str) -> Element | None:
    """The first child of that name in whatever namespace: forms and Collects differ in them."""
    return next((child for child in _elements(element) if _local(child) == name), None)


def _elements(element: Element) -> Iterator[Element]:
    return (child for child in element if isinstance(child.tag, str))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
