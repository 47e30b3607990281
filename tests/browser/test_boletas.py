"""The office's pages in a real browser."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backend.casework.services.statuses import change_status
from field.folio import format_folio
from field.models import Petition, Petitioner, Status
from geo.clock import local_today, local_zone
from tests.casework.conftest import office, receive

SIZES = ["desktop", "tablet", "phone"]


def page_of(petition: Petition) -> str:
    return f"/boletas/{format_folio(petition.folio)}/"


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_anyone_can_use_it(
    office,
    receive,
    sign_in,
    visit,
    assert_fits,
    assert_accessible,
    size,
):
    petition = receive(answers={"poste": "1123"}, address="Juárez 5")
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    receive(office.complaint)
    sign_in(office.staff["jefe"])
    pages = ["/boletas/", "/boletas/?channel=telefono", "/boletas/?q=nada+de+esto", page_of(petition)]
    for path in [*pages, f"{page_of(petition)}acuse/", "/boletas/nueva/"]:
        assert visit(path, size).status == 200
        assert_fits()
        assert_accessible()


def test_opening_is_noted_without_a_click_and_the_work_goes_on_from_there(
    office, receive, sign_in, visit, page: Page, page_errors: list[str]
):
    petition = receive()
    sign_in(office.staff["enlace"])
    visit(page_of(petition), "phone")
    now = page.locator("#ahora")
    expect(now.locator(".status").first).to_have_text("En seguimiento")
    expect(page.locator("#historia")).to_contain_text("la abrió")

    now.locator("summary", has_text="Programar").click()
    sunday = local_today() + timedelta(days=6 - local_today().weekday() or 7)
    now.get_by_label("Para qué día").fill(sunday.isoformat())
    expect(now.locator(".doubt")).to_contain_text("es inhábil")
    now.get_by_role("button", name="Programar").click()
    expect(page.locator("#ahora .status").first).to_have_text("Programada")

    now.locator("summary", has_text="Dar por atendida").click()
    now.get_by_role("button", name="Dar por atendida").click()
    expect(page.locator("#ahora .field-errors")).to_be_visible()
    assert [error for error in page_errors if "422" in error]
    page_errors.clear()
    page.locator("#ahora").get_by_label("Qué se hizo").fill("Se cambió el foco")
    now.get_by_role("button", name="Dar por atendida").click()
    expect(page.locator("#ahora .status").first).to_have_text("Atendida")
    expect(page.locator("#historia")).to_contain_text("Se cambió el foco")
    petition.refresh_from_db()
    assert petition.status == Status.ATTENDED


def test_a_call_is_captured_by_pointing_at_the_map(office, sign_in, visit, page: Page):
    office.lamp.questions = [{"key": "poste", "label": "Número de poste", "type": "text"}]
    office.lamp.save()
    sign_in(office.staff["auxiliar"])
    visit("/boletas/nueva/")
    category = page.get_by_label("Categoría")
    expect(category).to_be_focused()
    category.fill("Luminaria apagada")
    category.press("Tab")
    page.get_by_label("Número de poste").fill("1123")
    page.get_by_label("Qué pide, con sus palabras").fill("No prende")
    page.get_by_label("Por qué canal llegó").select_option("073")
    page.get_by_label("Nombre").fill("Ana")
    page.get_by_label("La persona conoce el aviso").check()
    page.locator("[data-map-ready]").click(position={"x": 200, "y": 150})
    expect(page.locator("[data-pick-answer]")).not_to_be_empty()
    page.get_by_role("button", name="Guardar y dar folio").click()
    expect(page.locator(".big-folio")).to_have_text(re.compile(r"\d\d-0F0-00001-."))
    petition = Petition.objects.get()
    assert petition.location is not None
    assert (petition.channel, petition.answers) == ("073", {"poste": "1123"})
    assert Petitioner.objects.get().name == "Ana"


def test_a_paper_of_another_day_says_what_it_comes_to_before_it_is_saved(
    office, sign_in, visit, page: Page, assert_fits, assert_accessible
):
    day = local_today() - timedelta(days=40)
    sign_in(office.staff["auxiliar"])
    visit("/boletas/nueva/")
    page.get_by_label("Cuándo lo pidió").fill(day.isoformat())
    page.get_by_label("Qué pide, con sus palabras").fill("No prende")
    page.get_by_label("Grupo que lo pide").fill("Comité de la calle Roble")
    page.locator("[data-map-ready]").click(position={"x": 200, "y": 150})
    expect(page.locator("[data-pick-answer]")).not_to_be_empty()
    category = page.get_by_label("Categoría")
    category.fill("Luminaria apagada")
    category.press("Tab")
    expect(page.locator("#plazo")).to_contain_text("Quedará vencida desde que se guarde")
    assert_fits()
    assert_accessible()
    page.get_by_role("button", name="Guardar y dar folio").click()
    expect(page.locator(".big-folio")).to_be_visible()
    petition = Petition.objects.get()
    assert petition.captured_at.astimezone(local_zone()).date() == day
    assert petition.on_behalf_of == "Comité de la calle Roble"
    page.get_by_role("link", name="Capturar otra del").click()
    expect(page.get_by_label("Cuándo lo pidió")).to_have_value(day.isoformat())


def test_the_point_can_be_set_and_taken_away_by_keyboard(office, sign_in, visit, page: Page):
    sign_in(office.staff["auxiliar"])
    visit("/boletas/nueva/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    lon = page.locator("input[name=lon]")
    expect(lon).to_have_value(re.compile(r"^-106\.\d{6}$"))
    page.get_by_role("button", name="Quitar el punto").press("Enter")
    expect(lon).to_have_value("")


def test_citizens_words_are_never_run(office, receive, sign_in, visit, page: Page):
    evil = "<img src=x onerror=\"document.title='mal'\">"
    petition = receive(description=evil, address=evil)
    sign_in(office.staff["jefe"])
    for path in ("/boletas/", page_of(petition)):
        visit(path)
        assert "mal" not in page.title()
    expect(page.locator(".words")).to_have_text(evil)
