"""Where Folium's outside files are served by ourselves.

Folium and branca name every script and style sheet by a CDN address. Each address they may name is
in this table, with the static file of ours that stands for it, or ``None`` when the office's frame
already brings it or no map of ours needs it. An address that is not here is a mistake of ours (a
new plugin, a new Folium): it raises, so that no page can ever ask the outside for anything.
"""

from __future__ import annotations

from typing import Final

from django.templatetags.static import static

_LEAFLET: Final = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist"
_FOLIUM: Final = "https://cdn.jsdelivr.net/gh/python-visualization/folium/folium"
_MARKERS: Final = (
    "https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers"
)

#: Folium's address -> path under ``static``, or None to leave the link out.
SELF_HOSTED: Final[dict[str, str | None]] = {
    f"{_LEAFLET}/leaflet.js": "vendor/leaflet/dist/leaflet.js",
    f"{_LEAFLET}/leaflet.css": "vendor/leaflet/dist/leaflet.css",
    # The frame brings Bootstrap; jQuery, awesome markers and their fonts serve markers we never draw.
    "https://code.jquery.com/jquery-3.7.1.min.js": None,
    "https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js": None,
    "https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/css/bootstrap.min.css": None,
    "https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css": None,
    "https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css": None,
    f"{_MARKERS}.js": None,
    f"{_MARKERS}.css": None,
    f"{_FOLIUM}/templates/leaflet.awesome.rotate.min.css": None,
}


class UnknownAsset(LookupError):
    """A map named an outside file that this program does not serve."""


def self_hosted(address: str) -> str | None:
    """The address on this server that stands for one of Folium's, or None to leave it out.

    Raises :class:`UnknownAsset` for an address that is not in the table.
    """
    try:
        path = SELF_HOSTED[address]
    except KeyError:
        raise UnknownAsset(
            f"{address} is not in geo.maps.assets: serve it ourselves or leave it out"
        ) from None
    return None if path is None else static(path)
