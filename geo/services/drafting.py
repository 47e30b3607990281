"""From a feature of a layer to the place that it would be, mended where that is safe."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy
import shapely
from django.utils.text import slugify
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.layers.problems import UnreadableLayer
from geo.layers.reader import Record, VectorLayer
from geo.models import Place
from geo.services.import_report import Report

#: Fields that carry a place's official code or its name in the layers of INEGI, SEPOMEX, SEDATU and
#: of municipal cadastres, in order of preference.
CODE_FIELDS = (
    *("cvegeo", "cve_col", "clave_col", "cve_colonia", "clave", "codigo", "d_codigo", "d_cp", "code"),
    *("cve_ageb", "cve_loc", "cve", "id_colonia", "id_col", "clavegeo"),
)
NAME_FIELDS = (
    *("nomgeo", "nom_col", "nom_colonia", "nombre_col", "colonia", "nom_loc", "nombre", "nom_asen"),
    *("d_asenta", "asentamiento", "comunidad", "localidad", "sett_name", "name", "nom"),
)
MAX_CODE, MAX_NAME = 40, 160
#: A ring folded on itself encloses less than this by rounding alone.
MIN_AREA_M2 = 1.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Which field holds what; an empty name means that the layer has none."""

    code: str
    name: str
    extras: dict[str, str]


@dataclass(slots=True)
class Draft:
    """A place that the file would make: ``boundary`` a valid MultiPolygon, or None for a point."""

    number: int
    code: str
    name: str
    boundary: shapely.MultiPolygon | None
    centre: shapely.Point
    extras: dict[str, str]


def resolve_columns(
    layer: VectorLayer, *, code: str | None, name: str | None, extras: dict[str, str], report: Report
) -> Columns:
    """The fields asked for, or the well-known ones; raises ``UnreadableLayer`` naming those there are."""
    by_lower = {field.lower(): field for field in layer.fields}
    for wanted in filter(None, (code, name, *extras.values())):
        if wanted.lower() not in by_lower:
            fields = ", ".join(layer.fields) or _("ninguno")
            raise UnreadableLayer(
                "unknown_field", _("La capa no tiene un campo «%s». Tiene: %s.") % (wanted, fields)
            )
    exact = {field: by_lower[column.lower()] for field, column in extras.items()}
    code_field = by_lower[code.lower()] if code else _well_known(CODE_FIELDS, by_lower)
    name_field = by_lower[name.lower()] if name else _well_known(NAME_FIELDS, by_lower)
    if not code_field and not (name_field and (len(layer.fields) == 1 or "KML" in layer.driver)):
        fields = ", ".join(layer.fields) or _("ninguno")
        raise UnreadableLayer(
            "missing_code_field",
            _("Indique con --code qué campo trae la clave de cada lugar. La capa tiene: %s.") % fields,
        )
    if not code_field:
        report.note("code_from_name", _("La capa no trae claves: se formaron con los nombres."))
    elif not code:
        report.note("code_field", _("La clave se tomó del campo %s.") % code_field)
    if not name_field:
        report.note("no_names", _("La capa no trae nombres: cada lugar se llama por su clave."))
    elif not name:
        report.note("name_field", _("El nombre se tomó del campo %s.") % name_field)
    return Columns(code_field, name_field, exact)


def _well_known(names: Iterable[str], by_lower: dict[str, str]) -> str:
    return next((by_lower[name] for name in names if name in by_lower), "")


def draft_places(layer: VectorLayer, columns: Columns, kind: str, report: Report) -> list[Draft]:
    """Every feature that can become a place; each one that cannot is refused in the report."""
    drafts: dict[str, Draft] = {}
    for record in layer.records:
        code, name = _code_and_name(record, columns, kind, report)
        if not code:
            continue
        if twin := drafts.get(code):
            report.add(
                "refused",
                "duplicate_code",
                _(
                    "La clave %(code)s ya es del elemento %(number)d. Si son partes del mismo lugar, "
                    "únalas en un solo elemento; si no, corrija la clave."
                )
                % {"code": code, "number": twin.number},
                feature=record.number,
                code=code,
            )
            continue
        if geometry := _geometry(record, code, kind, report):
            boundary, centre = geometry
            extras = {field: record.values[column] for field, column in columns.extras.items()}
            drafts[code] = Draft(record.number, code, name, boundary, centre, extras)
    return list(drafts.values())


def _code_and_name(record: Record, columns: Columns, kind: str, report: Report) -> tuple[str, str]:
    name = " ".join(record.values.get(columns.name, "").split())
    code = record.values[columns.code] if columns.code else slugify(name)[:MAX_CODE]

    def tell(severity: str, problem: str, detail: str) -> None:
        report.add(severity, problem, detail, feature=record.number, code=code[:MAX_CODE])  # type: ignore[arg-type]

    if not code:
        tell("refused", "missing_code", _("No tiene clave."))
    elif len(code) > MAX_CODE:
        tell("refused", "long_code", _("La clave pasa de %d letras.") % MAX_CODE)
        return "", ""
    elif not name:
        if columns.name:
            tell("repaired", "unnamed", _("No tiene nombre: se le llamó por su clave."))
        name = f"{Place.Kind(kind).label} {code}"
    elif len(name) > MAX_NAME:
        tell("repaired", "long_name", _("El nombre pasa de %d letras y se recortó.") % MAX_NAME)
        name = name[: MAX_NAME - 1].rstrip() + "…"
    elif "\ufffd" in name:
        tell(
            "warning", "damaged_name", _("El nombre tiene letras dañadas: %s. Pruebe con --encoding.") % name
        )
    return code, name


def _geometry(
    record: Record, code: str, kind: str, report: Report
) -> tuple[shapely.MultiPolygon | None, shapely.Point] | None:
    shape, number = record.shape, record.number
    if shape is None:
        if record.error:
            detail = _("Su geometría no se puede leer o convertir.")
            report.add("refused", "unreadable_geometry", detail, feature=number, code=code)
        else:
            report.add("refused", "empty_geometry", _("No tiene geometría."), feature=number, code=code)
        return None
    if not numpy.isfinite(shapely.get_coordinates(shape)).all():
        detail = _("Tiene coordenadas que no son números o que no existen en su sistema de referencia.")
        report.add("refused", "bad_coordinates", detail, feature=number, code=code)
        return None
    if isinstance(shape, shapely.MultiPoint) and len(shape.geoms) == 1:
        shape = shape.geoms[0]
    if isinstance(shape, shapely.Point) and kind == Place.Kind.COMUNIDAD:
        return None, shape
    if shape.geom_type == "Point":
        detail = _(
            "Es un punto, y una colonia necesita su límite. Si es una comunidad, use --kind comunidad."
        )
        report.add("refused", "point_for_colonia", detail, feature=number, code=code)
        return None
    if shape.geom_type not in ("Polygon", "MultiPolygon", "GeometryCollection"):
        detail = _("Es de tipo %s, y hace falta un polígono.") % shape.geom_type
        report.add("refused", "not_a_polygon", detail, feature=number, code=code)
        return None
    if record.had_curves:
        detail = _("Sus curvas se cambiaron por tramos rectos.")
        report.add("repaired", "curves", detail, feature=number, code=code)
    boundary = mended_boundary(shape, report, number=number, code=code)
    return None if boundary is None else (boundary, shapely.point_on_surface(boundary))


def mended_boundary(
    shape: BaseGeometry, report: Report, *, number: int | None, code: str | None
) -> shapely.MultiPolygon | None:
    """A valid MultiPolygon of the shape's area, telling what was mended; None (told) when it has no area."""
    mended = shape
    if not shapely.is_valid(shape):
        mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    # Twice: a collection's own members may be of several parts.
    members = shapely.get_parts(shapely.get_parts(mended))
    parts = [part for part in members if part.geom_type == "Polygon" and part.area > 0]
    area = sum(part.area for part in parts)
    if not parts or area * square_metres_per_degree(parts[0].centroid.y) < MIN_AREA_M2:
        detail = _("Su límite no encierra ninguna superficie.")
        report.add("refused", "no_area", detail, feature=number, code=code)
        return None
    boundary = shapely.MultiPolygon(parts)
    if mended is not shape:
        report.add("repaired", "invalid_ring", _mending(shape, boundary), feature=number, code=code)
    elif shape.geom_type == "GeometryCollection":
        detail = _("Traía puntos o líneas además de su límite: se quitaron.")
        report.add("repaired", "collection", detail, feature=number, code=code)
    return boundary


def _mending(before: BaseGeometry, after: shapely.MultiPolygon) -> str:
    """What was wrong and how much the area changed, in square metres."""
    reason = shapely.is_valid_reason(before).split("[")[0]
    words = {
        "Ring Self-intersection": _("el contorno se toca a sí mismo"),
        "Self-intersection": _("el contorno se cruza a sí mismo"),
        "Too few points in geometry component": _("un contorno tiene muy pocos puntos"),
        "Hole lies outside shell": _("un hueco queda fuera del contorno"),
        "Nested shells": _("una parte está dentro de otra"),
        "Holes are nested": _("un hueco está dentro de otro"),
        "Duplicate Rings": _("un contorno está repetido"),
    }
    change = abs(after.area - before.area) * square_metres_per_degree(after.centroid.y)
    return _("Límite inválido (%(reason)s): se corrigió, y su superficie cambió %(change)s m².") % {
        "reason": words.get(reason, reason),
        "change": f"{change:,.0f}",
    }


def square_metres_per_degree(lat: float) -> float:
    """About how many square metres a square degree has at a latitude; for telling, not for storing."""
    return 111_320.0 * 110_700.0 * abs(math.cos(math.radians(lat)))
