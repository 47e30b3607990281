"""The tray of held records in a real browser: mended, joined and set aside, by mouse and keyboard."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backend.accounts.models import User
from field.models import Petition
from field.sync.inbox import Sender, receive_records
from tests.browser.conftest import SIZES
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, UserFactory, petition_record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def held(sign_in):
    """A tray with one of each trouble."""
    PlaceFactory(column=0)
    device = DeviceFactory(name="Tableta 12", user=UserFactory(first_name="Rosa", last_name="Ibarra"))
    category = CategoryFactory(code="luminaria", name="Luminaria apagada", group="Alumbrado")
    first = petition_record(category, device)
    records = [
        first,
        first | {"description": "Ahora son dos las luminarias que no encienden."},
        petition_record(category, device) | {"captured_at": "2001-01-01T00:00:00-07:00"},
        petition_record(category, device) | {"category": "bache-hondo", "description": "Un bache muy hondo"},
        petition_record(category, device) | {"folio": first["folio"], "location": None},
        petition_record(category, device) | {"description": ["no", "es", "texto"], "accuracy_m": -3},
    ]
    for record in records:
        receive_records(records=[record], sender=Sender(device, device.user_id, timezone.now()))
    sign_in(UserFactory(role=User.Role.AUXILIAR, first_name="Elena", last_name="Lizárraga"))
    return records


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_anyone_can_use_it(page, visit, held, size, assert_fits, assert_accessible):
    visit("/bandeja/", size)
    assert_fits()
    assert_accessible()
    links = [link.get_attribute("href") for link in page.locator("a[data-row]").all()]
    assert len(links) == 5
    for link in links:
        visit(link, size)
        page.locator(".aside > summary").click()
        for summary in page.locator(".mend-more > summary, .raw > summary").all():
            summary.click()
        assert_fits()
        assert_accessible()
    visit("/bandeja/?estado=apartados", size)
    assert_fits()
    assert_accessible()


def test_a_record_is_mended_and_filed_by_keyboard_and_the_tray_goes_on(page, visit, held, page_errors):
    visit("/bandeja/?que=4")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".wrong")).to_contain_text("No existe esa categoría")
    page.get_by_role("button", name="Corregir y archivar").click()
    expect(page.locator(".mend .field-errors").first).to_be_visible()
    assert [error for error in page_errors if "422" in error]
    page_errors.clear()
    page.get_by_label("Categoría").select_option(label="Luminaria apagada")
    page.get_by_role("button", name="Corregir y archivar").click()
    expect(page.locator("#avisos")).to_contain_text(re.compile(r"Archivada con el folio \d\d-"))
    expect(page).to_have_url(re.compile(r"/bandeja/$"))
    petition = Petition.objects.get(pk=held[3]["id"])
    assert (petition.category.code, petition.description) == ("luminaria", "Un bache muy hondo")


def test_another_version_is_joined_to_the_petition(page, visit, held):
    visit("/bandeja/?que=1")
    page.locator("a[data-row]").click()
    expect(page.locator("tr.differs")).to_have_count(1)
    expect(page.locator("tr.differs")).to_contain_text("Ahora son dos")
    page.get_by_role("button", name="Agregar como nota").click()
    expect(page.locator("#avisos")).to_contain_text("Quedó como nota en la boleta")


def test_a_record_is_set_aside_with_a_reason_and_taken_back(page, visit, held):
    visit("/bandeja/?que=6")
    page.locator("a[data-row]").click()
    page.locator(".aside > summary").click()
    page.get_by_label("Motivo").fill("Fue una prueba")
    page.get_by_role("button", name="Apartar", exact=True).click()
    expect(page.locator("#avisos")).to_contain_text("Apartado")
    page.get_by_role("link", name="Apartados: 1").click()
    expect(page.locator("table")).to_contain_text("Fue una prueba")
    page.get_by_role("button", name="Devolver").click()
    expect(page.locator("#avisos")).to_contain_text("Devuelto a la bandeja")
    expect(page.locator(".story")).to_contain_text("Fue una prueba")


def test_the_raw_record_is_there_to_be_read(page, visit, held):
    visit("/bandeja/?que=2")
    page.locator("a[data-row]").click()
    page.locator(".raw > summary").click()
    assert json.loads(page.locator(".raw pre").inner_text())["id"] == held[2]["id"]
