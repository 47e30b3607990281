"""The backlog map in a real browser: the list follows the map, a stroke becomes a work list."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import gpxpy
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, TimeoutError, expect

from backend.accounts.models import User
from field.models import OPEN_STATUSES, Petition
from tests.browser.conftest import SIZES
from tests.browser.line import answered, moved, settle
from tests.mapped import Town, make_town, staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

PAGE = "/mapas/rezago/"
LIST = re.compile("a-la-vista/")


@pytest.fixture
def town(sign_in) -> Town:
    town = make_town(petitions=200)
    Petition.objects.update(address="Calle 5 de Mayo 12", reference="Portón verde")
    sign_in(staff(User.Role.DIRECTOR))
    return town


def ready(page: Page) -> None:
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.locator(".in-view-row").first).to_be_visible()
    settle(page)


def look_at(page: Page, petition: Petition, zoom: float = 17) -> None:
    page.evaluate(
        "([y, x, z]) => void document.querySelector('.folium-map').leafletMap.setView([y, x], z)",
        [petition.location.y, petition.location.x, zoom],
    )


def count(page: Page) -> int:
    return int(page.locator(".in-view-count strong").inner_text().replace(",", ""))


def an_open_one() -> Petition:
    return Petition.objects.filter(status__in=OPEN_STATUSES, place__isnull=False).order_by("folio")[0]


def stroke(page: Page) -> list[tuple[float, float]]:
    """A loop around the middle half of the map, in pixels of the window."""
    box = page.locator(".folium-map").bounding_box()
    left, top = box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25
    right, bottom = left + box["width"] * 0.5, top + box["height"] * 0.5
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 8)]


def draw_by_mouse(page: Page) -> None:
    page.get_by_role("button", name="Trazar un área").click()
    first, *rest = stroke(page)
    page.mouse.move(*first)
    page.mouse.down()
    for corner in rest:
        page.mouse.move(*corner, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("size", SIZES)
def test_the_list_is_beside_the_map_and_both_fit(
    page, visit, town, size, assert_fits, assert_accessible, shots
):
    visit(PAGE, size)
    ready(page)
    expect(page.locator(".in-view-row")).to_have_count(min(50, count(page)))
    assert_fits()
    assert_accessible()
    shots(f"backlog-{size}")


def test_moving_the_map_changes_the_list_and_the_address_that_can_be_sent(page, visit, town):
    visit(PAGE)
    ready(page)
    every = count(page)
    with answered(page, LIST), moved(page):
        look_at(page, an_open_one())
    few = count(page)
    assert 0 < few < every
    west, south, east, north = map(float, parse_qs(urlsplit(page.url).query)["bbox"][0].split(","))
    inside = Petition.objects.filter(
        status__in=OPEN_STATUSES, location__within=f"SRID=4326;{bbox_wkt(west, south, east, north)}"
    )
    assert inside.count() == few
    page.goto(page.url)
    ready(page)
    assert count(page) == few


def bbox_wkt(west: float, south: float, east: float, north: float) -> str:
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"


def test_a_filter_changes_the_list_and_leaves_the_view(page, visit, town):
    visit(PAGE)
    ready(page)
    with answered(page, LIST), moved(page):
        look_at(page, an_open_one(), 14.5)
    wanted = Petition.objects.filter(status="programada")
    with answered(page, re.compile("a-la-vista/.*status=programada")):
        page.get_by_label("Estado").select_option("programada")
    assert "bbox=" in page.url
    assert 0 < count(page) <= wanted.count()
    shown = [row.get_attribute("data-boleta") for row in page.locator(".in-view-row").all()]
    assert set(Petition.objects.filter(pk__in=shown).values_list("status", flat=True)) == {"programada"}


def test_a_row_under_the_pointer_or_the_focus_rings_its_point(page, visit, town):
    visit(PAGE)
    ready(page)
    rings = """() => Object.values(document.querySelector('.folium-map').leafletMap._layers)
        .filter((layer) => layer.options.radius === 12).length"""
    assert page.evaluate(rings) == 0
    page.locator(".in-view-row").nth(2).hover()
    assert page.evaluate(rings) == 1
    page.mouse.move(5, 5)
    page.locator(".in-view-row a").nth(1).focus()
    assert page.evaluate(rings) == 1


def test_a_point_that_is_clicked_brings_its_row(page, visit, town):
    visit(PAGE)
    ready(page)
    spot = an_open_one()
    with answered(page, LIST), moved(page):
        look_at(page, spot, 19)
    expect(page.locator("[data-map-legend]")).to_contain_text("Cada punto es una boleta")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".in-view-here")).to_have_attribute("data-boleta", str(spot.pk))


def test_the_list_is_sorted_as_one_asks(page, visit, town):
    visit(PAGE)
    ready(page)
    with answered(page, re.compile("a-la-vista/.*sort=folio")):
        page.get_by_label("Ordenar por").select_option("folio")
    assert "sort=folio" in page.url
    folios = page.locator(".in-view-row .folio").all_inner_texts()
    assert folios == sorted(folios)


def test_a_stroke_of_the_mouse_becomes_a_list_to_carry_away(page, visit, town, tmp_path, shots):
    visit(PAGE)
    ready(page)
    draw_by_mouse(page)
    expect(page.locator(".in-view-count")).to_contain_text("en el área trazada")
    few = count(page)
    assert few > 0
    assert "area=" in page.url
    shots("lasso")
    page.get_by_role("button", name=f"Hacer lista con el área ({few})").click()
    expect(page.locator(".stop")).to_have_count(few)
    assert_same_book_and_track(page, few, tmp_path)


def assert_same_book_and_track(page: Page, few: int, tmp_path) -> None:
    folios = page.locator(".stop .folio").all_inner_texts()
    with page.expect_download() as book:
        page.get_by_role("link", name="Excel").click()
    book.value.save_as(tmp_path / "lista.xlsx")
    rows = list(load_workbook(tmp_path / "lista.xlsx").active.values)
    assert [row[1] for row in rows[1:]] == folios
    with page.expect_download() as track:
        page.get_by_role("link", name="GPX").click()
    track.value.save_as(tmp_path / "lista.gpx")
    gpx = gpxpy.parse((tmp_path / "lista.gpx").read_text())
    assert len(gpx.waypoints) == len(gpx.routes[0].points) == few


def test_a_stroke_of_the_finger_does_the_same(browser: Browser, origin, context, town):
    phone = browser.new_context(
        base_url=origin,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="es-MX",
        storage_state=context.storage_state(),
    )
    page = phone.new_page()
    page.goto(PAGE)
    ready(page)
    page.get_by_role("button", name="Trazar un área").tap()
    page.locator(".folium-map").scroll_into_view_if_needed()
    touch = phone.new_cdp_session(page)
    first, *rest = stroke(page)
    for kind, (x, y) in [("touchStart", first), *(("touchMove", corner) for corner in rest)]:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".in-view-count")).to_contain_text("en el área trazada")
    few = count(page)
    make_list = page.get_by_role("button", name=re.compile("Hacer lista con el área"))
    # Chromium takes a touch that comes soon after a stroke for part of it, and makes no click of it.
    for _touch in range(5):
        with suppress(TimeoutError):
            with page.expect_request("**/mapas/rezago/listas/**", timeout=3_000):
                make_list.tap()
            break
    expect(page.locator(".stop")).to_have_count(few)
    phone.close()


def test_by_keyboard_alone_rows_are_ticked_and_become_a_list(page, visit, town):
    visit(PAGE)
    ready(page)
    for nth in (0, 2):
        page.locator("[data-pick-boleta]").nth(nth).press("Space")
    wanted = [page.locator(".in-view-row").nth(nth).get_attribute("data-boleta") for nth in (0, 2)]
    with answered(page, LIST), moved(page):
        look_at(page, an_open_one(), 18)  # the ticks outlast the list
    page.get_by_role("button", name="Hacer lista con las 2 marcadas").press("Enter")
    expect(page.locator(".stop")).to_have_count(2)
    folios = set(page.locator(".stop .folio").all_inner_texts())
    assert {text.replace("-", "") for text in folios} == set(
        Petition.objects.filter(pk__in=wanted).values_list("folio", flat=True)
    )
