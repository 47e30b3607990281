"""The record kind ``odk``: a submission as it came, out of which its petition and encounter are made.

``{"kind": "odk", "id": instanceID, "form", "version", "xml", "edits"?}``. What is made of it is
handed to the inbox under the kinds ``petition`` and ``encounter``, in the same transaction; what
cannot be filed is held there as any record. The submission itself is held where a person must decide:

- ``revoked``: its tablet's key was revoked; a person who answers for it sets ``accept``;
- ``edited``: it corrects a submission that was received. The petition may be under way with a
  department, so a person compares the two and corrects the petition;
- ``edit_conflict``: it corrects a version that another correction had replaced;
- ``superseded``: it is the original of a correction that came first, and was filed in its place;
- ``empty``: it names no visit and holds no petition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from field.folio import format_folio
from field.models import InboxRecord, Petition
from field.odk.keys import Standing, standing_of
from field.odk.submission import Unreadable, derived_records, uuid_of
from field.sync.inbox import Sender, file_made
from field.sync.kinds import Filed, Held, Incoming, KindField, Outcome, register
from field.sync.records import field_error

KIND = "odk"
#: The inbox's note of which submission corrects another; filed from the start, and nobody's to read.
_NOTE = "odk_edit"
#: Before petitions: what is made of a submission is filed while it is.
ORDER = 5


def file_submissions(records: Sequence[Incoming], /) -> list[Outcome]:
    """File what each submission amounts to, or hold it for a person."""
    return [_file(record) for record in records]


def submission_receipts(ids: Sequence[str], /) -> dict[str, dict[str, Any]]:
    """The folio that each filed submission got."""
    petitions = {uuid_of(id_): id_ for id_ in ids}
    folios = Petition.objects.filter(pk__in=petitions).values_list("pk", "folio")
    return {petitions[pk]: {"folio": format_folio(folio)} for pk, folio in folios}


def register_submissions() -> None:
    register(
        KIND,
        file=file_submissions,
        receipts=submission_receipts,
        order=ORDER,
        label=_lazy("Formulario de ODK Collect"),
        fields=(KindField("/accept", _lazy("Archivar aunque la tableta fue dada de baja"), "yes_no"),),
        retold=_retold,
    )


def _retold(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The petition of a submission, under the id of the submission that it corrects if it does."""
    try:
        made = derived_records(str(body.get("xml", "")), uuid_of(str(body.get("edits") or body.get("id"))))
    except Unreadable:
        return None
    return next((record for record in made if record["kind"] == "petition"), None)


def _file(incoming: Incoming) -> Outcome:
    body, edits = incoming.body, incoming.body.get("edits")
    if not (body.get("accept") is True or _is_in_use(incoming)):
        return _held("revoked", _("La tableta fue dada de baja antes de enviar esto."))
    _lock([incoming.id, *([edits] if edits else [])])
    if edits and not _claim(edits, incoming):
        return _held("edit_conflict", _("Corrige una versión que ya tenía otra corrección."))
    if edits and InboxRecord.objects.filter(record_id=edits, kind=KIND).exists():
        return _held("edited", _("Corrige un formulario ya recibido; compárelo con la petición."))
    if _replaced_by(incoming.id):
        return _held("superseded", _("Llegó después de su corrección, que ya está archivada."))
    made = derived_records(body["xml"], uuid_of(edits or incoming.id))
    if not made:
        return _held("empty", _("El formulario no dice nada que se pueda archivar."))
    sender = Sender(incoming.device, incoming.user_id, incoming.received_at)
    receipts = file_made(records=made, sender=sender)
    return Filed({"folio": folio} if (folio := receipts[0].get("folio")) else {})


def _is_in_use(incoming: Incoming) -> bool:
    device = incoming.device
    return device is None or standing_of(device, incoming.received_at) is Standing.IN_USE


def _held(code: str, detail: str) -> Held:
    return Held([field_error("", code, detail)])


def _lock(instances: list[str]) -> None:
    """An original and its corrections that come at once are looked at one after the other."""
    keys = sorted(
        int.from_bytes(hashlib.sha256(f"odk {name}".encode()).digest()[:8], signed=True) for name in instances
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def _claim(edited: str, incoming: Incoming) -> bool:
    """Note who corrects ``edited``; False where another did before. The inbox's unique id decides."""
    raw = json.dumps({"kind": _NOTE, "by": incoming.id})
    note = InboxRecord(
        record_id=_claim_on(edited),
        digest=hashlib.sha256(raw.encode()).digest(),
        kind=_NOTE,
        raw=raw,
        state=InboxRecord.State.FILED,
        device=incoming.device,
        user_id=incoming.user_id,
        received_at=incoming.received_at,
    )
    InboxRecord.objects.bulk_create([note], ignore_conflicts=True)
    return _replaced_by(edited) == incoming.id


def _replaced_by(instance: str) -> str | None:
    notes = InboxRecord.objects.filter(record_id=_claim_on(instance), kind=_NOTE)
    raw = notes.values_list("raw", flat=True).first()
    return json.loads(raw).get("by") if raw else None


def _claim_on(instance: str) -> str:
    return f"deprecated:{instance}"
