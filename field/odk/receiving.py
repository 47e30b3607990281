"""Taking a submission in: its XML first, then the files that came along, and what Collect is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import uuid5

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from field.models import Device, InboxRecord
from field.odk.filing import KIND
from field.odk.submission import NAMESPACE, Submission, read_submission, uuid_of
from field.odk.versions import was_given_out
from field.odk.xform import FORM_ID
from field.services.attachments import store_attachment
from field.sync.inbox import Sender, receive_records
from geo.problems import Invalid, NotFound, TooLarge

Receipt = dict[str, Any]


class Told(NamedTuple):
    """An HTTP status (201 new, 202 known or left to a person, 409 another content) and a sentence."""

    status: int
    message: str


def receive_submission(
    *, device: Device, xml: bytes, files: Sequence[UploadedFile[bytes]], now: dt.datetime
) -> Told:
    """Keep and file what a tablet submitted; safe to repeat, whole or with the files in several lots.

    The petition is filed before any file is looked at: a photo that cannot be kept costs only itself.
    Raises Unreadable, and NotFound for a form or version that is not ours.
    """
    submission = read_submission(xml)
    if submission.form != FORM_ID or not was_given_out(submission.version):
        raise NotFound(
            _("Ese formulario no es de esta oficina. Descargue el formulario de nuevo en ODK Collect.")
        )
    sender = Sender(device, device.user_id, now)
    known = bool(submission.edits) and _is_known(submission.instance)
    receipt = receive_records(records=[_record(submission)], sender=sender)[0]
    told = _told(receipt, known=known)
    if not files:
        return told
    code = receipt["errors"][0]["code"] if receipt["errors"] else ""
    # What a revoked tablet sent may be filed yet, under the same petition.
    received = _receive_files(submission, files, sender, joins=code in ("", "revoked"))
    grown = bool(received.new) and code in ("", "edited")
    return Told(201 if grown else told.status, _with_refused(told.message, received.refused))


def _record(submission: Submission) -> dict[str, Any]:
    record = {
        "kind": KIND,
        "id": submission.instance,
        "form": submission.form,
        "version": submission.version,
        "xml": submission.xml,
    }
    return record | ({"edits": submission.edits} if submission.edits else {})


def _is_known(instance: str) -> bool:
    return InboxRecord.objects.filter(record_id=instance).exists()


def _told(receipt: Receipt, *, known: bool) -> Told:
    if receipt["outcome"] == "stored":
        return Told(201, _with_folio(_("Recibido."), receipt))
    if receipt["outcome"] == "repeated":
        return Told(202, _with_folio(_("Ya se había recibido."), receipt))
    error = receipt["errors"][0]
    status = {"changed": 409, "edited": 202 if known else 201, "empty": 201}.get(error["code"], 202)
    return Told(status, _("Se guardó para que la oficina lo revise. %(why)s") % {"why": error["detail"]})


def _with_folio(message: str, receipt: Receipt) -> str:
    return f"{message} {_('Folio %(folio)s.') % receipt}" if receipt.get("folio") else message


class _Files(NamedTuple):
    new: int
    refused: list[str]


def _receive_files(
    submission: Submission, files: Sequence[UploadedFile[bytes]], sender: Sender, *, joins: bool
) -> _Files:
    petition = str(uuid_of(submission.edits or submission.instance)) if joins else None
    refused: list[str] = []
    records = {}
    for file in files:
        record = _file_record(submission, file, sender, refused) | {"petition": petition}
        records[record["id"]] = record
    known = set(InboxRecord.objects.filter(record_id__in=records).values_list("record_id", flat=True))
    receive_records(records=list(records.values()), sender=sender)
    return _Files(len(records.keys() - known), refused)


def _file_record(
    submission: Submission, file: UploadedFile[bytes], sender: Sender, refused: list[str]
) -> dict[str, Any]:
    name = (file.name or "")[:100]
    record: dict[str, Any] = {
        "kind": "attachment",
        "of": submission.instance,
        "name": name,
        "attachments": [],
    }
    try:
        user = sender.device.user if sender.device else None
        stored = store_attachment(source=file, device=sender.device, user=user).attachment
    except (Invalid, TooLarge) as problem:
        # Sending it again would not mend it: the office is told, and the tablet goes on.
        refused.append(name)
        record |= {
            "id": str(uuid5(NAMESPACE, f"{submission.instance} {name} {file.size}")),
            "refused": problem.detail,
        }
        return record
    record["attachments"] = [
        {"sha256": stored.pk, "content_type": stored.content_type, "bytes": stored.bytes},
    ]
    return record | {"id": str(uuid5(NAMESPACE, f"{submission.instance} {stored.pk}"))}


def _with_refused(message: str, names: list[str]) -> str:
    if not names:
        return message
    one, several = (
        "Un archivo no se pudo guardar: %(names)s.",
        "%(count)d archivos no se pudieron guardar: %(names)s.",
    )
    more = ngettext(one, several, len(names)) % {"names": ", ".join(names), "count": len(names)}
    return f"{message} {more}"
