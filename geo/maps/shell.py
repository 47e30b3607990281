"""The shell of a map page: Folium draws it, and nothing but it.

The data of a map comes from addresses of ours, fetched as JSON by ``static/maps/`` and written with
``textContent``: Folium's own pop-ups, tooltips and layer names run whatever a citizen wrote in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from folium.template import Template

from geo.maps.assets import self_hosted

#: West, south, east, north in degrees.
Bounds = tuple[float, float, float, float]

_BARE_TAG = re.compile(r"<(script|style)(?=[\s>])")
MAX_ZOOM = 19


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer that the page draws over the ground; see ``geo.maps`` for what each kind fetches.

    ``data`` and ``detail`` are addresses of ours; ``detail`` ends where the id of what was clicked
    is appended. ``min_zoom`` and ``max_zoom`` (inclusive) say where the layer is drawn.
    """

    kind: Literal["places", "cells", "points", "stops"]
    data: str
    detail: str = ""
    min_zoom: int = 0
    max_zoom: int = MAX_ZOOM
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MapShell:
    """The three parts of a map, each for its block of the page's template."""

    head: SafeString
    body: SafeString
    scripts: SafeString


class SelfHostedFigure(Figure):
    """A figure whose links all lead to this server and whose scripts and styles carry the nonce.

    It rewrites its own children and leaves Folium's class-level lists of links as they are: a
    change there would show up in every later map of the process.
    """

    def __init__(self, *, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce

    def parts(self) -> tuple[SafeString, SafeString, SafeString]:
        """Style sheets, body and scripts, in that order; raises ``UnknownAsset``."""
        for child in self._children.values():
            child.render()
        styles: list[str] = []
        scripts: list[str] = []
        for element in self.header._children.values():
            if isinstance(element, CssLink):
                styles.append(self._link('<link rel="stylesheet" href="{}" nonce="{}">', element.url))
            elif isinstance(element, JavascriptLink):
                scripts.append(self._link('<script src="{}" nonce="{}"></script>', element.url))
            elif element.get_name() != "meta_http" and not _is_meta(element):
                styles.append(self._with_nonce(element.render()))
        scripts.append(format_html('<script nonce="{}">', self.nonce) + self.script.render() + "</script>")
        return (
            mark_safe("\n".join(filter(None, styles))),
            mark_safe(self.html.render()),
            mark_safe("\n".join(filter(None, scripts))),
        )

    def _link(self, tag: str, address: str) -> str:
        ours = self_hosted(address)
        return "" if ours is None else format_html(tag, ours, self.nonce)

    def _with_nonce(self, html: str) -> str:
        return _BARE_TAG.sub(lambda tag: format_html('<{} nonce="{}"', mark_safe(tag[1]), self.nonce), html)


def _is_meta(element: Element) -> bool:
    return element.render().lstrip().startswith("<meta")


class GroundMap(folium.Map):
    """Folium's map without what it does to a whole page.

    Folium's own header forbids zooming the page, stretches ``html`` and ``body`` to the window and
    sets two globals; a map inside the office's frame must do none of that.
    """

    default_js = [link for link in folium.Map.default_js if link[0] == "leaflet"]
    default_css = [link for link in folium.Map.default_css if link[0] == "leaflet_css"]

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>#{{ this.get_name() }} { width: 100%; height: 100%; }</style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                crs: L.CRS.{{ this.crs }},
                ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
        """
    )


class Handover(MacroElement):
    """Gives the map that Folium made, with what to draw on it, to our own modules.

    The description travels as inert JSON, escaped so that no text in it can end the element.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
            {{ this.description }}
        {% endmacro %}
        {% macro script(this, kwargs) %}
            document.getElementById("{{ this.map_name }}").leafletMap = {{ this.map_name }};
        {% endmacro %}
        """
    )

    def __init__(self, map_name: str, description: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Handover"
        self.map_name = map_name
        self.description = json_script(description, f"{map_name}-layers")


def map_shell(
    request: HttpRequest,
    *,
    layers: Sequence[Layer],
    bounds: Bounds,
    label: str,
    ground: str = "",
    kept: Bounds | None = None,
) -> MapShell:
    """The shell of a map of ``bounds`` with ``layers`` over the ``ground`` (an outlines address).

    ``label`` says in a few words what the map shows, for those who do not see it. ``kept`` are the
    bounds that the page's address keeps (``extent.kept_bounds``), which go before and need no room about.
    """
    west, south, east, north = kept or bounds
    canvas = GroundMap(
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=12,
        tiles=None,
        prefer_canvas=True,
        # Without a basemap Leaflet does not know where to stop.
        maxZoom=MAX_ZOOM,
        minZoom=7,
        zoom_snap=0.25,
        attribution_control=bool(settings.BASEMAP_URL),
    )
    if settings.BASEMAP_URL:
        folium.TileLayer(
            tiles=settings.BASEMAP_URL,
            attr=settings.BASEMAP_ATTRIBUTION or "&nbsp;",
            control=False,
            max_zoom=MAX_ZOOM,
        ).add_to(canvas)
    canvas.fit_bounds([(south, west), (north, east)], padding=(0, 0) if kept else (8, 8))
    canvas.add_child(Handover(canvas.get_name(), _description(layers, ground, bounds)))
    figure = SelfHostedFigure(nonce=str(getattr(request, "csp_nonce", "")))
    figure.add_child(canvas)
    head, body, scripts = figure.parts()
    own = format_html('<link rel="stylesheet" href="{}">', static("maps/map.css"))
    modules = [
        format_html('<script type="module" src="{}" nonce="{}"></script>', static(path), figure.nonce)
        for path in ("maps/start.js", "maps/filters.js")
    ]
    return MapShell(
        head=format_html("{}\n{}", head, own),
        body=format_html(_BODY, label=label, map=body, reading=_("Cargando el mapa…")),
        scripts=format_html_join("\n", "{}", ((part,) for part in (scripts, *modules))),
    )


#: The details of what is clicked are set here by ``static/maps/details.js``.
_BODY = """<div class="map" data-map role="group" aria-label="{label}">
{map}
<p class="map-note" data-map-note role="status">{reading}</p>
<section class="map-details" data-map-details tabindex="-1" aria-live="polite" hidden></section>
</div>"""


def _description(layers: Sequence[Layer], ground: str, bounds: Bounds) -> dict[str, Any]:
    return {
        "ground": ground,
        "bounds": bounds,
        "basemap": bool(settings.BASEMAP_URL),
        "layers": [
            {
                "kind": layer.kind,
                "data": layer.data,
                "detail": layer.detail,
                "minZoom": layer.min_zoom,
                "maxZoom": layer.max_zoom,
                **layer.options,
            }
            for layer in layers
        ],
    }
