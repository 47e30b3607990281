"""Bring the places of a vector file into the territory, all or none of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.layers.problems import UnreadableLayer
from geo.layers.reader import VectorLayer, read_layer
from geo.models import Municipality, Place
from geo.services.drafting import NAME_FIELDS, Draft, draft_places, mended_boundary, resolve_columns
from geo.services.import_report import Report
from geo.services.surroundings import refuse_outsiders, report_overlaps
from geo.services.territory import (
    as_boundary,
    as_point,
    check_time_zone,
    lock_territory,
    refresh_places,
    save_municipality,
)

#: What a place may carry besides, by the option that names its field.
TEXT_EXTRAS, NUMBER_EXTRAS = ("district",), ("population", "households")


@dataclass(frozen=True)
class Source:
    """The file, and how to read it; see ``geo.layers.reader.read_layer`` and the command's help.

    ``extras`` pairs a column of ``Place`` (``district``, ``population``, ``households``) with a field.
    """

    file: Path
    kind: str = Place.Kind.COLONIA
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    encoding: str | None = None
    srs: str | None = None
    within: Path | None = None
    municipality: str | None = None
    time_zone: str | None = None
    extras: dict[str, str] = field(default_factory=dict)


def import_territory(*, source: Source, dry_run: bool = False) -> Report:
    """Create or update places by code; places that the file does not bring stay as they are.

    With ``dry_run`` everything is done and then undone. Raises ``UnreadableLayer`` or ``Invalid`` when the
    file as a whole cannot be taken; what is wrong with single features is in the report.
    """
    report = Report(dry_run=dry_run)
    if source.time_zone:
        check_time_zone(source.time_zone)
    layer = read_layer(source.file, layer=source.layer, encoding=source.encoding, srs=source.srs)
    outline = _outline(source, report) if source.within else None
    report.read = len(layer.records)
    for problem, detail in layer.notes:
        report.note(problem, detail)
    columns = resolve_columns(layer, code=source.code, name=source.name, extras=source.extras, report=report)
    drafts = draft_places(layer, columns, source.kind, report)
    with transaction.atomic():
        lock_territory()
        _write(source, layer, drafts, outline, report)
        report.count()
        if dry_run:
            transaction.set_rollback(True)
    return report


@dataclass(frozen=True)
class _Outline:
    """The municipality as a file gives it."""

    name: str
    shape: BaseGeometry


def _outline(source: Source, report: Report) -> _Outline:
    assert source.within is not None  # noqa: S101  (for the type checker)
    try:
        layer = read_layer(source.within)
    except UnreadableLayer as error:
        if error.code != "missing_srs" or not source.srs:
            raise
        layer = read_layer(source.within, srs=source.srs)
    aside = Report()
    shapes = [
        shape
        for record in layer.records
        if record.shape is not None
        and (shape := mended_boundary(record.shape, aside, number=None, code=None)) is not None
    ]
    if not shapes:
        raise UnreadableLayer(
            "no_area", _("%s no tiene ningún polígono que sirva de límite.") % source.within.name
        )
    for each in aside.problems:
        if each.severity == "repaired":
            report.note("boundary_repaired", _("Límite del municipio: %s") % each.detail)
    return _Outline(_name_of(layer), shapely.union_all(shapes))


def _name_of(layer: VectorLayer) -> str:
    """The name that a layer of one feature gives it, or nothing."""
    if len(layer.records) > 1:
        return ""
    by_lower = {name.lower(): name for name in layer.fields}
    names = (
        layer.records[0].values[by_lower[each]] for each in ("nom_mun", *NAME_FIELDS) if each in by_lower
    )
    return next(filter(None, names), "")[:120]


def _write(
    source: Source, layer: VectorLayer, drafts: list[Draft], outline: _Outline | None, report: Report
) -> None:
    municipality = Municipality.objects.first()
    within = outline.shape if outline else _known_boundary(municipality)
    drafts = refuse_outsiders(drafts, within, report)
    existing = {place.code: place for place in Place.objects.all()}
    drafts = _refuse_other_kinds(drafts, existing, source.kind, report)
    _report_overlaps(drafts, existing, report)
    changed = [place for draft in drafts if (place := _as_place(draft, existing, source, report))]
    if changed:
        columns = ["kind", "name", "boundary", "centre", "source", *source.extras]
        Place.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["code"], update_fields=columns, batch_size=500
        )
        refresh_places([place.code for place in changed])
    if not drafts:
        return
    if outline or municipality is None or source.municipality or source.time_zone or changed:
        first_name = outline.name if outline else source.file.stem.replace("_", " ").strip()
        saved = save_municipality(
            name=source.municipality or (first_name if municipality is None else None) or None,
            boundary=as_boundary(outline.shape) if outline else None,
            time_zone=source.time_zone,
        )
        if municipality is None and outline is None:
            detail = _("No había municipio: se formó «%s» con la unión de sus lugares.") % saved.name
            report.note("municipality_from_union", detail)
        municipality = saved
    report.municipality = municipality.name if municipality else None


def _known_boundary(municipality: Municipality | None) -> BaseGeometry | None:
    """The boundary that somebody gave; the union of what came before says nothing about what comes now."""
    if municipality is None or municipality.boundary is None or municipality.boundary_is_derived:
        return None
    return shapely.from_wkb(bytes(municipality.boundary.wkb))


def _refuse_other_kinds(
    drafts: list[Draft], existing: dict[str, Place], kind: str, report: Report
) -> list[Draft]:
    kept = []
    for draft in drafts:
        place = existing.get(draft.code)
        if place is not None and place.kind != kind:
            detail = _("La clave %(code)s ya es de la %(kind)s %(name)s.") % {
                "code": draft.code,
                "kind": place.get_kind_display().lower(),
                "name": place.name,
            }
            report.add("refused", "code_of_other_kind", detail, feature=draft.number, code=draft.code)
        else:
            kept.append(draft)
    return kept


def _report_overlaps(drafts: list[Draft], existing: dict[str, Place], report: Report) -> None:
    brought = {draft.code for draft in drafts}
    others = [
        (place.code, shapely.from_wkb(bytes(place.boundary.wkb)))
        for place in existing.values()
        if place.code not in brought and place.boundary is not None
    ]
    report_overlaps(drafts, others, report)


def _as_place(draft: Draft, existing: dict[str, Place], source: Source, report: Report) -> Place | None:
    """The place to write, counted; None when it is stored just so already."""
    values: dict[str, Any] = {"kind": source.kind, "name": draft.name} | _extras(draft, report)
    wkb = None if draft.boundary is None else shapely.to_wkb(draft.boundary)
    place = existing.get(draft.code)
    if place is not None:
        same = all(getattr(place, column) == value for column, value in values.items())
        stored = None if place.boundary is None else bytes(place.boundary.wkb)
        if draft.boundary is None and place.boundary is not None:
            # A point never takes away a boundary that another layer gave.
            wkb, draft.boundary = stored, cast(shapely.MultiPolygon, shapely.from_wkb(stored))
            draft.centre = shapely.Point(place.centre.coords)
        if same and stored == wkb and place.centre.coords == draft.centre.coords[0]:
            report.unchanged += 1
            return None
        report.updated += 1
    else:
        report.created += 1
    return Place(
        code=draft.code,
        boundary=None if draft.boundary is None else as_boundary(draft.boundary),
        centre=as_point(draft.centre),
        source=source.file.name[:200],
        **values,
    )


def _extras(draft: Draft, report: Report) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column, text in draft.extras.items():
        if column in TEXT_EXTRAS:
            values[column] = text[:80]
            continue
        try:
            number = float(text.replace(",", "")) if text else None
            values[column] = None if number is None or number < 0 else int(number)
        except (ValueError, OverflowError):
            values[column] = None
            detail = _("«%(text)s» no es un número: se dejó sin dato.") % {"text": text[:40]}
            report.add("repaired", f"bad_{column}", detail, feature=draft.number, code=draft.code)
    return values
