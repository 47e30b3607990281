"""The municipality's streets on the tablet: fetched over a bad link, drawn without signal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from field.services.basemap import PART_BYTES, current_basemap
from tests.browser.campo import Tablet, Town, kill_browser, make_town, start_browser
from tests.streets import make_streets

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

#: How many pixels of the map's tiles have the colour of a street's edge, about.
STREETS = """() => {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--map-edge");
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  let found = 0;
  for (const tile of document.querySelectorAll("canvas.leaflet-tile")) {
    if (!tile.width) continue;
    const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] > 200 && [r, g, b].every((value, part) => Math.abs(data[at + part] - value) < 5))
        found += 1;
  }
  return found;
}"""


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def streets(tmp_path, settings) -> Path:
    path = make_streets(tmp_path / "calles.pmtiles", ballast=12 * PART_BYTES)
    settings.CAMPO_BASEMAP = str(path)
    return path


class Link:
    """What carries the map's parts, cut after so many, or now and then; and all that was asked outside."""

    def __init__(
        self, context: BrowserContext, *, origin: str, after: int = 10**6, every: int = 10**6
    ) -> None:
        self.given: list[str] = []
        self.outside: list[str] = []
        self.asked = 0
        self.after, self.every = after, every
        context.route("**/campo/mapa/*.pmtiles", self._carry)
        context.on(
            "request",
            lambda one: one.url.startswith((origin, "data:", "blob:")) or self.outside.append(one.url),
        )

    def _carry(self, route: Route) -> None:
        self.asked += 1
        if len(self.given) >= self.after or self.asked % self.every == 0:
            route.abort("connectionreset")
            return
        self.given.append(route.request.headers["range"])
        route.continue_()


def painted(page: Page, least: int) -> None:
    """Wait till the map shows that many pixels of streets."""
    page.wait_for_function(f"() => ({STREETS})() >= {least}")


def test_the_streets_come_over_a_bad_link_outlive_a_kill_and_are_drawn_without_signal(
    browser: Browser, origin: str, town: Town, streets: Path, tmp_path: Path
):
    profile = tmp_path / "profile"
    basemap = current_basemap()
    assert basemap

    def start(**how: int) -> tuple[Tablet, Link]:
        context = start_browser(browser, origin, profile)
        return Tablet(context, context.pages[0]), Link(context, origin=origin, **how)

    tablet, first = start(after=5)
    tablet.enrol(town)
    tablet.keep_the_app()
    tablet.page.get_by_role("link", name="Benito Juárez").click()
    tablet.title("Benito Juárez")
    expect(tablet.page.locator("canvas.leaflet-tile")).to_have_count(0)
    tablet.page.goto("/campo/#/ajustes")
    tablet.press("Mapa de calles: bajar (3 MB)")
    expect(tablet.page.get_by_text("sigue solo, donde iba")).to_be_visible()
    expect(tablet.page.get_by_text("(41 %)")).to_be_visible()
    kill_browser(tablet.context, profile)

    tablet, second = start(every=4)
    tablet.page.goto("/campo/")
    expect(tablet.page.get_by_label("PIN de Rosa Ibarra")).to_be_visible()
    tablet.enter()  # it went on by itself meanwhile, locked as it was
    tablet.page.goto("/campo/#/ajustes")
    expect(tablet.page.get_by_text("Está en la tableta (")).to_be_visible()
    every_part = {f"bytes={n * PART_BYTES}-" for n in range(len(basemap.parts))}
    assert {re.sub(r"\d+$", "", asked) for asked in first.given + second.given} == every_part
    assert len(first.given) == 5
    assert len(second.given) < len(basemap.parts), "it began anew"
    kill_browser(tablet.context, profile)

    tablet, third = start()
    tablet.context.set_offline(True)
    tablet.enter()
    tablet.page.get_by_role("link", name="Benito Juárez").click()
    painted(tablet.page, 2000)
    expect(tablet.page.locator(".map-credit")).to_have_text("© OpenStreetMap")
    tablet.press("Luz de la pantalla")
    painted(tablet.page, 2000)  # in the colours of the other light
    assert first.outside == second.outside == third.outside == []
    assert third.given == []
    tablet.context.close()


def test_the_streets_can_be_removed_and_a_newer_map_is_offered(
    context, page, town, streets, assert_fits, assert_accessible
):
    page.set_viewport_size({"width": 800, "height": 1280})
    tablet = Tablet(context, page)
    tablet.enrol(town)
    page.goto("/campo/#/ajustes")
    tablet.press("Mapa de calles: bajar (3 MB)")
    expect(page.get_by_text("Está en la tableta (")).to_be_visible()
    assert_fits()
    assert_accessible()
    make_streets(streets, ballast=16 * PART_BYTES, seed=2)
    tablet.press("Actualizar visitas y catálogo")
    tablet.press("Bajar el nuevo (4 MB)")
    expect(page.get_by_text("Está en la tableta (4 MB)")).to_be_visible()
    tablet.press("Quitar el mapa")
    tablet.press("Sí, quitarlo")
    expect(page.get_by_role("button", name="Mapa de calles: bajar (4 MB)")).to_be_visible()
    tablet.settle()


def test_where_the_office_has_no_map_nothing_is_said_of_one(context, page, town):
    page.set_viewport_size({"width": 800, "height": 1280})
    tablet = Tablet(context, page)
    tablet.enrol(town)
    page.goto("/campo/#/ajustes")
    tablet.title("Ajustes")
    expect(page.get_by_text("Mapa de calles")).to_have_count(0)
    tablet.settle()
