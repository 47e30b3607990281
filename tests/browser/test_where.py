"""Where a petition is, as it is taken down: the point and the colonia never contradict each other unsaid."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from field.models import Petition
from tests.browser.line import Line
from tests.casework.conftest import office, receive
from tests.factories import SIDE, SOUTH, WEST, PlaceFactory

LOCATE = "**/api/v1/places/locate**"


@pytest.fixture
def capture(office, sign_in, visit, page: Page):
    """The empty form, before a map with the colonias Centro and Esperanza, side by side."""
    PlaceFactory(column=1, code="C0001", name="Esperanza")
    sign_in(office.staff["auxiliar"])
    visit("/boletas/nueva/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    return page


def tap(page: Page, lon: float, lat: float) -> None:
    """A tap at a point of the earth, wherever the map shows it."""
    where = page.wait_for_function(
        """([lon, lat]) => {
            const map = document.querySelector(".folium-map").leafletMap;
            map.setView([lat, lon], 14, { animate: false });  // which a map that is still zooming ignores
            const at = map.latLngToContainerPoint([lat, lon]);
            return at.distanceTo(map.getSize().divideBy(2)) < 2 && at;
        }""",
        arg=[lon, lat],
    ).json_value()
    page.locator(".folium-map").click(position={"x": where["x"], "y": where["y"]})


def test_a_tap_in_a_colonia_writes_its_name_and_says_so(capture: Page):
    place, told = capture.get_by_label("Colonia o comunidad"), capture.locator("[data-pick-answer]")
    tap(capture, WEST + SIDE / 2, SOUTH + SIDE / 2)
    expect(place).to_have_value("Centro · C0000")
    expect(told).to_have_text("El punto está en Centro: queda escrito abajo.")
    tap(capture, WEST + SIDE * 1.5, SOUTH + SIDE / 2)
    expect(place).to_have_value("Esperanza · C0001")
    expect(told).to_contain_text("en lugar de Centro")
    expect(told).to_have_attribute("role", "status")


def test_a_colonia_that_is_written_is_shown_on_the_map(capture: Page):
    place = capture.get_by_label("Colonia o comunidad")
    place.fill("esperanza")
    place.press("Tab")
    expect(capture.locator("[data-pick-answer]")).to_have_text(re.compile("El mapa muestra Esperanza"))
    inside = """() => {
        const centre = document.querySelector(".folium-map").leafletMap.getCenter();
        return centre.lng;
    }"""
    capture.wait_for_function(f"Math.abs(({inside})() - {WEST + SIDE * 1.5}) < {SIDE / 10}")


@pytest.mark.parametrize(
    ("holds", "place_name"), [("La colonia escrita: quitar", "Esperanza"), ("El punto: la colonia", None)]
)
def test_a_tap_outside_every_colonia_asks_which_holds(
    office, capture: Page, assert_accessible, holds, place_name
):
    capture.get_by_label("Categoría").fill("Luminaria apagada")
    capture.get_by_label("Qué pide, con sus palabras").fill("No prende")
    place = capture.get_by_label("Colonia o comunidad")
    place.fill("Esperanza")
    place.press("Tab")
    expect(capture.locator("[data-pick-answer]")).to_have_text(re.compile("El mapa muestra"))
    tap(capture, WEST - SIDE * 3, SOUTH + SIDE / 2)
    expect(capture.locator("[data-pick-answer]")).to_contain_text("fuera de toda colonia")
    expect(place).to_have_value("Esperanza")
    which = capture.get_by_role("group", name="El punto y la colonia no coinciden")
    expect(which).to_be_visible()
    assert_accessible()
    which.get_by_role("radio", name=holds).click()
    expect(which).to_be_hidden()
    expect(place).to_have_value(place_name or "")
    capture.get_by_role("button", name="Guardar y dar folio").click()
    expect(capture.locator(".big-folio")).to_be_visible()
    petition = Petition.objects.get()
    assert (petition.place and petition.place.name) == place_name
    assert (petition.location is None) is (place_name is not None)


def test_of_the_two_colonias_of_a_border_the_one_written_is_named_and_stored(capture: Page):
    capture.get_by_label("Categoría").fill("Luminaria apagada")
    capture.get_by_label("Qué pide, con sus palabras").fill("No prende")
    place, told = capture.get_by_label("Colonia o comunidad"), capture.locator("[data-pick-answer]")
    capture.evaluate(
        """([lon, lat]) => {
            const map = document.querySelector(".folium-map").leafletMap;
            map.fire("click", { latlng: L.latLng(lat, lon) });
        }""",
        [WEST + SIDE, SOUTH + SIDE / 2],
    )
    expect(told).to_contain_text("queda escrito abajo")
    other = "Esperanza" if place.input_value().startswith("Centro") else "Centro"
    place.fill(other)
    place.press("Tab")
    expect(told).to_have_text(f"El punto está en {other}: queda escrito abajo.")
    capture.get_by_role("button", name="Guardar y dar folio").click()
    expect(capture.locator(".big-folio")).to_be_visible()
    petition = Petition.objects.get()
    assert (petition.place.name, petition.certainty, petition.candidates) == (other, "certain", [])
    assert petition.location


def test_another_colonia_written_after_the_tap_is_asked_about(capture: Page, page_errors):
    tap(capture, WEST + SIDE / 2, SOUTH + SIDE / 2)
    place = capture.get_by_label("Colonia o comunidad")
    expect(place).to_have_value("Centro · C0000")
    place.fill("Esperanza")
    place.press("Tab")
    which = capture.get_by_role("group", name="El punto y la colonia no coinciden")
    expect(which).to_be_visible()
    which.get_by_role("radio", name="El punto: la colonia").click()
    expect(place).to_have_value("Centro · C0000")
    place.fill("Esperanza")
    place.press("Tab")
    capture.get_by_label("Categoría").fill("Luminaria apagada")
    capture.get_by_label("Qué pide, con sus palabras").fill("No prende")
    # Not answered, it is asked again, and nothing is lost.
    capture.get_by_role("button", name="Guardar y dar folio").click()
    expect(capture.get_by_text("diga cuál vale")).to_be_visible()
    expect(place).to_have_value("Esperanza")
    expect(capture.get_by_role("group", name="El punto y la colonia no coinciden")).to_be_visible()
    assert [error for error in page_errors if "422" in error]
    page_errors.clear()
    capture.get_by_role("radio", name="La colonia escrita: quitar").click()
    capture.get_by_role("button", name="Guardar y dar folio").click()
    expect(capture.locator(".big-folio")).to_be_visible()
    assert Petition.objects.get().place.name == "Esperanza"


def test_that_the_point_holds_can_be_said_before_it_is_known_where_it_lies(capture: Page, page_errors):
    tap(capture, WEST + SIDE / 2, SOUTH + SIDE / 2)
    place = capture.get_by_label("Colonia o comunidad")
    expect(place).to_have_value("Centro · C0000")
    place.fill("Esperanza")
    place.press("Tab")
    expect(capture.get_by_role("group", name="El punto y la colonia no coinciden")).to_be_visible()
    capture.get_by_label("Categoría").fill("Luminaria apagada")
    capture.get_by_label("Qué pide, con sus palabras").fill("No prende")
    line = Line(capture, LOCATE)
    capture.get_by_role("button", name="Guardar y dar folio").click()
    expect(capture.get_by_text("diga cuál vale")).to_be_visible()
    page_errors.clear()  # the browser's own word on the 422
    line.wait_for(1)
    capture.get_by_role("radio", name="El punto: la colonia").click()
    line.open()
    expect(place).to_have_value("Centro · C0000")
