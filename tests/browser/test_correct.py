"""Putting right what a boleta says, in a real browser."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from field.folio import format_folio
from field.models import Petition
from tests.browser.line import answered
from tests.casework.conftest import office, receive
from tests.casework.test_correcting import correct
from tests.casework.test_correcting_answers import CABLES, POLE, SIZE
from tests.factories import PlaceFactory


@pytest.fixture
def asking(office, receive) -> Petition:
    """A boleta whose category asks, with what was answered of it."""
    for category, questions in ((office.lamp, [POLE, CABLES]), (office.pothole, [SIZE, CABLES])):
        category.questions = questions
        category.save()
    return receive(answers={"poste": "12", "cables": True}, address="Juárez\n5", description="Uno\n\ndos")


def opened(visit, petition: Petition, size: str = "desktop") -> None:
    assert visit(f"/boletas/{format_folio(petition.folio)}/corregir/", size).status == 200


def refused(status: str, page_errors: list[str]) -> None:
    """The browser notes a form that was answered so, and nothing else."""
    assert len(page_errors) == 1
    assert status in page_errors.pop()


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


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_of_two_the_second_is_shown_both_and_chooses(
    office, asking, sign_in, visit, page: Page, assert_fits, assert_accessible, page_errors, size
):
    sign_in(office.staff["auxiliar"])
    opened(visit, asking, size)
    page.get_by_label("Qué pide").fill("Lo mío")
    page.get_by_label("Número de poste").fill("14")
    page.get_by_label("Referencia").fill("Casa azul")
    correct(
        asking, office.staff["jefe"], description="Lo de ella", answers={"poste": "13"}, phone="6690000000"
    )
    page.get_by_role("button", name="Guardar lo corregido").click()
    both = page.get_by_role("region", name="Elija qué vale")
    expect(both.get_by_role("radio")).to_have_count(4)
    refused("409", page_errors)
    expect(page.get_by_label("Teléfono")).to_have_value("6690000000")
    expect(page.get_by_label("¿Hay cables sueltos?")).to_have_value("")
    assert_fits()
    assert_accessible()
    both.get_by_role("radio", name="Lo que ya dice: Lo de ella").check()
    page.get_by_role("button", name="Guardar lo corregido").click()
    expect(page.locator("#historia")).to_contain_text("Número de poste: 13 → 14")
    now = Petition.objects.get()
    assert (now.description, now.reference, now.answers) == ("Lo de ella", "Casa azul", {"poste": "14"})


def test_another_category_asks_its_own_by_keyboard_alone(
    office, asking, sign_in, visit, page: Page, assert_accessible
):
    sign_in(office.staff["auxiliar"])
    opened(visit, asking)
    page.get_by_label("Categoría").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Bache")
    with answered(page, "**/corregir/preguntas/**"):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Qué pide")).to_be_focused()
    expect(page.get_by_text("queda en la historia de la boleta")).to_be_visible()
    expect(page.get_by_label("¿Hay cables sueltos?")).to_have_value("si")
    assert_accessible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("¿De qué tamaño?")).to_be_focused()
    page.keyboard.type("G")
    page.get_by_role("button", name="Guardar lo corregido").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#historia")).to_contain_text("Número de poste: 12 → ya no se pregunta")
    assert Petition.objects.get().answers == {"tamano": "Grande", "cables": True}


def test_a_form_sent_as_it_was_shown_changes_nothing(office, asking, sign_in, visit, page: Page):
    sign_in(office.staff["auxiliar"])
    opened(visit, asking)
    page.get_by_role("button", name="Guardar lo corregido").click()
    expect(page.get_by_text("No cambió nada.")).to_be_visible()
    assert not asking.status_changes.filter(move="correct").exists()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_words_of_a_boleta_that_went_out_of_sight_come_back(
    office, asking, sign_in, visit, page: Page, assert_fits, assert_accessible, page_errors, size
):
    sign_in(office.staff["auxiliar"])
    opened(visit, asking, size)
    page.get_by_label("Qué pide").fill("Lo mío")
    correct(asking, office.staff["jefe"], category=office.complaint.pk)
    page.get_by_role("button", name="Guardar lo corregido").click()
    unsaved = page.get_by_role("textbox", name="Lo que escribió no se guardó")
    expect(unsaved).to_have_value("Qué pide, con sus palabras: Lo mío")
    refused("404", page_errors)
    assert_fits()
    assert_accessible()
