"""A map of the city that is divided as the page's filter ``by`` says: into places, or into a grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from geo.maps.extent import initial_bounds, kept_bounds
from geo.maps.ground import outlines_address
from geo.maps.shell import MAX_ZOOM, Layer, MapShell, map_shell

#: The element of the page in which the figures of its places lie, so that the map need not ask again.
_FIGURES: Final = "#figuras-mapa"


def divided_map(
    request: HttpRequest,
    *,
    label: str,
    names: str,
    max_zoom: int = MAX_ZOOM,
    nearer: Sequence[Layer] = (),
) -> MapShell:
    """The shell of a page that extends ``maps/page.html``.

    ``names`` begins the names of the page's addresses: ``<names>-place`` (by the place's id),
    ``<names>-cells`` and ``<names>-cell`` (by the H3 index). ``nearer`` are layers past ``max_zoom``.
    """
    places = Layer(
        "places",
        data=_FIGURES,
        detail=reverse(f"{names}-place", args=[0])[:-2],
        max_zoom=max_zoom,
        options={"when": {"name": "by", "value": ""}},
    )
    cells = Layer(
        "cells",
        data=reverse(f"{names}-cells"),
        detail=reverse(f"{names}-cell", args=["0"])[:-2],
        max_zoom=max_zoom,
        options={"when": {"name": "by", "value": "grid"}},
    )
    return map_shell(
        request,
        label=label,
        bounds=initial_bounds(),
        kept=kept_bounds(request.GET.get("bbox", "")),
        ground=outlines_address(),
        layers=[places, cells, *nearer],
    )
