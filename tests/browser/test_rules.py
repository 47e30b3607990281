"""The referral rules in a real browser."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from backend.casework.models import ReferralRule, RuleSet
from geo.models import Place
from tests.casework.conftest import office, receive

PAGE = "/boletas/reglas/"


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_the_rules_fit_and_anyone_can_use_them(
    office, receive, sign_in, visit, assert_fits, assert_accessible, page: Page, size
):
    receive()
    sign_in(office.staff["jefe"])
    assert visit(PAGE, size).status == 200
    assert_fits()
    assert_accessible()
    page.get_by_label("Va a").first.select_option(label="Obras Públicas")
    page.get_by_role("button", name="Probar con el último año").click()
    expect(page.get_by_role("heading", name="1 petición se habría canalizado")).to_be_visible()
    assert_fits()
    assert_accessible()


def test_a_chief_writes_two_rules_puts_them_in_order_tries_and_saves(
    office, receive, sign_in, visit, page: Page
):
    Place.objects.update(district="Sur")
    receive(), receive(office.pothole)
    sign_in(office.staff["jefe"])
    visit(PAGE)
    lines = page.locator("[data-rule]")
    lines.nth(0).get_by_label("Qué pide").select_option(label="Todo «Calles»")
    lines.nth(0).get_by_label("Va a").select_option(label="Obras Públicas")
    page.get_by_role("button", name="Otra regla").click()
    lines.nth(1).get_by_label("Qué pide").select_option(label="Bache")
    lines.nth(1).get_by_label("Dónde").fill("Distrito Sur")
    lines.nth(1).get_by_label("Va a").select_option(label="Alumbrado")
    lines.nth(1).get_by_role("button", name="Subir esta regla").click()
    expect(lines.nth(0).get_by_label("Dónde")).to_have_value("Distrito Sur")

    page.get_by_role("button", name="Probar con el último año").click()
    expect(page.get_by_role("heading", name="Estas 2 se habrían canalizado")).to_be_visible()
    expect(page.get_by_role("button", name="Guardar estas reglas")).to_be_visible()
    lines.nth(0).get_by_label("Dónde").fill("")
    expect(page.get_by_role("button", name="Guardar estas reglas")).to_have_count(0)

    page.get_by_role("button", name="Probar con el último año").click()
    page.get_by_role("button", name="Guardar estas reglas").click()
    expect(page.get_by_text("Quedó la versión 1, con 2 reglas")).to_be_visible()
    rules = ReferralRule.objects.order_by("position")
    assert [(rule.category, rule.group, rule.district) for rule in rules] == [
        (office.pothole, "", ""),
        (None, "Calles", ""),
    ]
    assert RuleSet.objects.get().by == office.staff["jefe"]
