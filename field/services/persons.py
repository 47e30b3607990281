"""The petitioners' data that this floor keeps: the petition with who asked, and the records as they came."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from field.models import Attachment, Correction, InboxRecord, Petition, PetitionAttachment, Petitioner
from field.odk.filing import KIND as ODK_KIND
from field.persons import Passage, PassageKind, Source, register_source
from field.services.orphans import remove_unnamed
from field.telephones import digits_in

_IDENTITY = {"name": _lazy("Nombre"), "phone": _lazy("Teléfono"), "email": _lazy("Correo")}
_WORDS = {
    "description": _lazy("Qué pide"),
    "on_behalf_of": _lazy("Grupo que lo pide"),
    "address": _lazy("Dirección"),
    "reference": _lazy("Referencia"),
}
#: Members of a record that say who somebody is, or may.
_TELLING = ("description", "on_behalf_of", "address", "reference", "note", "reason", "xml")
#: Members in whose words others may be named.
_WORDED = (*_TELLING, "answers")


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("petition", _lazy("Boleta"), read_petition, write_petition))
    register_source(Source("inbox", _lazy("Registros como llegaron"), read_records, write_records))


def read_petition(petition_id: UUID) -> list[Passage]:
    """Who asked, in which words, where they live as they said it, and their photos."""
    petition = Petition.objects.select_related("petitioner").get(pk=petition_id)
    person = getattr(petition, "petitioner", None)
    passages = [
        Passage(name, label, getattr(person, name), PassageKind.IDENTITY)
        for name, label in _IDENTITY.items()
        if person is not None and getattr(person, name)
    ]
    passages += [
        # Where somebody lives, and with whom they ask, is theirs even if it names nobody.
        Passage(name, label, getattr(petition, name), emptied=name != "description")
        for name, label in _WORDS.items()
        if getattr(petition, name)
    ]
    passages += [
        Passage(f"answer:{key}", _("Respuesta: %(key)s") % {"key": key}, answer)
        for key, answer in petition.answers.items()
        if isinstance(answer, str) and answer
    ]
    files = petition.attachments.values_list("sha256", flat=True)
    passages += [
        Passage(f"file:{sha256}", _("Archivo %(n)s") % {"n": number}, sha256, PassageKind.FILE, emptied=True)
        for number, sha256 in enumerate(files, start=1)
    ]
    return passages


def write_petition(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these texts in place of the petition's own; a file without a text goes."""
    person = {name: texts[name] for name in _IDENTITY if name in texts}
    if "phone" in person:
        person["phone_digits"] = digits_in(person["phone"])
    if person and not any(person.values()):
        Petitioner.objects.filter(petition=petition_id).update(erased_at=timezone.now())
    if person:
        Petitioner.objects.filter(petition=petition_id).update(**person)
    petition = Petition.objects.select_for_update().only("answers", *_WORDS).get(pk=petition_id)
    for name in _WORDS:
        setattr(petition, name, texts.get(name, getattr(petition, name)))
    petition.answers = {key: texts.get(f"answer:{key}", answer) for key, answer in petition.answers.items()}
    petition.save(update_fields=["answers", *_WORDS])
    for key, text in texts.items():
        if key.startswith("file:") and not text:
            sha256 = key.removeprefix("file:")
            PetitionAttachment.objects.filter(petition=petition_id, sha256=sha256).delete()
            forget_file(sha256=sha256)


def forget_file(*, sha256: str) -> bool:
    """Remove a file's bytes and row where nothing else names it; whether it was."""
    attachment = Attachment.objects.filter(pk=sha256).first()
    if attachment is None or _is_named(sha256):
        return False
    names = [name for name in (attachment.file.name, attachment.thumbnail.name) if name]
    try:
        with transaction.atomic():
            attachment.delete()
    except ProtectedError:  # a department's evidence, on a floor above
        return False
    transaction.on_commit(lambda: remove_unnamed(sha256, names))
    return True


def _is_named(sha256: str) -> bool:
    # Said as the two indexes say it: what is not filed is little beside what is.
    waiting = InboxRecord.objects.held() | InboxRecord.objects.set_aside()
    named = PetitionAttachment.objects.filter(sha256=sha256)
    return named.exists() or waiting.filter(raw__contains=sha256).exists()


def records_of(petition_id: UUID) -> list[InboxRecord]:
    """Every version of the petition's record; and, where it was made of a form, the form with all that
    corrected it and what it corrected."""
    petition = Petition.objects.get(pk=petition_id)
    own = InboxRecord.objects.filter(record_id__in=[str(petition_id), petition_id.hex])
    return [*own, *(_forms_of(petition) if petition.device_id else ())]


def _forms_of(petition: Petition) -> list[InboxRecord]:
    forms = InboxRecord.objects.filter(kind=ODK_KIND, device=petition.device_id)
    found: dict[int, InboxRecord] = {}
    more = list(forms.filter(received_at=petition.received_at))
    while more:
        found |= {row.pk: row for row in more}
        near = Q(record_id__in=[json.loads(row.raw).get("edits") or "" for row in more])
        for row in more:  # a record is kept with its members in order, and this one is the first
            near |= Q(raw__startswith='{"edits":' + json.dumps(row.record_id))
        more = list(forms.filter(near).exclude(pk__in=found))
    return list(found.values())


def read_records(petition_id: UUID) -> list[Passage]:
    """The records from which the petition was filed, each whole: what it says, the boleta says too."""
    return [
        Passage(str(row.pk), _("Registro recibido %(n)s") % {"n": row.pk}, row.raw, PassageKind.IDENTITY)
        for row in records_of(petition_id)
        if not says_nobody(row)
    ]


def write_records(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Empty what these records say of anybody."""
    for row in records_of(petition_id):
        if texts.get(str(row.pk)) == "":
            empty_record(record=row)


@transaction.atomic
def empty_record(*, record: InboxRecord) -> None:
    """Take out of a record, and of what was corrected in it, all that says who somebody is.

    Its digest stays: the same record sent again is still a repeat, and brings nothing back.
    """
    record.raw = json.dumps(without_people(json.loads(record.raw)), sort_keys=True, separators=(",", ":"))
    record.save(update_fields=["raw"])
    for correction in record.corrections.all():
        correction.changes = [
            {**change, "before": None, "after": None} if _tells(change["pointer"]) else change
            for change in correction.changes
        ]
        correction.reason = ""
        Correction.objects.filter(pk=correction.pk).update(changes=correction.changes, reason="")


@transaction.atomic
def replace_words(*, record: InboxRecord, name: str, text: str) -> None:
    """Put a text in place of one member of a record as it came, and take out what was corrected in it."""
    body = json.loads(record.raw)
    if body.get(name):
        record.raw = json.dumps(body | {name: text}, sort_keys=True, separators=(",", ":"))
        record.save(update_fields=["raw"])
    for correction in record.corrections.all():
        changes = [
            {**change, "before": None, "after": None} if change["pointer"] == f"/{name}" else change
            for change in correction.changes
        ]
        Correction.objects.filter(pk=correction.pk).update(changes=changes, reason="")


@transaction.atomic
def rewrite_words(*, record: InboxRecord, clean: Callable[[str], str]) -> bool:
    """Put ``clean`` of each text in place of a record's words, and of what was corrected in them; whether any
    changed. Who asked, as the record says, stays."""
    body = json.loads(record.raw)
    told = {name: _rewritten(value, clean) if name in _WORDED else value for name, value in body.items()}
    if told != body:
        record.raw = json.dumps(told, sort_keys=True, separators=(",", ":"))
        record.save(update_fields=["raw"])
    for correction in record.corrections.all():
        changes = [
            _rewritten(change, clean) if change["pointer"].split("/")[1] in _WORDED else change
            for change in correction.changes
        ]
        Correction.objects.filter(pk=correction.pk).update(changes=changes, reason=clean(correction.reason))
    return bool(told != body)


def _rewritten(value: Any, clean: Callable[[str], str]) -> Any:
    match value:
        case str():
            return clean(value)
        case list():
            return [_rewritten(item, clean) for item in value]
        case dict():
            return {name: _rewritten(item, clean) for name, item in value.items()}
        case _:
            return value


def without_people(body: dict[str, Any]) -> dict[str, Any]:
    """A record that says what was asked of which category, when and at which point, and by nobody."""
    emptied = {name: "" if name in _TELLING else value for name, value in body.items()}
    person = emptied.get("petitioner")
    if isinstance(person, dict):
        emptied["petitioner"] = {name: person[name] for name in ("consent", "notice") if name in person}
    for name, nothing in (("answers", {}), ("attachments", [])):
        if name in emptied:
            emptied[name] = nothing
    return emptied


def says_nobody(record: InboxRecord) -> bool:
    body = json.loads(record.raw)
    return bool(body == without_people(body))


def _tells(pointer: str) -> bool:
    return pointer.split("/")[1] in {*_TELLING, "petitioner", "answers", "attachments"}
