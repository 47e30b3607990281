"""The capacity page in a real browser: chosen, sorted, followed down to a boleta, at three sizes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES
from tests.casework.conftest import Office, Receive, office, receive
from tests.reports.test_capacity import month

__all__ = ["Office", "Receive", "month", "office", "receive"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


def test_a_number_leads_to_its_boletas_and_back(page, visit, sign_in, office, month):
    sign_in(office.staff["director"])
    visit("/informes/capacidad/")
    lights = page.get_by_role("row").filter(has_text="Alumbrado")
    page.get_by_role("button", name="Atendidas").click()
    expect(page.locator("tbody tr").first).to_contain_text("Alumbrado")
    lights.get_by_role("link", name="3", exact=True).first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Capacidad de respuesta").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cuánto atendió cada dependencia")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("address", ["", "boletas/?medida=atendidas"])
def test_it_fits_every_screen_and_is_accessible(
    page, visit, sign_in, assert_fits, assert_accessible, office, month, size, address
):
    sign_in(office.staff["director"])
    visit(f"/informes/capacidad/{address}", size)
    assert_fits()
    table = page.locator(".table-wrap")
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth"), "nor is it read sideways"
    assert_accessible()


def test_on_a_tablet_it_is_still_sorted_by_its_headings(page, visit, sign_in, office, month):
    sign_in(office.staff["director"])
    visit("/informes/capacidad/", "tablet")
    page.get_by_role("button", name="Atendidas").click()
    expect(page.locator("tbody tr").first).to_contain_text("Alumbrado")
    page.get_by_role("button", name="Atendidas").click()
    expect(page.locator("tbody tr").last).to_contain_text("Alumbrado")
