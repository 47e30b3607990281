"""Putting right what a boleta says, in a real browser."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from field.folio import format_folio
from field.models import Petition
from tests.casework.conftest import office, receive
from tests.factories import PlaceFactory


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_the_page_fits_and_anyone_can_use_it(
    office, receive, sign_in, visit, assert_fits, assert_accessible, size
):
    petition = receive(address="Juárez 5")
    sign_in(office.staff["jefe"])
    assert visit(f"/boletas/{format_folio(petition.folio)}/corregir/", size).status == 200
    assert_fits()
    assert_accessible()


def test_a_wrong_colonia_and_category_are_put_right_and_the_boleta_referred_anew(
    office, receive, sign_in, visit, page: Page
):
    PlaceFactory(column=1, code="C0001", name="Esperanza")
    petition = receive()
    sign_in(office.staff["auxiliar"])
    visit(f"/boletas/{format_folio(petition.folio)}/")
    page.get_by_role("link", name="Corregir").click()
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.locator("[data-pick-answer]")).to_contain_text("El punto está en Centro")
    place = page.get_by_label("Colonia o comunidad")
    place.fill("Esperanza")
    place.press("Tab")
    page.get_by_role("radio", name="La colonia escrita: quitar").click()
    page.get_by_label("Categoría").fill("Bache")
    page.get_by_role("button", name="Guardar lo corregido").click()
    expect(page.locator("#historia")).to_contain_text("Luminaria apagada → Bache")
    expect(page.locator("#historia")).to_contain_text("Centro → Esperanza")
    refer = page.locator("#ahora details[open]")
    refer.get_by_label("Motivo").fill("Es de bacheo")
    refer.get_by_role("button", name="Canalizar a otra dependencia").click()
    expect(page.locator("#historia")).to_contain_text("la canalizó a Obras Públicas")
    now = Petition.objects.get()
    assert (now.place.name, now.location, now.department) == ("Esperanza", None, office.streets)
