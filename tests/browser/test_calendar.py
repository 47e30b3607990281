"""The calendar of rest days, and what a boleta says of it, in a real browser."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from backend.casework.models import Holiday
from tests.browser.test_boletas import page_of
from tests.casework.conftest import office, receive


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_a_chief_adds_a_day_is_asked_about_the_due_dates_and_the_boleta_tells_it(
    office, receive, sign_in, visit, page: Page, assert_fits, assert_accessible, size
):
    petition = receive(received_at=datetime(2093, 11, 20, 18, tzinfo=UTC))
    sign_in(office.staff["jefe"])
    visit("/boletas/dias-inhabiles/", size)
    assert_fits()
    assert_accessible()
    page.get_by_label("Desde").fill("2093-11-30")
    page.get_by_label("Motivo").fill("Día del patrono")
    page.get_by_role("button", name="Agregar").click()
    expect(page.get_by_role("heading", name="1 plazo abierto terminaría después")).to_be_visible()
    assert_fits()
    assert_accessible()
    assert not Holiday.objects.exists()
    page.get_by_role("button", name="Sí, mover los plazos").click()
    expect(page.get_by_text("Se movió 1 plazo", exact=False).first).to_be_visible()
    assert Holiday.objects.get().date == date(2093, 11, 30)
    visit(page_of(petition), size)
    expect(page.locator("#ahora")).to_contain_text("vence el 7 de diciembre de 2093")
    expect(page.locator("#ahora")).to_contain_text("30 de noviembre de 2093 (Día del patrono)")


def test_what_goes_outside_names_the_institution_and_how_it_was_asked(
    office, receive, sign_in, visit, page: Page, assert_fits, assert_accessible
):
    petition = receive()
    sign_in(office.staff["auxiliar"])
    visit(page_of(petition), "phone")
    page.locator("summary", has_text="No es del municipio").click()
    form = page.locator("form", has=page.locator("input[value=external]"))
    form.get_by_label("Institución", exact=True).fill("Comisión Federal de Electricidad")
    form.get_by_label("Por teléfono").check()
    form.get_by_label("Por qué no es del municipio").fill("Es red de la comisión")
    assert_fits()
    assert_accessible()
    form.get_by_role("button", name="No es del municipio").click()
    expect(page.locator("#historia")).to_contain_text(
        "se gestiona por teléfono con Comisión Federal de Electricidad"
    )
    change = petition.status_changes.last()
    assert (change.institution, change.by_letter) == ("Comisión Federal de Electricidad", False)
