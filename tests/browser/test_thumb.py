"""What a thumb presses is large enough for it, and a tablet held upright shows a whole line."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

from playwright.sync_api import Page, expect

from field.folio import format_folio
from tests.casework.conftest import office, receive
from tests.factories import SIDE, SOUTH, WEST

LON, LAT = WEST + SIDE / 2, SOUTH + SIDE / 2

#: What stands alone and is pressed, but is lower or narrower than a thumb: 44 px with its frame.
#: A link within a line of words may be.
SMALL = """() => {
  const pressed = "main :is(a[href], button, summary, select, textarea, input:not([type=hidden]))";
  const box = "[type=checkbox], [type=radio]";
  const area = (one) => one.matches(box) ? one.closest("label") ?? one.labels[0] : one;
  return [...document.querySelectorAll(pressed)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => getComputedStyle(one).display !== "inline")
    .filter((one) => {
      const { width, height } = area(one).getBoundingClientRect();
      return width > 1 && (width < 42 || height < 42);
    })
    .map((one) => `${one.localName} ${one.className} ${one.name ?? ""} ${one.innerText}`.trim());
}"""


def test_whatever_is_pressed_is_as_large_as_a_thumb(office, receive, sign_in, visit, page: Page):
    petition = receive(description="No prende la lámpara", address="Juárez 118", lon_lat=(LON, LAT))
    receive(description="Está muy oscuro", lon_lat=(LON, LAT + 0.0001))
    sign_in(office.staff["jefe"])
    for path in (
        "/boletas/",
        "/boletas/nueva/",
        f"/boletas/{format_folio(petition.folio)}/",
        "/boletas/repetidas/",
        "/boletas/dias-inhabiles/",
        "/mapas/rezago/",
        "/informes/capacidad/",
        "/oficios/membrete/",
        "/avisos/textos/",
        "/recorridos/",
    ):
        visit(path, "phone")
        assert (path, page.evaluate(SMALL)) == (path, [])


def test_a_tablet_held_upright_shows_every_view_and_whole_lines(office, receive, sign_in, visit, page: Page):
    receive()
    sign_in(office.staff["auxiliar"])
    visit("/boletas/", "tablet")
    expect(page.locator(".tab").last).to_be_in_viewport(ratio=0.95)
    wide = "(box) => box.scrollWidth - box.clientWidth"
    assert page.locator(".table-wrap").evaluate(wide) == 0
    day, ago = page.locator(".row-due"), page.locator(".row-due .row-words")
    # A line for the day and one for how far it is: no word stands alone.
    assert day.evaluate("(cell) => cell.clientWidth") >= 90
    assert ago.evaluate("(words) => words.getClientRects().length") == 1
