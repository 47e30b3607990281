"""The validation by telephone in a real browser: a list drawn, calls made, the report read."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from backend.validation.models import CallItem, CallList
from backend.validation.services.lists import draw_list
from geo.clock import local_today
from tests.browser.conftest import SIZES
from tests.validation.conftest import attend, office, receive

__all__ = ["attend", "office", "receive"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def drawn(office, attend) -> CallList:
    for _ in range(3):
        attend(), attend(office.pothole)
    return draw_list(since=local_today(), until=local_today(), size=None, seed="s", by=office.staff["jefe"])


def test_a_list_is_drawn_seeing_first_how_many_it_would_be(page, visit, sign_in, office, attend):
    for _ in range(3):
        attend(), attend(office.pothole)
    sign_in(office.staff["jefe"])
    visit("/validacion/")
    page.get_by_role("link", name="Sacar la primera lista").click()
    page.get_by_label("Atendidas desde").fill(local_today().replace(day=1).isoformat())
    page.get_by_label("Hasta").fill(local_today().isoformat())
    page.get_by_label("Cuántas").fill("4")
    page.get_by_label("Semilla").focus()
    expect(page.get_by_role("status").filter(has_text="Se llamaría por 4 de 6 boletas")).to_be_visible()
    page.get_by_role("button", name="Sacar la lista").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Falta llamar por 4 boletas")


def test_calls_are_made_by_keyboard_and_come_to_the_report(page, visit, sign_in, office, drawn, page_errors):
    sign_in(office.staff["auxiliar"])
    visit(f"/validacion/{drawn.pk}/")
    page.get_by_role("button", name="Empezar a llamar").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Llame a María Peña")
    expect(page.get_by_label("Cuándo volver a llamar")).to_be_hidden()
    page.get_by_label("Positiva", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Quedó bien.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#avisos")).to_contain_text("Positiva.")
    page.get_by_label("Pidió que le llamen después").check()
    expect(page.get_by_label("Cuándo volver a llamar")).to_be_visible()
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.get_by_text("Elija cuándo llamar")).to_be_visible()
    page_errors.clear()  # the browser's own word on the 422
    page.get_by_label("Negativa").check()
    page.get_by_label("Qué dijo, con sus palabras").fill("Sigue igual.")
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.locator("#avisos")).to_contain_text("Negativa.")
    page.get_by_role("button", name="Dejar para después").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Falta llamar por 4 boletas")
    assert not CallItem.objects.exclude(taken_by=None).exists()
    visit("/validacion/informe/")
    expect(page.get_by_text("de las 2 validaciones con respuesta")).to_be_visible()
    page.locator("tfoot a").nth(1).click()
    expect(page.get_by_text("Sigue igual.")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_anyone_can_use_it(
    page, visit, sign_in, office, drawn, size, assert_fits, assert_accessible
):
    sign_in(office.staff["jefe"])
    item = drawn.items.first()
    CallItem.objects.filter(pk=drawn.items.last().pk).update(state="positive")
    paths = ["", "nueva/", "guion/", "informe/", f"{drawn.pk}/", f"{drawn.pk}/llamar/{item.pk}/"]
    for path in paths:
        visit(f"/validacion/{path}", size)
        assert_fits()
        assert_accessible()
