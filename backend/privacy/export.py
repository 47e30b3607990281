"""What the office keeps of a person, to hand over: a page to read, the same as data, and the files."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.casework.timeline import story_of
from backend.letters.models import Letter
from backend.letters.persons import passages_of
from backend.privacy.models import ArcoRequest
from field.folio import format_folio
from field.models import InboxRecord, Petition
from field.persons import Passage, PassageKind, sources
from field.services.attachments import open_attachment
from geo.problems import NotFound


def export_of(request: ArcoRequest) -> bytes:
    """The ZIP: ``datos.html``, ``datos.json`` and ``archivos/``."""
    subjects = request.subjects.select_related("petition__category", "record", "letter")
    boletas = [_boleta(one.petition) for one in subjects if one.petition is not None]
    records = [_record(one.record) for one in subjects if one.record is not None]
    letters = [_letter(one.letter) for one in subjects if one.letter is not None]
    told = {
        "number": request.number,
        "made_at": timezone.localtime(),
        "boletas": boletas,
        "records": records,
        "letters": letters,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datos.html", render_to_string("privacy/export.html", told))
        archive.writestr("datos.json", json.dumps(told, ensure_ascii=False, indent=2, default=str))
        for sha256 in dict.fromkeys(file for part in (*boletas, *letters) for file in part["files"]):
            _add_file(archive, sha256)
    return out.getvalue()


def _boleta(petition: Petition) -> dict[str, Any]:
    passages = [(source, passage) for source in sources() for passage in source.read(petition.pk)]
    point = petition.location
    return {
        "folio": format_folio(petition.folio),
        "category": petition.category.name,
        "status": str(petition.get_status_display()),
        "captured_at": timezone.localtime(petition.captured_at),
        "point": [point.y, point.x] if point else None,
        "data": [_said(source.label, passage) for source, passage in passages if _is_words(passage)],
        "files": [passage.text for _source, passage in passages if _is_file(passage)],
        # They tell of other people too: what they say of this one is read out at the office.
        "shared": sorted({str(passage.label) for _source, passage in passages if passage.shared}),
        "history": [
            {"at": timezone.localtime(step.at), "what": step.text} for step in story_of(petition, words=False)
        ],
    }


def _letter(letter: Letter) -> dict[str, Any]:
    passages = passages_of(letter)
    return {
        "number": str(letter),
        "day": letter.received_on or letter.date,
        "data": [_said(_("Oficio"), passage) for passage in passages if _is_words(passage)],
        "files": [passage.text for passage in passages if _is_file(passage)],
    }


def _said(where: object, passage: Passage) -> dict[str, str]:
    return {"where": str(where), "what": str(passage.label), "says": passage.text}


def _is_words(passage: Passage) -> bool:
    return passage.kind is not PassageKind.FILE and not passage.shared


def _is_file(passage: Passage) -> bool:
    return passage.kind is PassageKind.FILE and not passage.shared


def _record(record: InboxRecord) -> dict[str, Any]:
    return {"received_at": timezone.localtime(record.received_at), "says": json.loads(record.raw)}


def _add_file(archive: zipfile.ZipFile, sha256: str) -> None:
    """A file that has not come, or was removed, is left out: the page names it."""
    try:
        opened = open_attachment(sha256=sha256)
    except NotFound:
        return
    with opened.file as file:
        archive.writestr(f"archivos/{opened.filename}", file.read())
