"""A record's values in words, for whoever reads what is held."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from field.folio import FolioError, format_folio, parse_folio
from field.sync.corrected import member, printable
from field.sync.kinds import KindField, kind_of
from geo.clock import local_zone
from geo.problems import FieldError

#: What the page says of the record elsewhere, or nobody needs to read.
_UNSAID = {"kind", "id", "device_clock"}


class Line(NamedTuple):
    """One value of a record: what it is called, what it says, and what is wrong with it."""

    pointer: str
    label: str
    text: str
    errors: list[str]


def fields_of(kind: str) -> Sequence[KindField]:
    """How a kind's records read; nothing for one that nobody registered."""
    registered = kind_of(kind)
    return registered.fields if registered else ()


def lines_of(kind: str, body: Mapping[str, Any], errors: Sequence[FieldError]) -> list[Line]:
    """A record as a list to be read: its kind's values in their order, then whatever else it says."""
    lines = []
    said = set(_UNSAID)
    for field in fields_of(kind):
        said.add(field.pointer.split("/")[1])
        value = member(body, field.pointer)
        wrong = [error["detail"] for error in errors if belongs(error["pointer"], field.pointer)]
        told = value not in (None, "", [], {}) and field.type != "id"
        if told or wrong:
            text = words_of(kind, field.pointer, value, body)
            lines.append(Line(field.pointer, str(field.label), text, wrong))
    for name in body:
        if name not in said:
            wrong = [error["detail"] for error in errors if belongs(error["pointer"], f"/{name}")]
            lines.append(Line(f"/{name}", printable(name), as_json(body[name]), wrong))
    return lines


def unplaced(kind: str, body: Mapping[str, Any], errors: Sequence[FieldError]) -> list[str]:
    """What is wrong with the record as a whole: the errors that no line of it shows."""
    pointers = [line.pointer for line in lines_of(kind, body, errors)]
    return [
        error["detail"]
        for error in errors
        if not any(belongs(error["pointer"], pointer) for pointer in pointers)
    ]


def belongs(error_pointer: str, pointer: str) -> bool:
    """Whether an error is about the value at a pointer, something in it, or what should hold it."""
    return (
        error_pointer == pointer
        or error_pointer.startswith(f"{pointer}/")
        or (error_pointer.count("/") == 1 and pointer.startswith(f"{error_pointer}/"))
    )


def label_of(kind: str, pointer: str) -> str:
    """What a value is called."""
    for field in fields_of(kind):
        if field.pointer == pointer:
            return str(field.label)
    return str(printable(pointer.strip("/")))


def words_of(kind: str, pointer: str, value: Any, body: Mapping[str, Any]) -> str:
    """What a value says; what is not as its field expects is shown as it came."""
    field = next((one for one in fields_of(kind) if one.pointer == pointer), None)
    if value is None:
        return "—"
    spoken = _spoken(field, value, body) if field else None
    if spoken is None:
        spoken = value if isinstance(value, str) else as_json(value)
    return str(printable(spoken)) or "—"


def as_json(value: Any) -> str:
    """A value as JSON that a person can read."""
    return value if isinstance(value, str) else json.dumps(printable(value), ensure_ascii=False, indent=2)


def parsed_time(value: Any) -> dt.datetime | None:
    """The moment that a text names, naive or not; None where it names none."""
    try:
        return dt.datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None


def _spoken(field: KindField, value: Any, body: Mapping[str, Any]) -> str | None:  # noqa: PLR0911 - one case a type
    match field.type, value:
        case "time", _any:
            return _moment(value)
        case "yes_no", bool():
            return _("Sí") if value else _("No")
        case "point", _any:
            return point_text(value)
        case "folio", str():
            return folio_text(value)
        case "choice", str() if field.options:
            return dict(_flat(field.options(body))).get(value)
        case "files", list():
            return ngettext("%(n)s foto", "%(n)s fotos", len(value)) % {"n": len(value)}
        case "texts", list() if all(isinstance(item, str) for item in value):
            return "\n".join(value)
        case "json", dict():
            return "\n".join(f"{key}: {as_json(item)}" for key, item in value.items())
    return None


def _moment(value: Any) -> str | None:
    moment = parsed_time(value)
    if moment is None:
        return None
    if moment.tzinfo is None:
        return _("%(time)s, sin zona horaria") % {"time": date_format(moment, "j b Y, H:i:s")}
    try:
        moment = moment.astimezone(local_zone())
    except OverflowError:
        return None
    return date_format(moment, "j b Y, H:i:s")


def point_text(value: Any) -> str | None:
    """A GeoJSON point as «latitud, longitud»; None where it is none."""
    coordinates = value.get("coordinates") if isinstance(value, dict) else None
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    if not all(type(number) in (int, float) for number in coordinates[:2]):
        return None
    lon, lat = (round(number, 6) for number in coordinates[:2])  # a tenth of a metre
    return f"{lat}, {lon}"


def folio_text(value: str) -> str:
    """A folio as people read it; what is none, as it came."""
    try:
        return format_folio(parse_folio(value))
    except FolioError:
        return value


def _flat(options: Sequence[tuple[Any, Any]]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for value, label in options:
        pairs += label if isinstance(label, list) else [(value, str(label))]
    return pairs
