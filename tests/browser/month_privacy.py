"""The month's ARCO requests: one neighbour asks what is kept of him, and later that it be erased."""

from __future__ import annotations

import json
import re
import zipfile
from typing import Final

from playwright.sync_api import Page, expect

from backend.letters.models import Kind, Letter
from backend.privacy.models import ArcoRequest
from field.models import Petition
from tests.browser.month import NAMES, Month
from tests.browser.month_desks import Person, pdf_text

#: He was met on the tour, has an e-mail, and his pothole was filled; and he was answered in writing.
WHO: Final = 6
#: By which one would find him.
TRACES: Final = (NAMES[WHO], f"669 100 {2000 + WHO}")
EMAIL: Final = f"vecina{WHO}@correo.example"


def ask_what_is_kept(month: Month) -> None:
    """Thursday the 12th: she asks what is kept of him; it is found, handed over, and of him alone."""
    month.begin_day(12)
    jefe, folio = month["jefe"], month.folio[WHO]
    page = _register(jefe, "Acceso: saber qué datos se tienen", "Quiero saber qué guardan de mí.")
    _tick(page, folio)
    _grant(page, "Se entrega copia de sus datos.")
    jefe.look("arco-acceso")
    with page.expect_download() as handed_over:
        page.get_by_role("button", name="Bajar sus datos").click()
    with zipfile.ZipFile(handed_over.value.path()) as archive:
        told = archive.read("datos.json").decode()
        html = archive.read("datos.html").decode()
    [boleta] = json.loads(told)["boletas"]
    assert boleta["folio"] == folio
    said = {one["says"] for one in boleta["data"]}
    assert {NAMES[WHO], EMAIL} <= said
    assert any(Letter.objects.get(kind=Kind.ANSWER).body in says for says in said)
    for text in (told, html):
        assert [name for name in NAMES if name in text] == [NAMES[WHO]]
    page.get_by_role("button", name="Ya se le entregaron").click()
    page.get_by_role("button", name="Sí, continuar").click()
    expect(page.locator(".story")).to_contain_text("Se hizo efectiva")


def erase_a_neighbour(month: Month) -> None:
    """Monday the 30th: he asks that they be erased. The boleta stays, and nobody can tell whose it was."""
    jefe, folio = month["jefe"], month.folio[WHO]
    for trace in TRACES:
        assert folio in _found_by(jefe, trace)
    steps = Petition.objects.get(folio=folio.replace("-", "")).status_changes.count()
    page = _register(jefe, "Cancelación: que se supriman", "Ya me mudé: borren mis datos.")
    _tick(page, folio)
    _grant(page, "Procede la cancelación.")
    page.get_by_role("link", name="Ver qué se suprime").click()
    jefe.look("arco-suprimir")
    arco = ArcoRequest.objects.get(right=ArcoRequest.Right.CANCELLATION)
    page.get_by_label("Para suprimir, escriba").fill(arco.number)
    page.get_by_role("button", name="Suprimir para siempre").click()
    expect(page.locator("#avisos")).to_contain_text("Las boletas y sus cifras siguen.")
    jefe.look("arco-suprimida")
    assert Petition.objects.get(folio=folio.replace("-", "")).status_changes.count() == steps


def _register(jefe: Person, right: str, words: str) -> Page:
    page = jefe.visit("/privacidad/nueva/")
    page.get_by_label(right).check()
    page.get_by_label("de quién son los datos").fill(NAMES[WHO])
    page.get_by_label("cómo se identificó").fill("INE vigente")
    page.get_by_label("dónde recibir la respuesta").fill("En el módulo")
    page.get_by_label("cómo llegó").select_option("modulo")
    page.get_by_label("qué pide, en sus palabras").fill(words)
    page.get_by_role("button", name="Registrar").click()
    expect(page.locator("#avisos")).to_contain_text("hay que responder a más tardar")
    return page


def _tick(page: Page, folio: str) -> None:
    page.get_by_role("link", name="Buscar sus datos").click()
    page.get_by_label(f"Es suya: {folio}").check()
    page.get_by_role("button", name="Guardar lo marcado").click()
    expect(page.get_by_role("link", name=folio)).to_be_visible()


def _grant(page: Page, letter: str) -> None:
    page.get_by_label("Procede", exact=True).check()
    page.get_by_label("Texto de la respuesta").fill(letter)
    page.locator("form[action$='/responder/'] button").click()
    expect(page.locator(".story")).to_contain_text("Se respondió que procede")


def check_privacy(month: Month) -> None:
    """Nothing tells of him any more, on a page, in a search or on paper; what was done about him is told."""
    jefe, folio = month["jefe"], month.folio[WHO]
    page = jefe.visit(f"/boletas/{folio}/")
    seen = page.locator("main").inner_text()
    paper = pdf_text(jefe, page.get_by_role("link", name="Boleta en PDF").get_attribute("href"))
    assert folio in paper
    letter = Letter.objects.get(kind=Kind.ANSWER)
    answer = jefe.visit(f"/oficios/{letter.pk}/").locator("main").inner_text()
    assert letter.number in answer
    for trace in (*TRACES, EMAIL):
        assert trace not in seen + paper + answer
    for trace in TRACES:
        assert _found_by(jefe, trace) == []
    for arco, acts in zip(ArcoRequest.objects.order_by("pk"), _TRAIL, strict=True):
        page = jefe.visit(f"/privacidad/{arco.pk}/")
        told = [re.sub(r"\s+", " ", line) for line in page.locator(".story li > strong").all_inner_texts()]
        assert told == acts
    looks = month["director"].visit(f"/privacidad/consultas/?folio={folio}").locator("tbody tr")
    purposes = " ".join(looks.all_inner_texts())
    assert "La bajó en un archivo" in purposes
    assert "Atendió una solicitud ARCO" in purposes


def _found_by(person: Person, words: str) -> list[str]:
    """What a search of the inbox finds."""
    page = person.visit("/boletas/")
    page.get_by_label("Buscar", exact=True).fill(words)
    page.get_by_role("button", name="Buscar", exact=True).click()
    page.wait_for_url("**/boletas/?*q=*")
    return page.locator(".inbox-list tbody .folio").all_inner_texts()


_ANSWERED: Final = ["Se registró la solicitud", "Se marcaron datos como suyos", "Se respondió que procede"]
_TRAIL: Final = (
    [*_ANSWERED, "Se bajaron los datos para entregarlos", "Se hizo efectiva"],
    [*_ANSWERED, "Se suprimieron sus datos"],
)
