"""A work list as a spreadsheet: the stops in their order, one a row."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from backend.casework.worklists.selectors import Sheet, ShownStop
from field.models import Petitioner
from field.telephones import as_read
from geo.clock import local_today
from geo.sheets import Column, sheet_of


def xlsx_of(sheet: Sheet, people: Mapping[UUID, Petitioner] | None) -> bytes:
    """The list as XLSX; with who asked, where ``people`` are given."""
    columns = [
        Column(_("Parada"), 8),
        Column(_("Folio"), 16),
        Column(_("Categoría"), 24),
        Column(_("Estado"), 15),
        Column(_("Resuelta"), 9),
        Column(_("Vence"), 12),
        Column(_("Días de atraso"), 9),
        Column(_("Dirección"), 32),
        Column(_("Referencia"), 28),
        Column(_("Lugar"), 22),
        Column(_("Qué pidió"), 48),
        Column(_("Metros desde la anterior"), 12),
        Column(_("Latitud"), 12),
        Column(_("Longitud"), 12),
    ]
    if people is not None:
        columns += [Column(_("Quién pidió"), 26), Column(_("Teléfono"), 16)]
    rows = (
        _row(stop) + (_person(people.get(stop.petition.pk)) if people is not None else [])
        for stop in sheet.stops
    )
    return sheet_of(name=_("Lista de trabajo"), columns=columns, rows=rows)


def _row(stop: ShownStop) -> list[object]:
    one = stop.petition
    late = None
    if one.due_on and not stop.done:
        late = max((local_today() - one.due_on).days, 0)
    lon, lat = stop.lon_lat or (None, None)
    return [
        stop.number,
        stop.folio,
        one.category.name,
        str(one.get_status_display()),
        _("Sí") if stop.done else _("No"),
        one.due_on,
        late,
        one.address,
        one.reference,
        one.place.name if one.place else "",
        one.description,
        None if stop.metres is None else round(stop.metres),
        lat,
        lon,
    ]


def _person(person: Petitioner | None) -> list[object]:
    return [person.name, as_read(person.phone)] if person else ["", ""]
