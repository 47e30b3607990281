"""What the office keeps of a person, to hand over: a page to read, the same as data, and the files."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.casework.timeline import story_of
from backend.letters.models import Letter
from backend.letters.persons import is_out, is_theirs, letters_about, passages_of
from backend.privacy.erasing import holder_of, sought_of, within_reach
from backend.privacy.finding import Sought, sentences_of, without
from backend.privacy.models import ArcoRequest, ArcoSubject
from field.folio import format_folio
from field.models import InboxRecord, Petition
from field.persons import Passage, PassageKind, sources
from field.services.attachments import open_attachment
from geo.problems import NotFound

#: What stands in the words of others where they tell of somebody else.
OF_ANOTHER: Final = "[dato de otra persona]"


def export_of(request: ArcoRequest) -> bytes:
    """The ZIP: ``datos.html``, ``datos.json`` and ``archivos/``."""
    subjects = list(request.subjects.select_related("petition__category", "record", "letter"))
    own, holder = [one for one in subjects if not one.named], holder_of(request)
    boletas = [_boleta(one.petition, holder) for one in own if one.petition is not None]
    records = [_record(one.record) for one in own if one.record is not None]
    letters = [_letter(one.letter) for one in own if one.letter is not None and is_out(one.letter)]
    told = {
        "number": request.number,
        "made_at": timezone.localtime(),
        "boletas": boletas,
        "records": records,
        "letters": letters,
        "named": [_naming(one, holder) for one in subjects if one.named],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datos.html", render_to_string("privacy/export.html", told))
        archive.writestr("datos.json", json.dumps(told, ensure_ascii=False, indent=2, default=str))
        for sha256 in dict.fromkeys(file for part in (*boletas, *letters) for file in part["files"]):
            _add_file(archive, sha256)
    return out.getvalue()


def _boleta(petition: Petition, holder: Sought) -> dict[str, Any]:
    passages = [
        (source, passage)
        for source in sources()
        if source.code != "letters"
        for passage in source.read(petition.pk)
    ]
    letters = next(source for source in sources() if source.code == "letters")
    written, others = _letters_of(petition, holder)
    passages += [(letters, passage) for letter in written for passage in passages_of(letter)]
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
        # Not to the person: they are told that these exist, and what they say of them is read out.
        "other_letters": [str(letter) for letter in others],
        "history": [
            {"at": timezone.localtime(step.at), "what": step.text} for step in story_of(petition, words=False)
        ],
    }


def _letters_of(petition: Petition, holder: Sought) -> tuple[list[Letter], list[Letter]]:
    """The letters to or from the person about a boleta, and those of offices or others; no draft."""
    person = sought_of(petition.pk, holder)
    letters = letters_about(petition.pk).prefetch_related("petitions", "steps").order_by("entered_at", "pk")
    written, others = list[Letter](), list[Letter]()
    for letter in filter(is_out, letters):
        theirs = is_theirs(letter) and without(letter.party_name, person) != letter.party_name
        (written if theirs else others).append(letter)
    return written, others


def _letter(letter: Letter) -> dict[str, Any]:
    passages = passages_of(letter)
    return {
        "number": str(letter),
        "day": letter.received_on or letter.date,
        "data": [_said(_("Oficio"), passage) for passage in passages if _is_words(passage)],
        "files": [passage.text for passage in passages if _is_file(passage)],
    }


def _naming(subject: ArcoSubject, holder: Sought) -> dict[str, Any]:
    """What somebody else's boleta, letter or record says of who asks: those sentences, and no other data."""
    passages: list[Passage] = []
    other = Sought()
    if (petition := subject.petition) is not None:
        # Whoever complains of a public servant is told to nobody, not even by their own words.
        if not petition.category.sensitive:
            passages = [one for source in sources() for one in source.read(petition.pk)]
        other, what = sought_of(petition.pk, Sought()), _("Una boleta que pidió otra persona")
    elif (letter := subject.letter) is not None:
        passages, what = passages_of(letter) if is_out(letter) else [], _("Un oficio de otra persona")
        other = Sought(letter.party_name)
    else:
        what = _("Un registro de otra persona, que todavía no es boleta")
    other = replace(other, spared=holder.name)
    said = [
        {"what": str(passage.label), "says": without(words, other, OF_ANOTHER)}
        for passage in within_reach(passages, named=True)
        if passage.kind is PassageKind.TEXT and not passage.shared
        if (words := sentences_of(passage.text, holder))
    ]
    return {"what": what, "says": said}


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
