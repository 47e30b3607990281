"""The shell of a map: ours alone, under a nonce, and the same every time."""

from __future__ import annotations

import re

import folium
import pytest
from branca.element import JavascriptLink
from django.test import RequestFactory

from geo.maps.assets import SELF_HOSTED, UnknownAsset, self_hosted
from geo.maps.shell import GroundMap, Layer, SelfHostedFigure, map_shell

BOUNDS = (-106.5, 23.1, -106.3, 23.3)


def shell(**given):
    request = RequestFactory().get("/mapas/")
    request.csp_nonce = "n0nce"
    return map_shell(request, **({"layers": [], "bounds": BOUNDS, "label": "Mapa"} | given))


def everything(made) -> str:
    return made.head + made.body + made.scripts


def test_nothing_in_the_shell_is_fetched_from_outside():
    assert "//" not in re.sub(r"https?://www\.w3\.org/\S+", "", everything(shell()))


def test_every_script_style_and_link_to_a_script_carries_the_nonce():
    tags = re.findall(r"<(?:script|style)\b[^>]*>", everything(shell()))
    executable = [tag for tag in tags if "application/json" not in tag]
    assert len(executable) >= 4
    assert all('nonce="n0nce"' in tag for tag in executable)


def test_folium_draws_the_shell_without_taking_over_the_page():
    made = shell()
    assert 'class="folium-map"' in made.body
    assert "L.map(" in made.scripts
    assert "user-scalable" not in everything(made)
    assert "html, body" not in everything(made)


def test_an_address_that_is_not_in_the_table_raises():
    with pytest.raises(UnknownAsset):
        self_hosted("https://cdn.example/leaflet.js")
    figure = SelfHostedFigure(nonce="x")
    figure.header.add_child(JavascriptLink("https://cdn.example/plugin.js"))
    with pytest.raises(UnknownAsset):
        figure.parts()


def test_every_address_that_this_folium_names_is_in_the_table():
    links = [url for _name, url in [*folium.Map.default_js, *folium.Map.default_css]]
    assert set(links) <= set(SELF_HOSTED)


def test_drawing_a_map_leaves_foliums_own_lists_as_they_were():
    before = (list(folium.Map.default_js), list(GroundMap.default_js), list(GroundMap.default_css))
    shell()
    assert (list(folium.Map.default_js), list(GroundMap.default_js), list(GroundMap.default_css)) == before


def test_hostile_text_in_a_layer_or_label_stays_text():
    hostile = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)>'
    made = shell(label=hostile, layers=[Layer("points", data=f"/datos/?q={hostile}")])
    assert "<script>alert" not in everything(made)
    assert "<img" not in everything(made)


def test_a_basemap_is_drawn_only_when_one_is_configured(settings):
    assert "tileLayer" not in shell().scripts
    settings.BASEMAP_URL = "https://teselas.municipio.example/{z}/{x}/{y}.png"
    assert "teselas.municipio.example" in shell().scripts
