"""The PDFs as a reader finds them: words, code, face, tags; and that nothing outside is ever asked for."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from backend.letters.models import Letterhead
from backend.letters.printing import sheets
from backend.letters.printing.papers import draw_boleta, draw_letter, draw_receipt
from backend.letters.printing.pictures import look_up_address, qr_of
from backend.letters.printing.sheets import FACES, Assets, Picture
from backend.letters.services.drafts import discard_draft
from backend.letters.services.forgetting import forget_in_letter
from backend.letters.services.issuing import cancel_letter, issue_letter
from backend.letters.services.office import save_letterhead
from field.folio import format_folio
from field.services.attachments import store_attachment
from geo.problems import Invalid

HOSTILE = (
    "<img src=file:///etc/passwd><img src='http://example.com/x.png'> <script>alert(1)</script>"
    "<style>@import url(http://example.com)</style> {folio.__class__} {{7*7}} {% debug %} "
    "<link rel=attachment href=file:///etc/passwd> ]]> &lt; "
    "\u202eabc\u202c 漢字 😀 العربية a\u0301 \x07\ufeff"
)


def words(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    # pypdf reads a font with a missing glyph as if its codes were two letters each.
    return re.sub(r"\s+", " ", " ".join(pages).replace("\x00", ""))


def fonts(pdf: bytes) -> set[str]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in pages
        for font in page["/Resources"].get("/Font", {}).values()
    }


@pytest.fixture
def asked(monkeypatch):
    """Every address that a drawing asks for."""
    addresses = []
    fetch = Assets.fetch

    def noted(self, url, headers=None):
        addresses.append(url)
        return fetch(self, url, headers)

    monkeypatch.setattr(Assets, "fetch", noted)
    return addresses


def test_the_boleta_says_what_is_asked_where_and_by_when(receive):
    petition = receive(address="Juárez 12", reference="frente a la escuela")
    text = words(draw_boleta(petition, knows=True, answers=[("¿Cuál poste?", "1123")]))
    for said in (format_folio(petition.folio), "La luminaria no enciende.", "Juárez 12", "María Peña"):
        assert said in text
    for said in ("669 123 4567", "Alumbrado", "¿Cuál poste?", "1123", "H. Ayuntamiento de Puerto de Prueba"):
        assert said in text


def test_who_may_not_know_the_person_gets_a_boleta_without(receive):
    text = words(draw_boleta(receive(), knows=False, answers=[]))
    assert "María" not in text
    assert not re.search(r"669 ?123", text)


def test_the_receipt_says_what_a_citizen_needs_and_no_telephone(receive):
    petition = receive()
    text = words(draw_receipt(petition, knows=True))
    for said in (
        format_folio(petition.folio),
        "Luminaria apagada",
        "Alumbrado",
        "María Peña",
        "artículo 8.º",
    ):
        assert said in text
    assert "669 123 4567" not in text


def test_a_letter_is_headed_addressed_and_signed(draft):
    text = words(draw_letter(draft(copies="Secretaría del Ayuntamiento\nArchivo")))
    for said in ("(se da al expedir)", "María Peña", "Atentamente", "Guadalupe Ibarra", "c.c.p. Archivo"):
        assert said in text
    assert "BORRADOR" in text


def test_what_was_never_issued_or_counts_no_more_says_so_across_the_page(office, draft):
    by = office.staff["director"]
    thrown = discard_draft(letter=draft(), by=by, reason="Repetido")
    assert "BORRADOR" in words(draw_letter(thrown))
    issued = issue_letter(letter=draft(), by=by)
    cancelled = cancel_letter(letter=issued, by=by, reason="Equivocado")
    copy = words(draw_letter(forget_in_letter(letter=cancelled, texts={"party_name": ""}), forgotten=True))
    assert "CANCELADO" in copy
    assert "BORRADOR" not in copy


def test_papers_are_tagged_titled_in_spanish_and_of_letter_size(receive):
    petition = receive()
    reader = PdfReader(io.BytesIO(draw_receipt(petition, knows=True)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "es-MX"
    assert reader.metadata.title == f"Acuse de recibo {format_folio(petition.folio)}"
    assert reader.xmp_metadata is not None
    assert [round(side) for side in reader.pages[0].mediabox[2:]] == [612, 792]


def test_the_houses_own_face_is_in_the_paper(receive):
    names = fonts(draw_boleta(receive(description="Łódź, Peña"), knows=True, answers=[]))
    assert any(name.startswith("Atkinson-Hyperlegible-Next-Variable") for name in names)
    assert any("Ext" in name for name in names)
    assert all("Atkinson" in name for name in names)


def test_bold_is_the_faces_own(receive):
    assert any("Bold" in name for name in fonts(draw_boleta(receive(), knows=True, answers=[])))


def test_the_code_opens_the_public_look_up_and_names_nobody(receive):
    petition = receive()
    address = look_up_address(petition)
    assert address == f"https://aldaba.puerto.example/publico/folio/?folio={format_folio(petition.folio)}"
    drawn = qr_of(address).content.decode()
    # The dark modules of the path, against the matrix that the address makes.
    made = segno.make(address, error="m", micro=False)
    path = re.search(r'd="([^"]+)"', drawn)[1]
    assert dark_modules(path, border=2) == {
        (row, column) for row, line in enumerate(made.matrix) for column, dark in enumerate(line) if dark
    }


def dark_modules(path: str, border: int) -> set[tuple[int, int]]:
    """The squares that a path of horizontal strokes covers."""
    covered, x, y = set(), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            row = int(y - 0.5) - border
            covered |= {(row, column - border) for column in range(int(x), int(x + values[0]))}
            x += values[0]
    return covered


def test_hostile_words_are_words_and_ask_for_nothing(receive, draft, asked):
    petition = receive(description=HOSTILE, address=HOSTILE[:300])
    for pdf in (
        draw_boleta(petition, knows=True, answers=[(HOSTILE, HOSTILE)]),
        draw_receipt(petition, knows=True),
        draw_letter(
            draft(petitions=[petition], subject=HOSTILE[:300], body=HOSTILE, party_name=HOSTILE[:200])
        ),
    ):
        text = words(pdf)
        assert "<img src=file:///etc/passwd>" in text
        assert "{{7*7}}" in text
        assert "root:" not in text
        assert "abc" in text  # read as it was written, though it asked to be turned around
        assert "/EmbeddedFiles" not in str(PdfReader(io.BytesIO(pdf)).trailer["/Root"])
    assert asked
    assert all(re.fullmatch(r"aldaba:(face/.+|qr|map|emblem)", address) for address in asked)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:8000/",
        "https://example.com/a.css",
        "aldaba:face/../../settings.py",
        "aldaba:../etc/passwd",
        "data:text/plain,hola",
        "face/latin-normal",
    ],
)
def test_nothing_but_the_sheets_own_assets_is_handed_out(address):
    with pytest.raises(ValueError, match="assets"):
        Assets({"qr": Picture(b"", "image/png")}).fetch(address)


def test_every_file_of_the_face_is_where_it_should_be():
    for name in FACES:
        assert sheets._face(name)[:4] == b"wOF2"


def test_huge_words_go_on_from_page_to_page(receive):
    petition = receive(description="\n".join(f"Renglón {n} de una petición muy larga." for n in range(700)))
    pdf = draw_boleta(petition, knows=True, answers=[])
    text = words(pdf)
    assert "Renglón 0 " in text
    assert "Renglón 699 " in text
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert f"Página {len(pages)} de {len(pages)}" in text
    assert "De conformidad" in pages[-1].extract_text()


def test_one_endless_word_does_not_run_off_the_page(draft):
    pdf = draw_letter(draft(body="x" * 3000, subject="y" * 300))
    assert words(pdf).replace(" ", "").count("x") >= 3000


def test_several_petitions_are_numbered_on_one_sketch(receive, draft):
    petitions = [receive(), receive(lon_lat=(-106.42, 23.21))]
    letter = draft(
        "institucion", petitions=petitions, party_institution="CFE", template="Turnar una petición"
    )
    text = words(draw_letter(letter))
    assert all(format_folio(petition.folio) in text for petition in petitions)


def test_a_petition_without_a_point_has_no_sketch(receive, draft):
    petition = receive(lon_lat=None, address="Juárez 12", location_method="address")
    without = draw_boleta(petition, knows=True, answers=[])
    assert "Juárez 12" in words(without)
    assert "500 m" not in words(without)
    assert "500 m" in words(draw_boleta(receive(), knows=True, answers=[]))


def test_the_emblem_is_on_the_paper_and_a_lost_one_leaves_a_gap(office, receive):
    picture = io.BytesIO()
    Image.new("RGB", (60, 60), "#875818").save(picture, "PNG")
    picture.seek(0)
    emblem = store_attachment(source=picture).attachment
    save_letterhead(letterhead=Letterhead.current(), by=office.staff["jefe"], emblem=emblem)
    petition = receive()

    def pictures() -> int:
        reader = PdfReader(io.BytesIO(draw_receipt(petition, knows=True)))
        return sum(
            "/Image" in str(o.get_object().get("/Subtype"))
            for o in reader.pages[0]["/Resources"]["/XObject"].values()
        )

    assert pictures() == 1
    Path(emblem.file.path).unlink()
    assert "Acuse" in words(draw_receipt(petition, knows=True))


def test_an_emblem_that_is_no_picture_is_refused(office, receive):
    paper = store_attachment(source=io.BytesIO(draw_receipt(receive(), knows=False))).attachment
    with pytest.raises(Invalid):
        save_letterhead(letterhead=Letterhead.current(), by=office.staff["jefe"], emblem=paper)


def test_a_page_is_drawn_in_the_request(receive):
    petition = receive()
    draw_boleta(petition, knows=True, answers=[])
    start = time.process_time()
    draw_boleta(petition, knows=True, answers=[])
    assert time.process_time() - start < 1.5
