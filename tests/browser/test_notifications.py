"""The messages' pages in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from backend.notifications.models import Carrier, EventRule, Message, MessageTemplate
from backend.notifications.services.sending import send_waiting
from backend.notifications.writing import opt_out_link
from tests.browser.conftest import SIZES
from tests.notifications.conftest import folder, office, receive

__all__ = ["folder", "office", "receive"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


def test_a_text_is_written_seeing_how_it_reads(page, visit, sign_in, office):
    sign_in(office.staff["jefe"])
    visit("/avisos/textos/")
    page.locator("a[href$='/received/sms/']").click()
    page.get_by_label("Texto").fill("Su folio es {folio}, {apodo}.")
    expect(page.get_by_text("No existe el dato {apodo}.")).to_be_visible()
    page.get_by_label("Texto").fill("Su folio es {folio}.")
    expect(page.get_by_text("Su folio es 26-A7F-00042-K.")).to_be_visible()
    page.get_by_role("button", name="Guardar el texto").click()
    expect(page.get_by_text("Texto guardado.")).to_be_visible()
    assert MessageTemplate.objects.get().body == "Su folio es {folio}."


def test_enter_in_the_subject_saves_the_text_and_sends_no_trial(page, visit, sign_in, office, folder):
    chief = office.staff["jefe"]
    chief.email = "jefe@example.mx"
    chief.save()
    sign_in(chief)
    visit("/avisos/textos/received/email/")
    expect(page.get_by_role("button", name="Enviarme una prueba")).to_be_visible()
    page.get_by_label("Asunto").fill("Ya tenemos su petición {folio}")
    page.get_by_label("Asunto").press("Enter")
    expect(page.get_by_text("Texto guardado.")).to_be_visible()
    assert MessageTemplate.objects.get().subject == "Ya tenemos su petición {folio}"
    assert not folder.exists(), "no mail left"


def test_what_waits_is_reviewed_and_sent(page, visit, sign_in, office, receive):
    EventRule.objects.create(event="received", mode="review")
    receive(), receive()
    sign_in(office.staff["auxiliar"])
    visit("/avisos/")
    page.get_by_role("link", name="2 esperan que alguien los revise").click()
    page.get_by_role("link", name="Se recibió").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Esto se le diría")
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.get_by_text("1 aviso sale enseguida.")).to_be_visible()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["review", "waiting"]


def test_what_waits_is_read_where_it_is_chosen(page, visit, sign_in, office, receive):
    EventRule.objects.create(event="received", mode="review")
    receive(), receive()
    sign_in(office.staff["auxiliar"])
    visit("/avisos/?estado=review")
    boxes = page.locator("input[name=message]")
    expect(boxes.first).not_to_be_checked()
    page.get_by_text("Leer aquí").first.click()
    expect(page.locator(".read-there").first).to_contain_text("folio")
    page.get_by_label("Elegir todos los de esta página").check()
    expect(boxes.last).to_be_checked()
    boxes.last.uncheck()
    page.get_by_role("button", name="Enviar los elegidos").click()
    expect(page.get_by_text("1 aviso sale enseguida.")).to_be_visible()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["review", "waiting"]


def test_those_in_doubt_are_sent_again_together_and_asked_once(page, visit, sign_in, office, receive):
    receive(), receive(), receive()
    Message.objects.update(state="unsure")
    sign_in(office.staff["auxiliar"])
    visit("/avisos/?estado=unsure")
    page.locator("input[name=message]").first.uncheck()
    page.get_by_role("button", name="Enviarlos otra vez").click()
    expect(page.get_by_role("dialog")).to_contain_text("le llegará dos veces")
    assert set(Message.objects.values_list("state", flat=True)) == {"unsure"}, "not before it is confirmed"
    page.get_by_role("dialog").locator("button[value=yes]").click()
    expect(page.get_by_text("2 avisos salen otra vez.")).to_be_visible()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["unsure", "waiting", "waiting"]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_anyone_can_use_it(
    page, visit, sign_in, office, receive, size, assert_fits, assert_accessible
):
    receive()
    Message.objects.update(send_after="2026-01-01T00:00Z")
    send_waiting()
    EventRule.objects.create(event="received", mode="review")
    receive(), receive()
    first, second, third = Message.objects.order_by("id")
    Message.objects.filter(pk=third.pk).update(state="unsure")
    Carrier.objects.create(way="email", silent_since="2026-01-01T10:05Z", silences=3, error="TimeoutError")
    sign_in(office.staff["jefe"])
    paths = [
        "",
        "?estado=review",
        "?estado=unsure",
        f"{first.pk}/",
        f"{second.pk}/",
        "textos/",
        "textos/attended/email/",
    ]
    leave = opt_out_link(first.pk).removeprefix("https://aldaba.example")
    for path in [*(f"/avisos/{path}" for path in paths), leave]:
        visit(path, size)
        assert_fits()
        assert_accessible()
