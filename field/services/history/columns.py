"""Which column of another system holds what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _

from geo.problems import Problem

#: What a petition is made of, and the column names (folded) that are taken for each, best first.
FIELDS: dict[str, tuple[str, ...]] = {
    "source_id": (
        *("source_id", "id", "folio", "no folio", "num folio", "numero de folio", "folio origen"),
        *("id peticion", "id reporte", "no reporte", "numero de reporte", "reporte", "ticket", "clave"),
        *("numero", "no"),
    ),
    "captured_at": (
        *("captured_at", "fecha y hora", "fecha hora", "fecha de captura", "fecha captura", "capturada"),
        *("fecha de reporte", "fecha reporte", "fecha de registro", "fecha registro", "fecha de alta"),
        *("fecha alta", "fecha de creacion", "fecha creacion", "fecha"),
    ),
    "captured_time": (
        *("captured_time", "hora", "hora de reporte", "hora reporte", "hora de captura", "hora captura"),
        *("hora de registro", "hora registro"),
    ),
    "received_at": ("received_at", "fecha de recepcion", "fecha recepcion", "recibida"),
    "category": (
        *("category", "categoria", "tipo de peticion", "tipo peticion", "tipo de reporte", "tipo reporte"),
        *("tipo de servicio", "tipo servicio", "servicio", "tipo", "asunto", "tema", "concepto"),
    ),
    "description": (
        *("description", "descripcion", "peticion", "solicitud", "detalle", "texto", "comentarios"),
        *("comentario", "observaciones"),
    ),
    "on_behalf_of": (
        *("on_behalf_of", "grupo que lo pide", "en nombre de", "grupo organizado", "organizacion"),
        *("nombre del grupo", "agrupacion", "asociacion", "comite"),
    ),
    "status": ("status", "estatus", "situacion", "estado"),
    "channel": ("channel", "canal", "medio", "medio de captacion", "origen", "via"),
    "lon": ("lon", "lng", "long", "longitud", "longitude", "x", "coord x", "coordenada x", "este"),
    "lat": ("lat", "latitud", "latitude", "y", "coord y", "coordenada y", "norte"),
    "accuracy_m": ("accuracy_m", "precision", "precision m"),
    "address": ("address", "direccion", "domicilio", "ubicacion", "calle", "calle y numero"),
    "reference": ("reference", "referencia", "referencias", "entre calles"),
    "place": (
        *("place", "colonia", "comunidad", "localidad", "fraccionamiento", "colonia o comunidad"),
        *("clave colonia",),
    ),
    "name": (
        *("name", "nombre", "nombre completo", "ciudadano", "solicitante", "peticionario", "quejoso"),
        *("nombre del ciudadano", "nombre del solicitante"),
    ),
    "phone": ("phone", "telefono", "celular", "tel", "telefono celular"),
    "email": ("email", "correo", "correo electronico", "e mail"),
}
NEEDED = ("source_id", "captured_at")
_NOT_WORDS = re.compile(r"[^0-9a-z]+")


class ColumnsUnknown(Problem):
    """The header does not say where something needed is, or ``--map`` names what is not there."""

    code, status, title = "columns_unknown", 422, "Faltan columnas"


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Words to compare by: lower case, without accents or punctuation."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_WORDS.sub(" ", plain.lower()).strip()


def find_columns(header: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """The index of the column of each field; ``given`` maps column names to fields and wins.

    Raises ColumnsUnknown.
    """
    folded = [fold(name) for name in header]
    columns = {field: _given(header, folded, column, field) for column, field in given.items()}
    taken = set(columns.values())
    for field, names in FIELDS.items():
        if field in columns:
            continue
        for name in map(fold, names):
            found = [index for index, column in enumerate(folded) if column == name and index not in taken]
            if found:
                columns[field] = found[0]
                taken.add(found[0])
                break
    if lacking := [field for field in NEEDED if field not in columns]:
        raise ColumnsUnknown(
            _("No se reconoce la columna de: %(lacking)s. Dígala con --map COLUMNA=CAMPO. Hay: %(header)s.")
            % {"lacking": ", ".join(lacking), "header": ", ".join(header)[:1000]}
        )
    if ("lon" in columns) != ("lat" in columns):
        raise ColumnsUnknown(_("Solo se reconoce una de las dos coordenadas. Diga la otra con --map."))
    return columns


def _given(header: Sequence[str], folded: Sequence[str], column: str, field: str) -> int:
    if field not in FIELDS:
        raise ColumnsUnknown(
            _("«%(field)s» no es un campo. Son: %(fields)s.") % {"field": field, "fields": ", ".join(FIELDS)}
        )
    if column in header:
        return header.index(column)
    if fold(column) in folded:
        return folded.index(fold(column))
    raise ColumnsUnknown(
        _("El archivo no tiene la columna «%(column)s». Hay: %(header)s.")
        % {"column": column, "header": ", ".join(header)[:1000]}
    )
