"""Whether places lie where they should: inside the municipality, and not over each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.services.drafting import Draft, square_metres_per_degree
from geo.services.import_report import Report

#: Mexico with its islands: where a territory is looked for before any boundary is known.
MEXICO = shapely.box(-118.6, 14.3, -86.5, 32.9)
#: A place is outside when less than this share of its area is inside.
_INSIDE_SHARE = 0.5
#: Shared borders that were drawn twice overlap by slivers; only more than both of these is told.
_OVERLAP_SHARE, _OVERLAP_M2 = 0.01, 100.0
#: A place that lies within another by this share is nested in it, which is as it should be.
_NESTED_SHARE = 0.98


def refuse_outsiders(drafts: list[Draft], boundary: BaseGeometry | None, report: Report) -> list[Draft]:
    """The drafts inside the municipality; without a boundary, all but those with latitude first."""
    within = MEXICO if boundary is None else boundary
    shapely.prepare(within)
    kept = []
    for draft in drafts:
        swapped = shapely.Point(draft.centre.y, draft.centre.x)
        on_earth = abs(draft.centre.x) <= 180 and abs(draft.centre.y) <= 90
        inside = on_earth and _is_inside(draft, within)
        if not inside and shapely.covers(within, swapped):
            detail = _("Queda fuera del municipio porque trae primero la latitud y luego la longitud.")
            report.add("refused", "swapped_coordinates", detail, feature=draft.number, code=draft.code)
        elif not on_earth:
            detail = _(
                "Sus coordenadas no son longitud y latitud. ¿Es otro el sistema de referencia (--srs)?"
            )
            report.add("refused", "bad_coordinates", detail, feature=draft.number, code=draft.code)
        elif not inside and boundary is not None:
            detail = _("Queda fuera del municipio.")
            report.add("refused", "outside", detail, feature=draft.number, code=draft.code)
        else:
            kept.append(draft)
    return kept


def _is_inside(draft: Draft, within: BaseGeometry) -> bool:
    if draft.boundary is None:
        return bool(shapely.covers(within, draft.centre))
    if shapely.contains_properly(within, draft.boundary):
        return True
    common = shapely.intersection(within, draft.boundary).area
    return bool(common >= _INSIDE_SHARE * draft.boundary.area)


def report_overlaps(
    drafts: Sequence[Draft], others: Sequence[tuple[str, BaseGeometry]], report: Report
) -> None:
    """Tell of each pair that overlaps in earnest; nested places are fine, the smallest one wins there.

    ``others``: places that the territory already has and that the file does not bring.
    """
    outlined = [draft for draft in drafts if draft.boundary is not None]
    shapes = numpy.array([*(draft.boundary for draft in outlined), *(shape for _code, shape in others)])
    codes = [*(draft.code for draft in outlined), *(code for code, _shape in others)]
    if not outlined:
        return
    one, two = shapely.STRtree(shapes).query(shapes[: len(outlined)], predicate="intersects")
    pairs = (one < two) & ~shapely.touches(shapes[one], shapes[two])
    one, two = one[pairs], two[pairs]
    common = shapely.area(shapely.intersection(shapes[one], shapes[two]))
    areas = shapely.area(shapes)
    shares = common / numpy.minimum(areas[one], areas[two])
    twins = (shares > _NESTED_SHARE) & (common / numpy.maximum(areas[one], areas[two]) > _NESTED_SHARE)
    for index in numpy.argsort(-common):
        draft, other, share = outlined[one[index]], codes[two[index]], shares[index]
        square_metres = common[index] * square_metres_per_degree(draft.centre.y)
        if twins[index]:
            detail = _("Tiene el mismo límite que %s: un punto de ahí será de una sola de las dos.") % other
            report.add("warning", "same_boundary", detail, feature=draft.number, code=draft.code)
        elif _OVERLAP_SHARE < share <= _NESTED_SHARE and square_metres > _OVERLAP_M2:
            detail = _("Se encima con %(other)s en %(area)s m²: ahí, un punto es de la más pequeña.") % {
                "other": other,
                "area": f"{square_metres:,.0f}",
            }
            report.add("warning", "overlap", detail, feature=draft.number, code=draft.code)
