"""Somebody whose letters lie about, and a look for her in every table and every file."""

from __future__ import annotations

import io
import re
from pathlib import Path

from django.db import connection
from pypdf import PdfReader
from weasyprint import HTML

from backend.accounts.models import User
from backend.letters.models import Kind, Letter
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.letters.services.incoming import Incoming, link_petition, receive_letter
from backend.letters.services.issuing import cancel_letter, issue_letter, record_delivery
from backend.privacy.models import ArcoRequest
from backend.privacy.services import requests
from field.models import Attachment, Petition
from field.services.attachments import store_attachment
from field.services.petitions import PetitionerIntake
from geo.clock import local_today

NAME, ADDRESS = "Xóchitl Zamudio", "Álamo 123"
WHO = PetitionerIntake(name=NAME, phone="669 987 6543", consent=True, notice="2026-1")
_TOLD = re.compile(r"x[oó]chitl|zamudio|6699876543|669 987 6543|[aá]lamo 123", re.IGNORECASE)


def scan_of(words: str, by: User) -> Attachment:
    """A scanned page that says these words."""
    return store_attachment(source=io.BytesIO(HTML(string=f"<p>{words}</p>").write_pdf()), user=by).attachment


def letters_of_her(petition: Petition, other: Petition, by: User) -> dict[str, Letter]:
    """Every way in which she can be named: answered, delivered, asked about, cancelled, drafted, come in."""
    text = {"signer_name": "Guadalupe Ibarra", "signer_post": "Directora"}
    body = f"Estimada {NAME}: en {ADDRESS} se cambió el foco."
    named = LetterText(party_name=NAME, subject=f"Para {NAME}", body=body, **text)

    def issued(kind: str, about: list[Petition], words: LetterText) -> Letter:
        return issue_letter(
            letter=edit_draft(letter=draft_letter(kind=kind, by=by, petitions=about), text=words, by=by),
            by=by,
        )

    answer = issued(Kind.ANSWER, [petition], named)
    sealed = scan_of(f"Recibí, {NAME}", by)
    record_delivery(letter=answer, by=by, delivery="en_mano", on=local_today(), to=NAME, scan=sealed)
    asked = LetterText(
        party_name="Ing. Rogelio Tirado",
        party_institution="CFE",
        subject="Poste",
        **text,
        body=f"Se pide revisar {ADDRESS}, y también Juárez 9, donde vive Roberto Lizárraga.",
    )
    outside = issued(Kind.INSTITUTION, [petition, other], asked)
    void = cancel_letter(letter=issued(Kind.ANSWER, [petition], named), by=by, reason=NAME)
    draft = edit_draft(letter=draft_letter(kind=Kind.ANSWER, by=by, petitions=[petition]), text=named, by=by)
    came = receive_letter(
        letter=Incoming(NAME, "", "", "", None, local_today(), f"Carta de {NAME}", f"Vive en {ADDRESS}"),
        by=by,
        scan=scan_of(f"Yo, {NAME}, pido luz", by),
    )
    # Begun while the letter that it answers belonged to no boleta: it belongs to none either.
    reply = draft_letter(kind=Kind.ANSWER, by=by, answers=came)
    reply = issue_letter(letter=edit_draft(letter=reply, text=named, by=by), by=by)
    link_petition(letter=came, key=petition.folio, by=by)
    letters = {
        "answer": answer,
        "outside": outside,
        "void": void,
        "draft": draft,
        "came": came,
        "reply": reply,
    }
    for letter in letters.values():
        letter.refresh_from_db()
    return letters


def cancellation(petition: Petition, by: User) -> ArcoRequest:
    """A granted request to erase her; it names nobody but by its boleta."""
    asked = requests.register_request(
        by=by,
        received_on=local_today(),
        right="cancellation",
        holder="Quien pidió",
        identity_shown="INE",
        contact="módulo",
        means="modulo",
        asked="Que se borre.",
    )
    requests.tick_subjects(request=asked, by=by, petitions=[petition.pk])
    return requests.resolve_request(request=asked, by=by, outcome="granted", letter="Procede.")


def rows_that_tell() -> set[str]:
    """The tables with a row that names her, whatever the column."""
    telling = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT row::text FROM {connection.ops.quote_name(table)} AS row")
            if any(_TOLD.search(text) for (text,) in cursor.fetchall()):
                telling.add(table)
    return telling


def files_that_tell(root: Path) -> set[str]:
    """The stored files that name her, PDF by what is read on it."""
    return {
        path.name for path in root.rglob("*") if path.is_file() and _TOLD.search(text_of(path.read_bytes()))
    }


def text_of(content: bytes) -> str:
    """What a file says."""
    if not content.startswith(b"%PDF"):
        return content.decode("latin-1")
    paper = PdfReader(io.BytesIO(content))
    return " ".join(" ".join([str(paper.metadata), *(page.extract_text() for page in paper.pages)]).split())
