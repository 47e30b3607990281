"""The density's figures as the map and the table show them: the same rows for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.reports.density import PlaceFigures
from geo.maps.classes import Scale, quantile_classes
from geo.maps.table import figure_rows
from geo.sheets import csv_of

RATE: Final = "rate"
_HEADINGS: Final = (
    *("clave", "lugar", "tipo", "poblacion"),
    *("peticiones", "sin_resolver", "por_mil_habitantes"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The rows with their totals; ``nowhere`` is the row of what lies in no place, if anything does."""

    rows: tuple[PlaceFigures, ...]
    nowhere: PlaceFigures | None
    cut_at: datetime | None

    @classmethod
    def of(cls, rows: Sequence[PlaceFigures], cut_at: datetime | None) -> Figures:
        return cls(
            rows=tuple(row for row in rows if row.id),
            nowhere=next((row for row in rows if not row.id), None),
            cut_at=cut_at,
        )

    @property
    def total(self) -> int:
        return sum(row.petitions for row in self.all_rows)

    @property
    def unresolved(self) -> int:
        return sum(row.unresolved for row in self.all_rows)

    @property
    def all_rows(self) -> tuple[PlaceFigures, ...]:
        return (*self.rows, self.nowhere) if self.nowhere else self.rows

    @property
    def places_with(self) -> int:
        return sum(1 for row in self.rows if row.petitions)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of each place, looked up once for all of them."""

    one: str
    many: str
    rate: str

    @classmethod
    def ready(cls) -> _Words:
        one, many = (
            ngettext(
                "%(petitions)s petición · %(unresolved)s sin resolver",
                "%(petitions)s peticiones · %(unresolved)s sin resolver",
                number,
            )
            for number in (1, 2)
        )
        return cls(one, many, _("%s por cada 1,000 hab."))

    def of(self, row: PlaceFigures) -> str:
        counts = self.one if row.petitions == 1 else self.many
        said = counts % {"petitions": _whole(row.petitions), "unresolved": _whole(row.unresolved)}
        return said if row.rate is None else f"{said} · {self.rate % _one_decimal(row.rate)}"


def drawn_places(figures: Figures, *, measure: str) -> dict[str, Any]:
    """What ``static/maps/places.js`` draws: a class and a sentence for each place."""
    by_rate = measure == RATE
    values = {row.id: (row.rate if by_rate else float(row.petitions)) for row in figures.rows}
    scale: Scale = quantile_classes(value for value in values.values() if value)
    legend = (
        _("Peticiones por cada 1,000 habitantes, de menos a más")
        if by_rate
        else _("Peticiones en cada lugar, de menos a más")
    )
    words = _Words.ready()
    return {
        "legend": legend,
        "classes": [one.as_json() for one in scale.classes(_("ninguna"))],
        "places": {
            str(row.id): [scale.class_of(value), words.of(row)]
            for row in figures.rows
            if (value := values[row.id]) is not None
        },
        "otherwise": _("Sin población conocida: no se puede calcular"),
        "total": figures.total,
    }


def table_rows(figures: Figures, *, measure: str) -> SafeString:
    """The rows of the table, those with most first."""
    by_rate = measure == RATE
    ordered = sorted(figures.rows, key=lambda row: -((row.rate or 0) if by_rate else row.petitions))
    unknown = _("sin dato")
    return figure_rows(
        (
            row.id,
            row.name,
            (
                (row.petitions, _whole(row.petitions)),
                (row.unresolved, _whole(row.unresolved)),
                (row.rate, unknown if row.rate is None else _one_decimal(row.rate)),
            ),
        )
        for row in ordered
    )


def table_csv(figures: Figures) -> str:
    """The table as CSV."""
    rows: list[list[object]] = [
        [
            row.code,
            row.name,
            row.kind,
            row.population,
            row.petitions,
            row.unresolved,
            None if row.rate is None else f"{row.rate:.2f}",
        ]
        for row in figures.rows
    ]
    if outside := figures.nowhere:
        rows.append(["", _("Fuera de todo lugar"), "", "", outside.petitions, outside.unresolved, ""])
    return csv_of(headings=_HEADINGS, rows=rows)


def _whole(value: int) -> str:
    return f"{value:,}"


def _one_decimal(value: float) -> str:
    return f"{value:,.1f}"
