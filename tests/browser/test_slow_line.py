"""On a slow line: what was begun goes on, what is pressed twice is sent once, and silence is said."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from backend.accounts.roles import who_may
from backend.letters.models import Letter
from field.folio import format_folio
from field.models import Petition
from tests.browser.line import Line, answered, settle
from tests.browser.test_boletas import page_of
from tests.campaigns.rows import TourFactory
from tests.casework.conftest import office, receive
from tests.factories import SIDE, SOUTH, WEST, PlaceFactory, UserFactory

__all__ = ["office", "receive"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

LON, LAT = WEST + SIDE / 2, SOUTH + SIDE / 2
POINT = """([lon, lat]) => {
    document.querySelector("#id_lon").value = lon;
    document.querySelector("#id_lat").value = lat;
    document.querySelector("#id_lon").dispatchEvent(new Event("change"));
}"""


def test_what_a_liaison_writes_before_the_opening_is_answered_goes_on(office, receive, sign_in, page: Page):
    petition = receive()
    sign_in(office.staff["enlace"])
    line = Line(page, "**/abierta/")
    page.goto(page_of(petition))
    line.wait_for(1)
    page.locator("summary", has_text="Devolver a la oficina").click()
    why = page.locator("details[open]").get_by_role("textbox")
    why.press_sequentially("es de la Junta.")
    page.keyboard.press("Home")
    line.let_through()
    expect(page.locator("#ahora .status").first).to_have_text("En seguimiento")
    expect(why).to_be_focused()
    page.keyboard.type("No es nuestra: ")
    expect(why).to_have_value("No es nuestra: es de la Junta.")
    page.get_by_role("button", name="Devolver a la oficina").click()
    expect(page.locator("#avisos")).to_contain_text(format_folio(petition.folio))
    assert petition.status_changes.get(move="hand_back").note == "No es nuestra: es de la Junta."


def test_who_presses_twice_registers_one_letter(office, sign_in, visit, page: Page):
    sign_in(office.staff["auxiliar"])
    visit("/oficios/recibidos/nuevo/")
    page.get_by_label("Institución, grupo o colonia").fill("Comité de Centro")
    page.get_by_label("Asunto").fill("Piden luz en la plaza")
    line = Line(page, "**/recibidos/nuevo/")
    # From within the page: Playwright itself presses nothing while a page is about to go.
    page.evaluate(
        """() => {
            const button = document.querySelector(".form-actions button");
            for (const after of [0, 100, 200]) setTimeout(() => button.click(), after);
        }"""
    )
    line.wait_for(1)
    page.wait_for_timeout(500)
    line.open()
    expect(page.get_by_role("button", name="Capturar la petición que trae")).to_be_visible()
    assert line.asked == 1
    assert Letter.objects.count() == 1


def test_a_voice_chosen_while_those_alike_are_sought_again_stays_chosen(
    office, receive, sign_in, visit, page: Page
):
    head = receive(description="No prende la lámpara", address="Juárez 118")
    sign_in(office.staff["auxiliar"])
    visit("/boletas/nueva/")
    page.get_by_label("Qué pide").fill("También a mí me afecta")
    page.get_by_label("Categoría").fill("Luminaria apagada")
    page.get_by_label("Categoría").blur()
    page.evaluate(POINT, [LON, LAT])
    expect(page.get_by_text("Ya hay 1 parecida cerca")).to_be_visible()
    settle(page)
    line = Line(page, "**/parecidas/")
    page.get_by_label("Calle y número").fill("Juárez 118")
    page.get_by_label("Calle y número").blur()
    line.wait_for(1)
    page.get_by_label("No prende la lámpara").check()
    with answered(page, "**/parecidas/"):
        line.open()
    page.get_by_role("button", name="Guardar y dar folio").click()
    expect(page.get_by_text("Se suma a")).to_be_visible()
    assert head.echoes.count() == 1


def test_a_place_chosen_before_the_last_letter_is_answered_stays_chosen(sign_in, visit, page: Page):
    PlaceFactory(column=0, name="Playa Norte")
    PlaceFactory(column=1, name="Playa Sur")
    sign_in(UserFactory(role="director"))
    visit(f"{TourFactory().get_absolute_url()}colonias/")
    search = page.get_by_role("searchbox", name="Colonia o comunidad")
    search.fill("play")
    expect(page.get_by_role("radio")).to_have_count(2)
    line = Line(page, "**/lugares/**")
    search.press_sequentially("a")
    line.wait_for(1)
    page.get_by_role("radio", name="Playa Sur").check()
    with answered(page, "**/lugares/**"):
        line.open()
    expect(page.get_by_role("radio", name="Playa Sur")).to_be_checked()


def test_a_press_that_nobody_answers_is_said_and_can_be_made_again(
    office, receive, sign_in, visit, page: Page, page_errors: list[str]
):
    receive(lon_lat=(LON, LAT)), receive(lon_lat=(LON, LAT + 0.0001))
    sign_in(office.staff["auxiliar"])
    visit("/boletas/repetidas/")
    page.route("**/boletas/repetidas/**", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Juntar las marcadas").click()
    expect(page.get_by_role("status").filter(has_text="No llegó la respuesta")).to_be_visible()
    page_errors.clear()  # the browser's own word on the line
    page.unroute_all()
    page.get_by_role("button", name="Juntar las marcadas").click()
    expect(page.get_by_text("Quedaron juntas 2.")).to_be_visible()
    assert Petition.objects.exclude(echo_of=None).count() == 1


def test_a_press_that_is_refused_is_told_why(
    office, receive, sign_in, visit, page: Page, page_errors: list[str]
):
    receive(lon_lat=(LON, LAT)), receive(lon_lat=(LON, LAT + 0.0001))
    sign_in(office.staff["auxiliar"])
    visit("/boletas/repetidas/")
    User.objects.filter(pk=office.staff["auxiliar"].pk).update(role=User.Role.PROMOTOR)
    page.get_by_role("button", name="Juntar las marcadas").click()
    told = page.locator("#avisos")
    expect(told).to_contain_text("Esta página no es para su rol.")
    expect(told).to_contain_text(who_may("casework.join").rstrip("."))
    expect(told).not_to_contain_text("No llegó la respuesta")
    page_errors.clear()  # the browser's own word on the refusal


def test_a_press_that_fails_on_our_side_is_said(
    office, receive, sign_in, visit, page: Page, page_errors: list[str]
):
    receive(lon_lat=(LON, LAT)), receive(lon_lat=(LON, LAT + 0.0001))
    sign_in(office.staff["auxiliar"])
    visit("/boletas/repetidas/")
    page.route("**/boletas/repetidas/**", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    page.get_by_role("button", name="Juntar las marcadas").click()
    expect(page.locator("#avisos")).to_contain_text("No llegó la respuesta")
    page_errors.clear()
