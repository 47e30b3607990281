"""The frame's moving parts: the menu on a phone, tables that sort, the question asked once."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from playwright.sync_api import expect

from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("empty_cache"),
    pytest.mark.urls(__name__),
]

PIECES = """
{% extends "base.html" %}{% load frame %}
{% block title %}Piezas{% endblock %}{% block heading %}Piezas{% endblock %}
{% block content %}
<form method="post" action="/hecho/" data-confirm="¿Revocar la tableta?">
  {% csrf_token %}<button class="btn btn-danger">Revocar</button>
</form>
<div id="zona"><button class="btn btn-primary" hx-post="/hecho/" hx-target="#zona">Por htmx</button></div>
<table class="table-list" data-sortable>
  <thead><tr><th data-sort>Nombre</th><th class="number" data-sort="desc">Casos</th></tr></thead>
  <tbody><tr><td>Zapata</td><td data-value="1200">1,200</td></tr>
  <tr><td>Álamos</td><td data-value="90">90</td></tr>
  <tr><td>Ñuño</td><td data-value="300">300</td></tr></tbody>
</table>
{% for status in statuses %}{% status_word status %} {% endfor %}{% overdue_badge %}
{% include "pieces/empty.html" with title="Nada por leer" text="Vuelva." href="/" action="Ir al inicio" %}
{% endblock %}
"""


def pieces(request: HttpRequest) -> HttpResponse:
    from field.models import Status

    template = engines["django"].from_string(PIECES.strip())
    return HttpResponse(template.render({"statuses": Status.values}, request))


def done(request: HttpRequest) -> HttpResponse:
    assert request.method == "POST"
    return HttpResponse("<p>Quedó hecho</p>")


urlpatterns = [
    path("", include("backend.config.urls")),
    path("piezas/", pieces),
    path("hecho/", done),
]


@pytest.fixture(autouse=True)
def signed_in(sign_in):
    sign_in(UserFactory(role="director"))


def test_the_menu_of_a_phone_opens_holds_the_focus_and_closes(page, visit, assert_accessible):
    visit("/piezas/", "phone")
    inicio = page.get_by_role("link", name="Inicio", exact=True)
    expect(inicio).to_be_hidden()
    page.get_by_role("button", name="Abrir el menú").click()
    expect(inicio).to_be_visible()
    expect(page.locator("#menu")).not_to_have_class(re.compile("showing"))
    assert_accessible()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('#menu').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(inicio).to_be_hidden()


def test_the_keyboard_skips_the_menu(page, visit):
    visit("/piezas/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Ir al contenido")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#contenido")).to_be_focused()


def test_a_table_sorts_by_keyboard_and_says_how(page, visit):
    visit("/piezas/")
    names = page.locator("tbody td:first-child")
    header = page.get_by_role("columnheader", name="Casos")
    header.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(names).to_have_text(["Zapata", "Ñuño", "Álamos"])
    page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("columnheader", name="Nombre").get_by_role("button").click()
    expect(names).to_have_text(["Álamos", "Ñuño", "Zapata"])
    assert header.get_attribute("aria-sort") is None


def test_an_act_that_is_hard_to_undo_asks_once(page, visit):
    visit("/piezas/")
    page.get_by_role("button", name="Revocar").click()
    question = page.get_by_role("dialog", name="¿Revocar la tableta?")
    expect(question).to_be_visible()
    expect(page.get_by_role("button", name="No, volver")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(page).to_have_url(re.compile("/piezas/$"))
    page.get_by_role("button", name="Revocar").click()
    page.get_by_role("button", name="Sí, continuar").click()
    expect(page.get_by_text("Quedó hecho")).to_be_visible()


def test_htmx_works_under_the_policy_and_carries_the_token(page, visit, page_errors):
    visit("/piezas/")
    page.get_by_role("button", name="Por htmx").click()
    expect(page.get_by_text("Quedó hecho")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pieces_are_accessible(visit, size, assert_accessible, assert_fits):
    visit("/piezas/", size)
    assert_accessible()
    assert_fits()


def test_what_is_pressed_on_a_phone_is_at_least_44_px_high(page, visit):
    visit("/piezas/", "phone")
    page.get_by_role("button", name="Abrir el menú").click()
    low = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select")]
            .filter((e) => e.checkVisibility({checkVisibilityCSS: true}))
            .filter((e) => !e.matches(".skip, th button, p a"))
            .map((e) => [e.textContent.trim(), e.getBoundingClientRect().height])
            .filter(([, height]) => height < 43.5)"""
    )
    assert low == []


def test_a_mistyped_folio_is_said_in_the_page(page, visit, page_errors):
    visit("/publico/")
    page.get_by_role("textbox", name="Folio").fill("26-A7F-00042-1")
    page.get_by_role("button", name="Consultar").click()
    field = page.get_by_role("textbox", name="Folio")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Hay un error al escribir el folio"))
    page_errors.clear()  # Chromium reports the answer's own status, 422, as a console error


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_long_menu_opens_where_one_is(sign_in, visit, page, size):
    sign_in(UserFactory(role="director"))
    visit("/privacidad/consultas/", size)
    if size == "phone":
        page.get_by_role("button", name="Abrir el menú").click()
    here = page.locator(".sidebar nav [aria-current]")
    expect(here).to_have_text("Quién consultó datos")
    expect(here).to_be_in_viewport(ratio=0.9)
