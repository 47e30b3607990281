"""The month's letters: one to another institution, its answer, and one to who asked."""

from __future__ import annotations

from playwright.sync_api import expect

from backend.letters.models import Kind, Letter
from tests.browser.month import Month
from tests.browser.month_desks import pdf_text


def refer_outside(month: Month) -> None:
    """What is not the city's: once by a letter that is written, numbered and delivered, once by telephone."""
    jefe = month["jefe"]
    given = {
        "Institución": "Comisión Federal de Electricidad",
        "Por oficio": True,
        "Por qué no es del municipio": "El poste es de CFE: se pide retirarlo.",
    }
    month.by_page("jefe", "No es del municipio", "external", 19, given)
    page = jefe.page
    page.get_by_role("link", name="Ver el borrador").click()
    page.get_by_role("link", name="Corregir").click()
    page.get_by_label("Nombre").fill("Ing. Rogelio Tirado")
    page.locator("#hoja").get_by_text("Ing. Rogelio Tirado").wait_for()
    jefe.look("oficio-borrador")
    page.get_by_role("button", name="Guardar borrador").click()
    issue(month, 19)
    page.get_by_label("Cómo", exact=True).select_option("en_mano")
    page.get_by_label("Quién lo recibió").fill("Oficialía de partes")
    page.get_by_role("button", name="Anotar", exact=True).click()
    page.get_by_text("Entregado").first.wait_for()
    jefe.look("oficio-entregado")
    by_phone = {"institution": "Conagua", "by_letter": "telefono", "note": "Es el dren federal."}
    month.by_form("auxiliar", "external", 33, 32, **by_phone)


def issue(month: Month, number: int) -> None:
    """Give the draft on the page its number, and read the folio on its paper."""
    page = month["jefe"].page
    page.get_by_role("button", name="Expedir con número").click()
    page.get_by_role("button", name="Sí, continuar").click()
    page.get_by_text("Falta imprimirlo, firmarlo y entregarlo.").wait_for()
    paper = page.get_by_role("link", name="Abrir el PDF").get_attribute("href")
    assert month.folio[number] in pdf_text(month["jefe"], paper)


def answer_in_writing(month: Month) -> None:
    """Tuesday the 10th: who asked gets a written answer, and CFE answers ours."""
    month.begin_day(10)
    jefe = month["jefe"]
    page = jefe.visit(f"/boletas/{month.folio[6]}/")
    page.get_by_role("link", name="Responder por escrito").click()
    page.get_by_role("button", name="Preparar el borrador").click()
    page.get_by_role("button", name="Guardar borrador").click()
    issue(month, 6)
    page = month["auxiliar"].visit("/oficios/recibidos/nuevo/")
    page.get_by_label("Institución, grupo o colonia").fill("Comisión Federal de Electricidad")
    page.get_by_label("Asunto").fill("El poste se retiró el día 9")
    ours = Letter.objects.get(kind=Kind.INSTITUTION).number
    page.get_by_label("Contesta a nuestro oficio").fill(ours)
    page.get_by_role("button", name="Registrar y dar número").click()
    expect(page.get_by_text(ours).first).to_be_visible()
    answered = {"Qué respondió": "El poste se retiró el día 9."}
    month.by_page("auxiliar", "Concluir", "close", 19, answered)
