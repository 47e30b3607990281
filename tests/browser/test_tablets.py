"""The tablets' page in a real browser: a code is asked for, and a lost tablet revoked."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backend.accounts.models import User
from field.services.devices import open_enrolment
from tests.browser.conftest import SIZES
from tests.factories import DeviceFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def office(sign_in) -> User:
    director = UserFactory(role=User.Role.DIRECTOR, first_name="Elena", last_name="Lizárraga")
    sign_in(director)
    return director


@pytest.mark.parametrize("size", SIZES)
def test_a_code_is_asked_for_and_shown_with_its_qr(page, visit, office, size, assert_fits, assert_accessible):
    UserFactory(first_name="Rosa", last_name="Ibarra")
    visit("/tabletas/", size)
    assert_accessible()
    page.get_by_role("link", name="Dar de alta una tableta").first.click()
    expect(page.get_by_label("Nombre de la tableta")).to_be_visible()
    assert_accessible()
    page.get_by_label("Nombre de la tableta").fill("Tableta 12")
    page.get_by_label("Quién la llevará").select_option(label="Rosa Ibarra")
    page.get_by_role("button", name="Obtener el código").click()
    expect(page.locator(".code")).to_have_text(re.compile(r"^[0-9A-Z]{5}-[0-9A-Z]{5}$"))
    expect(page.get_by_role("img", name="Código QR")).to_be_visible()
    assert_fits()
    assert_accessible()


@pytest.mark.parametrize("size", SIZES)
def test_a_lost_tablet_is_revoked_after_one_question(
    page, visit, office, size, assert_fits, assert_accessible
):
    now = timezone.now()
    rosa = UserFactory(first_name="Rosa", last_name="Ibarra")
    DeviceFactory(name="Tableta 1", user=rosa, last_seen_at=now - dt.timedelta(minutes=4))
    DeviceFactory(name="Tableta 2", last_seen_at=now - dt.timedelta(days=9))
    DeviceFactory(name="Tableta 3")
    DeviceFactory(name="Tableta vieja", revoked_at=now - dt.timedelta(days=90))
    open_enrolment(user=rosa, name="Tableta 4", by=office)
    visit("/tabletas/", size)
    assert_fits()
    assert_accessible()
    page.get_by_role("button", name="Dar de baja Tableta 2").click()
    expect(page.get_by_role("dialog")).to_contain_text("¿Dar de baja «Tableta 2»?")
    page.get_by_role("button", name="No, volver").click()
    page.get_by_role("button", name="Dar de baja Tableta 2").click()
    page.get_by_role("button", name="Sí, continuar").click()
    expect(page.locator("#avisos")).to_contain_text("ya no puede enviar")
    expect(page.get_by_role("button", name="Dar de baja Tableta 2")).to_have_count(0)
