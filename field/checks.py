"""System checks: whether tablets can hold the street map that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from field.services.basemap import STREET_LAYERS, NoBasemap, read_basemap

_HINT = "Véase «Mapa de calles para las tabletas» en docs/operation.md."


@register("settings")
def tablets_map(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """``CAMPO_BASEMAP``, where it is given, is a PMTiles file with streets in it."""
    if not settings.CAMPO_BASEMAP:
        return []
    try:
        basemap = read_basemap(Path(settings.CAMPO_BASEMAP))
    except NoBasemap as problem:
        return [
            Error(f"CAMPO_BASEMAP no sirve de mapa para las tabletas. {problem}", hint=_HINT, id="field.E001")
        ]
    found: list[CheckMessage] = []
    if not basemap.layers.intersection(STREET_LAYERS):
        text = "CAMPO_BASEMAP no dice tener calles (capa «roads» o «transportation»): se vería vacío."
        found.append(Warning(text, hint=_HINT, id="field.W001"))
    if not basemap.attribution:
        text = "CAMPO_BASEMAP no dice a quién se debe el mapa."
        found.append(Warning(text, hint="Dígalo en CAMPO_BASEMAP_ATTRIBUTION.", id="field.W002"))
    return found
