"""The pages of one letter, and of what comes, over HTTP."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader, PdfWriter

from backend.letters.facts import day_of
from backend.letters.models import Kind, Letter, Letterhead, LetterTemplate, State
from backend.letters.services.issuing import issue_letter, record_delivery
from backend.privacy.wording import purpose_in_words
from field.folio import format_folio
from field.models import Channel, Petition
from geo.clock import local_today
from tests.field.pictures import picture
from tests.letters.conftest import page_of


def test_a_letter_goes_from_the_boleta_to_delivered_in_the_browser(office, receive, sign_in):
    petition = receive()
    folio = format_folio(petition.folio)
    auxiliar, jefe = sign_in("auxiliar"), sign_in("jefe")
    assert folio in auxiliar.get(f"/oficios/nuevo/?boleta={folio}").content.decode()
    template = LetterTemplate.objects.get(name="Está en trámite")
    begun = auxiliar.post("/oficios/nuevo/", {"beginning": template.pk, "folios": folio})
    letter = Letter.objects.get()
    assert begun["Location"] == reverse("letters:edit", args=[letter.pk])
    page = auxiliar.get(begun["Location"]).content.decode()
    assert "María Peña" in page
    text = {"party_name": "María Peña", "subject": "Su petición", "body": "Va en camino."}
    text |= {"signer_name": "G. Ibarra", "signer_post": "Directora", "seen_at": letter.edited_at.isoformat()}
    assert auxiliar.post(begun["Location"], text).status_code == 302
    assert "Va en camino." in auxiliar.get(page_of(letter)).content.decode()
    jefe.post(reverse("letters:issue", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.state == State.ISSUED
    delivered = {"received": "1", "delivery": "en_mano", "on": local_today().isoformat(), "to": "María"}
    auxiliar.post(reverse("letters:deliver", args=[letter.pk]), delivered)
    letter.refresh_from_db()
    assert (letter.state, letter.delivered_to) == (State.DELIVERED, "María")


def test_what_was_typed_is_kept_when_somebody_else_was_first(draft, sign_in):
    letter = draft()
    address = reverse("letters:edit", args=[letter.pk])
    answer = sign_in("jefe").post(address, {"body": "lo mío", "seen_at": "2026-01-01T00:00:00+00:00"})
    assert answer.status_code == 409
    assert "lo mío" in answer.content.decode()
    letter.refresh_from_db()
    assert letter.body != "lo mío"


def test_the_preview_shows_what_is_typed_escaped_and_writes_nothing(draft, sign_in):
    letter = draft()
    address = reverse("letters:preview", args=[letter.pk])
    page = sign_in("auxiliar").post(address, {"body": "<b>hola</b> {folio.__class__}"}).content.decode()
    assert "&lt;b&gt;hola&lt;/b&gt; {folio.__class__}" in page
    letter.refresh_from_db()
    assert "hola" not in letter.body


def test_an_unfinished_letter_says_what_is_missing_and_goes_back_to_be_corrected(draft, sign_in):
    letter = draft(body="Se hará el ________.")
    answer = sign_in("jefe").post(reverse("letters:issue", args=[letter.pk]), follow=True)
    assert answer.redirect_chain[0][0] == reverse("letters:edit", args=[letter.pk])
    assert "espacios por llenar" in answer.content.decode()


def test_the_pdf_of_an_issued_letter_is_the_one_that_was_issued(office, draft, sign_in, seen):
    letter = issue_letter(letter=draft(), by=office.staff["jefe"])
    Letterhead.objects.update(office="Otra oficina")
    answer = sign_in("auxiliar").get(reverse("letters:pdf", args=[letter.pk]))
    assert answer["Content-Disposition"] == f'inline; filename="oficio-{letter.number.replace("/", "-")}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert "Otra oficina" not in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert seen == [("letter_paper", [letter.petitions.get().pk])]


def test_a_look_says_whether_the_letter_was_read_written_or_its_paper_opened(office, draft, sign_in, seen):
    letter = draft()
    client = sign_in("jefe")
    for name in ("letter", "edit", "pdf"):
        client.get(reverse(f"letters:{name}", args=[letter.pk]))
    assert [purpose for purpose, _petitions in seen] == ["letter", "letter_draft", "letter_paper"]
    words = [purpose_in_words(purpose) for purpose, _petitions in seen]
    assert words == ["Leyó un oficio", "Redactó un oficio", "Abrió el documento o el escaneo de un oficio"]


def test_the_pages_of_letters_write_no_day_in_figures(office, draft, received, sign_in):
    letter = issue_letter(letter=draft(Kind.INSTITUTION, party_institution="CFE"), by=office.staff["jefe"])
    record_delivery(letter=letter, by=office.staff["jefe"], delivery="en_mano", on=local_today())
    client = sign_in("jefe")
    for address in ("/oficios/", page_of(letter), page_of(received)):
        page = client.get(address).content.decode()
        told = re.sub(r'(value|datetime|action|href|src)="[^"]*"', "", page)
        assert not re.search(r"\d{4}-\d\d-\d\d", told), address
        assert day_of(local_today()) in told, address


def test_what_comes_is_registered_with_its_scan(office, sign_in):
    scan = io.BytesIO()
    paper = PdfWriter()
    paper.add_blank_page(612, 792)
    paper.write(scan)
    scan.seek(0)
    scan.name = "oficio.pdf"
    data = {
        "party_institution": "CFE",
        "subject": "Poste",
        "received_on": local_today().isoformat(),
        "scan": scan,
    }
    answer = sign_in("auxiliar").post("/oficios/recibidos/nuevo/", data)
    letter = Letter.objects.get()
    assert answer["Location"] == page_of(letter)
    got = sign_in("jefe").get(reverse("letters:scan", args=[letter.pk]))
    assert b"".join(got.streaming_content).startswith(b"%PDF")
    assert got["Content-Disposition"].startswith("attachment")


def test_a_stamped_receipt_that_was_cut_short_is_refused_and_nothing_typed_is_lost(office, draft, sign_in):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    photo = picture(size=(900, 700))
    given = {"received": "1", "delivery": "en_mano", "on": local_today().isoformat(), "to": "Rosa Díaz"}

    def hand_over(content):
        scan = SimpleUploadedFile("acuse.jpg", content, "image/jpeg")
        return sign_in("auxiliar").post(f"{page_of(letter)}entrega/", given | {"scan": scan})

    answer = hand_over(photo[:-2000])
    assert answer.status_code == 422
    assert "Al archivo le falta el final" in answer.content.decode()
    assert "Rosa Díaz" in answer.content.decode()
    letter.refresh_from_db()
    assert (letter.state, letter.scan) == (State.ISSUED, None)
    assert hand_over(photo).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.scan.content_type) == (State.DELIVERED, "image/jpeg")


@pytest.mark.parametrize(
    "wrong",
    [
        {"received_on": "2999-01-01"},
        {"folios": "basura"},
        {"answers_number": "DAC/9999/2026"},
        {"party_institution": ""},
        {"subject": "a\x00b"},
    ],
)
def test_what_is_wrong_with_one_is_said_and_takes_no_number(sign_in, wrong):
    data = {"party_institution": "CFE", "subject": "Poste", "received_on": local_today().isoformat()}
    answer = sign_in("auxiliar").post("/oficios/recibidos/nuevo/", data | wrong)
    assert answer.status_code == 422
    assert not Letter.objects.exists()


def test_a_petition_is_taken_down_from_a_letter(office, received, sign_in):
    auxiliar = sign_in("auxiliar")
    to = auxiliar.post(reverse("letters:capture", args=[received.pk]))["Location"]
    assert "Tres" not in to
    form = auxiliar.get(to).context["form"]
    assert form.initial["channel"] == Channel.LETTER
    assert "Tres postes" in form.initial["description"]
    data = {"id": str(form.initial["id"]), "channel": "oficio", "category": office.lamp.name}
    data |= {"description": form.initial["description"], "address": "Juárez 12"}
    auxiliar.post("/boletas/nueva/", data)
    assert received.petitions.get() == Petition.objects.get()
    other = sign_in("jefe").get(to).context["form"]
    assert "description" not in other.initial
