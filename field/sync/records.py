"""Reading what was handed in: bodies, records, and what is wrong with them, in Spanish."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from field.folio import FolioError, parse_folio
from geo.legible import legible
from geo.problems import FieldError, pointer_token

LONGEST_ID = 100
LONGEST_KIND = 40
#: A tablet's clock may run this far ahead, and its record be this old, and still be believed.
CLOCK_AHEAD = timedelta(days=1)
CLOCK_BEHIND = timedelta(days=366)

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)\Z")


class NotJson(ValueError):
    """The bytes are not JSON."""


def read_json(body: bytes) -> Any:
    """The value of a JSON text. Raises NotJson.

    orjson is strict about lone surrogates, which browsers do send when a text is cut inside an
    emoji; those are valid JSON all the same, and the slower reader takes them.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"not JSON: {name}")


#: A record's id and the SHA-256 of its canonical text.
Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A record with an id and a kind, and the canonical text by which repeats are told."""

    id: str
    kind: str
    body: dict[str, Any]
    raw: str
    digest: bytes

    @property
    def key(self) -> Key:
        return (self.id, self.digest)


def wrap_record(record: Any) -> Parcel | list[FieldError]:
    """A record ready for the inbox, or why it is no record at all."""
    if not isinstance(record, dict):
        return [field_error("", "not_an_object", _("Cada registro debe ser un objeto JSON."))]
    errors = [
        field_error(f"/{key}", "missing", _("Falta «%(key)s» o no identifica el registro.") % {"key": key})
        for key, longest in (("id", LONGEST_ID), ("kind", LONGEST_KIND))
        if not _names(record.get(key), longest)
    ]
    if errors:
        return errors
    try:
        raw = _canonical(record)
    except RecursionError:
        return [field_error("", "too_deep", _("El registro está anidado a demasiada profundidad."))]
    return Parcel(record["id"], record["kind"], record, raw, hashlib.sha256(raw.encode()).digest())


def _names(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


def _canonical(record: dict[str, Any]) -> str:
    try:
        return orjson.dumps(record, option=orjson.OPT_SORT_KEYS).decode()
    except (TypeError, ValueError):  # lone surrogates, numbers past 64 bits
        return json.dumps(record, sort_keys=True, separators=(",", ":"))


def field_error(pointer: str, code: str, detail: str) -> FieldError:
    """One thing wrong, at an RFC 6901 pointer into the record."""
    return {"pointer": pointer, "code": code, "detail": detail}


def named_attachments(record: Mapping[str, Any]) -> list[str]:
    """The SHA-256 of the files that a record of any kind names, as far as it names them well."""
    attachments = record.get("attachments")
    if not isinstance(attachments, list):
        return []
    names = [item.get("sha256") for item in attachments if isinstance(item, dict)]
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and _SHA256.match(name)))


# --- the fields that kinds share -------------------------------------------------------------


def _read_time(value: Any) -> datetime:
    if not isinstance(value, str) or not _RFC3339.match(value):
        if isinstance(value, str) and _RFC3339.match(value + "Z"):
            raise PydanticCustomError("naive_time", "time without an offset")
        raise PydanticCustomError("time", "not an RFC 3339 time")
    try:
        # In UTC from here on: PostgreSQL refuses offsets of more than sixteen hours.
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("time", "not an RFC 3339 time") from error


def clean_text(value: Any) -> Any:
    """A text without what the database cannot hold; anything else as it is."""
    # PostgreSQL's text holds neither NUL nor half a surrogate pair.
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


def _read_text(value: Any) -> Any:
    """A text with nothing in it that cannot be seen or kept; anything else as it is."""
    return legible(clean_text(value)) if isinstance(value, str) else value


def read_note(value: Any) -> Any:
    """As any text, where null says the same as leaving it out."""
    return "" if value is None else _read_text(value)


def _read_voice(value: Any) -> str | None:
    """A stored folio, or nothing: a voice that cannot be read must not cost the record that brings it."""
    try:
        return parse_folio(value) if isinstance(value, str) else None
    except FolioError:
        return None


Time = Annotated[datetime, BeforeValidator(_read_time)]
Text = Annotated[str, BeforeValidator(_read_text)]
#: Strict models take a UUID as text only where they are told to, and JSON has no other.
Uuid = Annotated[UUID, Field(strict=False)]
Metres = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Voice = Annotated[str | None, BeforeValidator(_read_voice)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Record(BaseModel):
    """What every record's model starts from: strict types, unknown members left alone."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class PointGeometry(Record):
    """A GeoJSON Point: longitude, latitude, perhaps a height that is not used."""

    type: Literal["Point"]
    coordinates: Annotated[list[float], Field(min_length=2, max_length=3)]

    @field_validator("coordinates")
    @classmethod
    def _on_earth(cls, value: list[float]) -> list[float]:
        if not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):
            raise PydanticCustomError("coordinates", "not a longitude and a latitude")
        return value


def impossible_time(pointer: str, at: datetime, received_at: datetime) -> list[FieldError]:
    """The error of a time that no honest clock tells, or nothing."""
    if received_at - CLOCK_BEHIND <= at <= received_at + CLOCK_AHEAD:
        return []
    detail = _("La hora no es posible: el reloj de la tableta parece estar mal. La oficina la corregirá.")
    return [field_error(pointer, "impossible_time", detail)]


# --- what is wrong, for a person ---------------------------------------------------------------


def errors_of(invalid: ValidationError) -> list[FieldError]:
    """Every error of a record that its model refused."""
    return [_spoken(error) for error in invalid.errors(include_url=False, include_input=False)]


def _spoken(error: ErrorDetails) -> FieldError:
    pointer = "".join(f"/{pointer_token(part)}" for part in error["loc"])
    code = error["type"]
    return field_error(pointer, code, _sentence(code, error.get("ctx", {})))


def _sentence(code: str, context: Mapping[str, Any]) -> str:
    sentences = {
        "missing": _("Falta este dato."),
        "naive_time": _("La hora no dice su zona: debe terminar en Z o en un desfase como -07:00."),
        "time": _("No es una hora válida; se espera, por ejemplo, 2026-11-20T17:03:12-07:00."),
        "coordinates": _("No es una longitud y una latitud, en ese orden."),
        "answers": _("Las respuestas son demasiado profundas o tienen un número demasiado grande."),
        "string_type": _("Debe ser un texto."),
        "string_pattern_mismatch": _("El texto no tiene la forma esperada."),
        "bool_type": _("Debe ser verdadero o falso."),
        "float_type": _("Debe ser un número."),
        "int_type": _("Debe ser un número entero."),
        "finite_number": _("Debe ser un número finito."),
        "greater_than_equal": _("Debe ser %(ge)s o más."),
        "less_than_equal": _("Debe ser %(le)s o menos."),
        "literal_error": _("No es una de las opciones."),
        "uuid_parsing": _("No es un UUID."),
        "uuid_type": _("No es un UUID."),
        "list_type": _("Debe ser una lista."),
        "dict_type": _("Debe ser un objeto."),
        "model_type": _("Debe ser un objeto."),
        "string_too_long": _("Pasa de %(max_length)s caracteres."),
        "too_long": _("Pasa de %(max_length)s caracteres o elementos."),
        "too_short": _("Tiene menos de %(min_length)s elementos."),
    }
    return sentences.get(code, _("El valor no es válido.")) % context
