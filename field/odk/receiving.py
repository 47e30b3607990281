"""Taking a submission in: its XML first, then the files that came along, and what Collect is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
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
    receipt = receive_records(records=[_record(submission)], sender=sender)[0]
    told = _told(receipt, is_new=lambda: _new_of([receipt], sender) > 0)
    if not files:
        return told
    code = receipt["errors"][0]["code"] if receipt["errors"] else ""
    # What a revoked tablet sent may be filed yet, under the same petition.
    petition = str(uuid_of(submission.edits or submission.instance)) if code in ("", "revoked") else None
    new, refused = _receive_files(submission, files, sender, petition)
    grown = new and code in ("", "edited")
    return Told(201 if grown else told.status, _with_refused(told.message, refused))


def _record(submission: Submission) -> dict[str, Any]:
    record = {
        "kind": KIND,
        "id": submission.instance,
        "form": submission.form,
        "version": submission.version,
        "xml": submission.xml,
    }
    return record | ({"edits": submission.edits} if submission.edits else {})


def _told(receipt: Receipt, *, is_new: Callable[[], bool]) -> Told:
    if receipt["outcome"] == "stored":
        return Told(201, _with_folio(_("Recibido."), receipt))
    if receipt["outcome"] == "repeated":
        return Told(202, _with_folio(_("Ya se había recibido."), receipt))
    error = receipt["errors"][0]
    status = {"changed": 409, "empty": 201}.get(error["code"], 202)
    if error["code"] == "edited" and is_new():
        status = 201
    return Told(status, _("Se guardó para que la oficina lo revise. %(why)s") % {"why": error["detail"]})


def _new_of(receipts: Sequence[Receipt], sender: Sender) -> int:
    """How many came with this very request; a receipt alone does not say it of what is held."""
    held = [receipt["id"] for receipt in receipts if receipt["outcome"] == "held"]
    new = len([receipt for receipt in receipts if receipt["outcome"] == "stored"])
    if held:
        new += InboxRecord.objects.filter(record_id__in=held, received_at=sender.received_at).count()
    return new


def _with_folio(message: str, receipt: Receipt) -> str:
    return f"{message} {_('Folio %(folio)s.') % receipt}" if receipt.get("folio") else message


def _receive_files(
    submission: Submission, files: Sequence[UploadedFile[bytes]], sender: Sender, petition: str | None
) -> tuple[int, list[str]]:
    """How many of the files had not come before, and the names of those that could not be kept."""
    records = [_file_record(submission, file, sender, petition) for file in files]
    receipts = receive_records(records=records, sender=sender)
    return _new_of(receipts, sender), [record["name"] for record in records if "refused" in record]


def _file_record(
    submission: Submission, file: UploadedFile[bytes], sender: Sender, petition: str | None
) -> dict[str, Any]:
    name = (file.name or "")[:100]
    record = {"kind": "attachment", "of": submission.instance, "petition": petition, "name": name}
    try:
        user = sender.device.user if sender.device else None
        stored = store_attachment(source=file, device=sender.device, user=user).attachment
    except (Invalid, TooLarge) as problem:
        # Sending it again would not mend it: the office is told, and the tablet goes on.
        id_ = uuid5(NAMESPACE, f"{submission.instance} {petition} {name} {file.size}")
        return record | {"id": str(id_), "attachments": [], "refused": problem.detail}
    kept = {"sha256": stored.pk, "content_type": stored.content_type, "bytes": stored.bytes}
    id_ = uuid5(NAMESPACE, f"{submission.instance} {petition} {stored.pk}")
    return record | {"id": str(id_), "attachments": [kept]}


def _with_refused(message: str, names: list[str]) -> str:
    if not names:
        return message
    one, several = (
        "Un archivo no se pudo guardar: %(names)s.",
        "%(count)d archivos no se pudieron guardar: %(names)s.",
    )
    more = ngettext(one, several, len(names)) % {"names": ", ".join(names), "count": len(names)}
    return f"{message} {more}"
