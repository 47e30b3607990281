"""The inbox in a real browser: a liaison's morning by keyboard alone, and how its pages look."""
# ruff: noqa: F811 (fixtures of the office's own tests)

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.casework.models import StatusChange
from backend.casework.services.saved_views import save_view
from backend.casework.services.statuses import change_status
from field.folio import format_folio
from field.models import Petition, Status
from tests.casework.conftest import office, receive  # noqa: F401

SIZES = ["desktop", "tablet", "phone"]
SHOTS = os.environ.get("SHOTS", "")


def shoot(page: Page, name: str) -> None:
    """Keep what the page looks like, where somebody asked to see it."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_a_liaison_works_off_a_morning_by_keyboard_alone(office, receive, sign_in, visit, page: Page):
    petitions = [receive(description=f"Poste {number}") for number in range(6)]
    sign_in(office.staff["enlace"])
    visit("/boletas/?status=no_leida")
    folios = page.locator(".inbox-list tbody .folio").all_text_contents()
    press = page.keyboard.press

    press("j")
    press("j")
    assert focused(page) == folios[1]
    press("k")
    assert focused(page) == folios[0]
    press("x")
    press("ArrowDown")
    press("j")
    press("Shift+X")  # a range: the first three
    expect(page.locator("[data-ticked]")).to_have_text("3 marcadas.")
    expect(page.locator("input[name=chosen]:checked")).to_have_count(3)
    press("x")  # not the last one
    expect(page.locator("[data-ticked]")).to_have_text("2 marcadas.")

    page.get_by_role("button", name="Qué hacer con las marcadas").focus()
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Qué hacer con 2 boletas")
    page.get_by_role("button", name="Marcar como leída").focus()
    press("Enter")
    confirm = page.get_by_role("button", name="Hacerlo con 2 boletas")
    expect(confirm).to_be_focused()
    assert not StatusChange.objects.filter(move="open").exists()
    press("Enter")
    expect(page.locator(".figures")).to_contain_text("se movieron")
    moved = {format_folio(one.folio) for one in Petition.objects.filter(status=Status.IN_HAND)}
    assert moved == set(folios[:2])

    page.get_by_role("link", name="Seguir en la bandeja").focus()
    press("Enter")
    expect(page.locator("tbody tr")).to_have_count(4)
    page.wait_for_load_state()  # the keys come with the page's scripts
    press("j")
    press("Enter")  # opens the first that is left, and it is noted as read
    expect(page.locator("#ahora .status").first).to_have_text("En seguimiento")
    page.wait_for_load_state()
    first = page.url
    press("j")
    page.wait_for_url(lambda url: url != first)
    expect(page.locator("#ahora .status").first).to_have_text("En seguimiento")
    press("j")
    expect(page.locator(".neighbours [rel=next] .folio")).to_have_text(folios[5])
    expect(page.locator("#ahora .status").first).to_have_text("En seguimiento")
    page.wait_for_load_state()
    press("u")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert len(petitions) == 6


def test_who_comes_back_to_the_list_stands_at_the_row_that_was_left(
    office, receive, sign_in, visit, page: Page
):
    for number in range(60):
        receive(description=f"Poste {number}")
    sign_in(office.staff["auxiliar"])
    visit("/boletas/?status=no_leida")
    page.get_by_role("link", name="Siguientes").click()
    folios = page.locator(".inbox-list tbody .folio")
    expect(folios).to_have_count(10)
    left, after = folios.nth(7), folios.nth(8).text_content()
    address = page.url
    first = left.text_content()
    left.click()
    page.wait_for_url(f"**/boletas/{first}/**")
    page.keyboard.press("j")
    page.wait_for_url(f"**/boletas/{after}/**")
    page.keyboard.press("u")
    page.wait_for_url(address)
    expect(folios.nth(8)).to_be_focused()
    expect(folios.nth(8)).to_be_in_viewport()
    page.keyboard.press("j")
    expect(folios.nth(9)).to_be_focused()
    last = folios.nth(9).text_content()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/boletas/{last}/**")
    page.go_back()
    page.wait_for_url(address)
    expect(folios.nth(9)).to_be_focused()
    visit("/boletas/?status=no_leida")  # by itself a list begins at its top
    assert focused(page) not in folios.all_text_contents()


def test_on_a_phone_the_photo_of_the_work_fits(office, receive, sign_in, visit, assert_fits, page: Page):
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    sign_in(office.staff["enlace"])
    visit(f"/boletas/{format_folio(petition.folio)}/", "phone")
    page.locator("summary", has_text="Dar por atendida").click()
    expect(page.get_by_label("Foto del trabajo")).to_be_visible()
    assert_fits()
    shoot(page, "attend-phone")
    box = page.get_by_label("Foto del trabajo").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390 - 12


def test_no_key_is_stolen_from_who_types_and_the_keys_can_be_turned_off(
    office, receive, sign_in, visit, page: Page
):
    receive()
    sign_in(office.staff["enlace"])
    visit("/boletas/")
    page.keyboard.press("/")
    search = page.locator("input[type=search]")
    expect(search).to_be_focused()
    page.keyboard.type("jx?k/")
    expect(search).to_have_value("jx?k/")
    page.locator("h1").click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Teclas de esta página")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Usar estas teclas").uncheck()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.classList.contains('folio')") is False
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Teclas de esta página").click()
    expect(dialog.get_by_label("Usar estas teclas")).not_to_be_checked()


def test_shift_click_ticks_a_range_and_the_head_the_whole_view(
    office, receive, sign_in, visit, page: Page, monkeypatch
):
    monkeypatch.setattr("backend.casework.views.inbox.PAGE_SIZE", 4)
    for _ in range(6):
        receive()
    sign_in(office.staff["enlace"])
    visit("/boletas/?status=no_leida")
    boxes = page.locator("input[name=chosen]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("input[name=chosen]:checked")).to_have_count(3)
    page.get_by_label("Marcar todas las de esta página").check()
    page.get_by_label("Mejor todas las de esta vista: 6").check()
    page.get_by_role("button", name="Qué hacer con las marcadas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qué hacer con 6 boletas")


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_many_fits_and_anyone_can_use_it(
    office, receive, sign_in, visit, page: Page, assert_fits, assert_accessible, size
):
    petitions = [
        receive(description="La luminaria de la esquina no enciende desde el lunes.") for _ in range(5)
    ]
    receive(office.pothole)
    Petition.objects.filter(pk=petitions[0].pk).update(status=Status.DISPUTED)
    jefe = office.staff["jefe"]
    save_view(owner=jefe, name="Las del 073 por leer", query="channel=073&status=no_leida")
    save_view(owner=jefe, name="Vencidas de toda la ciudad", query="overdue=1", audience="office")
    sign_in(jefe)

    def look(name: str) -> None:
        page.wait_for_load_state()
        page.evaluate("scrollTo(0, 0)")  # under the bar that stays on top nothing can be touched
        shoot(page, f"{name}-{size}")
        assert_fits()
        assert_accessible()

    visit("/boletas/vistas/", size)
    look("views")
    visit("/boletas/?channel=recorrido", size)
    for number in range(6):
        page.locator("input[name=chosen]").nth(number).check()
    look("ticked")
    page.keyboard.press("?")
    look("keys")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Qué hacer con las marcadas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qué hacer con 6 boletas")
    look("choose")
    page.get_by_role("link", name="Canalizar a otra dependencia").click()
    page.get_by_label("Dependencia", exact=True).select_option(label="Obras Públicas")
    page.get_by_label("Motivo").fill("Es de obras públicas")
    look("form")
    page.get_by_role("button", name="Ver qué pasaría").click()
    expect(page.get_by_role("button", name="Hacerlo con")).to_be_visible()
    page.locator(".bulk-group summary").first.click()
    look("preview")
    page.get_by_role("button", name="Hacerlo con").click()
    expect(page.get_by_role("link", name="Seguir en la bandeja")).to_be_visible()
    page.locator(".bulk-group summary").first.click()
    look("result")
    visit("/boletas/", size)
    page.locator(".inbox-list .folio").nth(2).click()
    expect(page.locator(".neighbours")).to_be_visible()
    look("neighbours")
