"""Letters in a real browser: from a boleta to a numbered paper, at three sizes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from backend.letters.defaults import furnish
from backend.letters.models import Kind, Letter, Letterhead, LetterTemplate, State
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.letters.services.forgetting import forget_in_letter
from backend.letters.services.incoming import Incoming, receive_letter
from backend.letters.services.issuing import issue_letter
from field.folio import format_folio
from geo.clock import local_today
from tests.casework.conftest import office, receive

__all__ = ["office", "receive"]

pytestmark = pytest.mark.django_db(transaction=True)
#: A folder, when somebody wants to look.
SHOTS = os.environ.get("ALDABA_SHOTS", "")


@pytest.fixture(autouse=True)
def _ready(office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    furnish()
    Letterhead.objects.create(
        signer_name="Lic. Guadalupe Ibarra", signer_post="Directora de Atención Ciudadana"
    )


@pytest.fixture
def correspondence(office, receive):
    """A boleta referred outside in writing, an issued answer that is late, and a letter that came."""
    outside = receive(description="El poste está por caerse.")
    given = {"note": "Es de CFE", "institution": "Comisión Federal de Electricidad", "by_letter": True}
    change_status(petition=outside, move="external", by=office.staff["auxiliar"], given=Given(**given))
    director = office.staff["director"]
    template = LetterTemplate.objects.filter(kind=Kind.DEPARTMENT).first()
    asked = draft_letter(kind=Kind.DEPARTMENT, by=director, petitions=[receive()], template=template)
    text = LetterText(
        party_name="Ing. Héctor Zazueta",
        party_post="Director",
        party_institution="Obras Públicas",
        subject=asked.subject,
        body=asked.body,
        signer_name=asked.signer_name,
        signer_post=asked.signer_post,
    )
    issued = issue_letter(letter=edit_draft(letter=asked, text=text, by=director), by=director)
    Letter.objects.filter(pk=issued.pk).update(answer_due_on="2026-02-03")
    came = Incoming(
        "Rosa Díaz", "Presidenta", "Comité de Centro", "CC-12", None, local_today(), "Piden luz", "…"
    )
    receive_letter(letter=came, by=office.staff["auxiliar"])
    return {"outside": outside, "draft": Letter.objects.get(state=State.DRAFT), "issued": issued}


def look(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS, f"{name}.png"), full_page=True)


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_every_page_of_letters_fits_and_is_accessible(
    office, correspondence, sign_in, visit, page, size, assert_fits, assert_accessible
):
    sign_in(office.staff["director"])
    letters = Letter.objects.in_register()
    came = letters.incoming().get()
    template = LetterTemplate.objects.first()
    pages = {
        "register": reverse("letters:register"),
        "new": f"{reverse('letters:new')}?boleta={format_folio(correspondence['outside'].folio)}",
        "receive": reverse("letters:receive"),
        "draft": reverse("letters:letter", args=[correspondence["draft"].pk]),
        "edit": reverse("letters:edit", args=[correspondence["draft"].pk]),
        "issued": reverse("letters:letter", args=[correspondence["issued"].pk]),
        "came": reverse("letters:letter", args=[came.pk]),
        "templates": reverse("letters:templates"),
        "template": reverse("letters:template", args=[template.pk]),
        "letterhead": reverse("letters:letterhead"),
        "series": reverse("letters:series-new"),
        "boleta": reverse("casework:boleta", args=[format_folio(correspondence["outside"].folio)]),
    }
    for name, path in pages.items():
        assert visit(path, size).status == 200, name
        look(page, f"{name}-{size}")
        assert_fits()
        if size != "tablet":
            assert_accessible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_what_is_withheld_and_what_was_taken_out_fits_and_is_accessible(
    office, correspondence, sign_in, visit, page, size, assert_fits, assert_accessible
):
    secret = Incoming("Testigo Lomelí", "", "", "", None, local_today(), "Denuncia", reserved=True)
    number = receive_letter(letter=secret, by=office.staff["director"]).number
    gone = forget_in_letter(letter=correspondence["issued"], texts={"party_name": "", "body": "Se pide."})
    sign_in(office.staff["auxiliar"])
    visit(reverse("letters:register"), size)
    look(page, f"withheld-{size}")
    assert "Reservado" in page.get_by_role("row").filter(has_text=number).inner_text()
    assert_fits()
    assert_accessible()
    visit(reverse("letters:letter", args=[gone.pk]), size)
    look(page, f"forgotten-{size}")
    page.get_by_role("link", name="Abrir una copia sin datos").wait_for()
    assert_fits()
    assert_accessible()


def test_a_letter_is_written_beside_its_paper_issued_and_opened(office, correspondence, sign_in, visit, page):
    sign_in(office.staff["director"])
    visit(reverse("casework:boleta", args=[format_folio(correspondence["outside"].folio)]))
    page.get_by_text("Falta expedir el oficio a Comisión Federal de Electricidad.").wait_for()
    page.get_by_role("link", name="Ver el borrador").click()
    page.get_by_role("link", name="Corregir").click()
    page.get_by_label("Nombre").fill("Ing. Rogelio Tirado")
    page.get_by_label("Texto").fill("Solicito reparar el poste.\nQuedo a sus órdenes.")
    paper = page.locator("#hoja")
    paper.get_by_text("Quedo a sus órdenes.").wait_for()
    assert "Ing. Rogelio Tirado" in paper.inner_text()
    assert "El poste está por caerse" in Letter.objects.get(pk=correspondence["draft"].pk).body
    page.get_by_role("button", name="Guardar borrador").click()
    page.get_by_role("button", name="Expedir con número").click()
    page.get_by_role("button", name="Sí, continuar").click()
    page.get_by_text("Falta imprimirlo, firmarlo y entregarlo.").wait_for()
    letter = Letter.objects.get(pk=correspondence["draft"].pk)
    assert (letter.state, letter.sequence) == (State.ISSUED, 2)
    answer = page.request.get(page.get_by_role("link", name="Abrir el PDF").get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    page.get_by_label("Cómo", exact=True).select_option("en_mano")
    page.get_by_label("Quién lo recibió").fill("Oficialía de partes")
    page.get_by_role("button", name="Anotar", exact=True).click()
    page.get_by_text("Entregado").first.wait_for()


def test_a_petition_is_taken_down_from_a_letter_that_came(office, sign_in, visit, page):
    sign_in(office.staff["auxiliar"])
    visit(reverse("letters:receive"))
    page.get_by_label("Institución, grupo o colonia").fill("Comité de Centro")
    page.get_by_label("Asunto").fill("Piden luz en la plaza")
    page.get_by_role("button", name="Registrar y dar número").click()
    page.get_by_role("button", name="Capturar la petición que trae").click()
    assert "Piden luz en la plaza" in page.get_by_label("Qué pide").input_value()
    page.get_by_label("Categoría").fill("Luminaria apagada")
    page.get_by_label("Calle y número").fill("Plaza s/n")
    page.get_by_role("button", name="Guardar y dar folio").click()
    page.get_by_role("link", name="Acuse en PDF").wait_for()
    assert Letter.objects.get().petitions.count() == 1
