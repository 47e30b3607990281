"""The maps in a real browser: drawn, reached by keyboard, filtered without a new page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from geo.models import Place
from tests.browser.conftest import SIZES
from tests.browser.line import Line, moved
from tests.mapped import HOSTILE, Town, make_town, staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

PAGES = {"densidad": "/mapas/densidad/", "rezago": "/mapas/rezago/"}


@pytest.fixture
def town(sign_in) -> Town:
    town = make_town(petitions=200)
    Place.objects.filter(pk=town.places[0].pk).update(name=HOSTILE)
    sign_in(staff(User.Role.DIRECTOR))
    return town


def painted(page: Page, colours: int) -> None:
    """Wait till the map's canvas shows more than so many different colours."""
    page.wait_for_function(
        """(least) => {
            const canvas = document.querySelector(".folium-map canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Set();
            for (let at = 0; at < data.length; at += 4) {
                if (data[at + 3] > 150) colours.add(data.slice(at, at + 3).join());
            }
            return colours.size > least;
        }""",
        arg=colours,
    )


def ready(page: Page) -> None:
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.locator("[data-map-note]")).to_be_hidden()


def by_place(page: Page) -> None:
    """Open the backlog's table of places, by keyboard."""
    page.get_by_role("tab", name="Boleta por boleta").press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Por lugar")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_a_map_is_drawn_with_its_table_and_fits(
    page, visit, town, name, size, assert_fits, assert_accessible
):
    visit(PAGES[name], size)
    ready(page)
    painted(page, 5)
    expect(page.locator("[data-map-legend] li")).not_to_have_count(0)
    expect(page.locator("table[data-sortable] tbody tr")).to_have_count(5 if name == "densidad" else 6)
    assert_fits()
    assert_accessible()


@pytest.mark.parametrize("name", PAGES)
def test_the_grid_is_drawn_without_a_new_page_and_stays_in_the_address(page, visit, town, name):
    visit(PAGES[name])
    ready(page)
    page.evaluate("window.samePage = true")
    with page.expect_response(re.compile("/celdas/")):
        page.get_by_text("Cuadrícula", exact=True).click()
    expect(page.locator("[data-map-legend]")).to_contain_text("hexágono")
    assert "by=grid" in page.url
    assert page.evaluate("window.samePage")
    page.go_back()
    expect(page.locator("[data-map-legend]")).to_contain_text("cada lugar")
    assert page.evaluate("window.samePage")
    expect(page.get_by_label("Lugares", exact=True)).to_be_checked()


def test_a_filter_changes_map_table_and_address_together(page, visit, town):
    visit(PAGES["densidad"])
    ready(page)
    before = page.locator(".figure-number").first.inner_text()
    page.get_by_label("Estado").select_option("abiertas")
    expect(page.locator(".figure-number").first).not_to_have_text(before)
    assert "status=abiertas" in page.url
    total = page.locator(".figure-number").first.inner_text()
    page.reload()
    ready(page)
    expect(page.locator(".figure-number").first).to_have_text(total)
    expect(page.get_by_label("Estado")).to_have_value("abiertas")


def test_the_keyboard_reaches_filters_map_and_table(page, visit, town):
    visit(PAGES["rezago"])
    ready(page)
    by_place(page)
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _press in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => {
                    const at = document.activeElement;
                    if (at.closest("[data-map-filters]")) return "filters";
                    if (at.closest(".leaflet-container")) return "map";
                    if (at.closest("thead")) return "sorting";
                    return at.dataset.mapPlace ? "place" : "other";
                }"""
            )
        )
    assert {"filters", "map", "sorting", "place"} <= reached


def test_a_place_opens_from_the_table_by_keyboard_and_gives_the_focus_back(page, visit, town):
    visit(PAGES["rezago"])
    ready(page)
    by_place(page)
    button = page.locator(f"[data-map-place='{town.places[0].pk}']")
    button.press("Enter")
    details = page.locator("[data-map-details]")
    expect(details).to_be_focused()
    expect(details.get_by_role("heading")).to_have_text(HOSTILE)
    expect(details.get_by_role("link").first).to_have_attribute("href", re.compile(r"^/boletas/"))
    assert page.locator("img[src='x']").count() == 0
    assert page.evaluate("document.body.dataset.hacked") is None
    details.press("Escape")
    expect(details).to_be_hidden()
    expect(button).to_be_focused()


def test_hovering_over_a_place_named_by_a_joker_shows_text(page, visit, town):
    visit(PAGES["densidad"])
    ready(page)
    at = page.evaluate(
        f"""() => {{
            const map = document.querySelector(".folium-map").leafletMap;
            const spot = map.latLngToContainerPoint([{town.places[0].centre.y}, {town.places[0].centre.x}]);
            const box = map.getContainer().getBoundingClientRect();
            return [box.x + spot.x, box.y + spot.y];
        }}"""
    )
    page.mouse.move(*at)
    page.mouse.move(at[0] + 3, at[1] + 3)
    expect(page.locator(".map-hover strong")).to_have_text(HOSTILE)
    assert page.evaluate("document.body.dataset.hacked") is None


def test_near_enough_each_boleta_is_a_point_that_opens(page, visit, town):
    visit(PAGES["rezago"])
    ready(page)
    spot = next(one for one in town.petitions if one.status == "no_leida" and one.place_id)
    with page.expect_response(re.compile("/mapas/rezago/boletas/")), moved(page):
        page.evaluate(
            "([y, x]) => void document.querySelector('.folium-map').leafletMap.setView([y, x], 18)",
            [spot.location.y, spot.location.x],
        )
    expect(page.locator("[data-map-legend]")).to_contain_text("Cada punto es una boleta")
    expect(page.locator("[data-map-legend]")).to_contain_text("Vencida")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-map-details] a")).to_have_attribute("href", re.compile(r"^/boletas/"))


def test_points_that_come_after_one_has_zoomed_out_again_are_not_drawn(page, visit, town):
    visit(PAGES["rezago"])
    ready(page)
    line = Line(page, "**/mapas/rezago/boletas/**")
    for zoom in (18, 12):
        with moved(page):
            page.evaluate(
                "([[y, x], z]) => void document.querySelector('.folium-map').leafletMap.setView([y, x], z)",
                [[town.places[0].centre.y, town.places[0].centre.x], zoom],
            )
        line.wait_for(1)
    line.open()
    ready(page)
    expect(page.locator("[data-map-legend]")).to_contain_text("cada lugar")


def test_data_that_does_not_come_is_said_on_the_map(page, visit, town, page_errors):
    page.route("**/celdas/**", lambda route: route.fulfill(status=503, body="{}", content_type="text/html"))
    visit(PAGES["densidad"] + "?by=grid")
    expect(page.locator("[data-map-note]")).to_contain_text("No se pudieron traer los datos")
    page_errors.clear()
