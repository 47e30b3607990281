"""The table beside a map: the same figures, for those whom a canvas does not reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

#: What a cell sorts by (None sorts last) and what it says.
Figure = tuple[float | None, str]


def figure_rows(rows: Iterable[tuple[int, str, Sequence[Figure]]]) -> SafeString:
    """The ``<tr>`` of places, each with its id, name and figures.

    The name is a button that shows the place on the map. Put together by hand, every text escaped
    once: hundreds of rows through a template or ``format_html`` cost more than counting them.
    """
    return mark_safe("\n".join(_row(pk, escape(name), figures) for pk, name, figures in rows))


def _row(pk: int, name: str, figures: Sequence[Figure]) -> str:
    cells = "".join(
        f'<td class="number" data-value="{"" if value is None else round(value, 3)}">{escape(text)}</td>'
        for value, text in figures
    )
    button = f'<button type="button" class="place-button" data-map-place="{pk:d}">{name}</button>'
    return f'<tr><th scope="row" data-value="{name}">{button}</th>{cells}</tr>'
