"""What the office does with held records: mend and file, join, set aside. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from field.models import Correction, InboxRecord, Petition, PetitionAttachment
from field.signals import petition_noted
from field.sync.corrected import Change, corrected_body, differences, printable, with_changes
from field.sync.filing import file_records
from field.sync.inbox import refile_waiting
from field.sync.kinds import Held, Incoming
from field.sync.records import named_attachments
from field.sync.versions import PETITION, versions_of
from field.sync.words import label_of, words_of
from geo.problems import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

LONGEST_REASON = 1000
_HELD, _FILED, _ASIDE = InboxRecord.State.HELD, InboxRecord.State.FILED, InboxRecord.State.ASIDE


class Mended(NamedTuple):
    """What became of a mended record: filed, with its receipt, or waiting for another to come."""

    filed: bool
    receipt: dict[str, Any]


def mend_record(
    *, record: InboxRecord, changes: Sequence[Change], by: AbstractUser, seen: int | None = None
) -> Mended:
    """File a held record with what a person changed in it; its raw text stays as it came.

    ``seen`` is the last correction that the person saw. Raises Invalid, with pointers into the record,
    where it still cannot be filed (nothing is then kept), NotFound, or Conflict where somebody was first.
    """
    mended, names = _mend(record=record, changes=changes, by=by, seen=seen)
    # After the commit, as with any arrival: whichever of two sides commits last sees the other.
    refile_waiting(names)
    return mended


@transaction.atomic
def _mend(
    *, record: InboxRecord, changes: Sequence[Change], by: AbstractUser, seen: int | None
) -> tuple[Mended, set[str]]:
    row = _lock(record, by, seen, _HELD)
    first = None if row.first else _lock_first(row)
    if first is not None and first.state == _FILED:
        raise Conflict(_("La primera versión ya está archivada: agregue ésta como nota, o déjela."))
    body = with_changes(corrected_body(row), changes)
    incoming = Incoming(str(body.get("id")), row.kind, body, row.received_at, row.device, row.user_id)
    outcome = file_records([incoming])[0]
    if isinstance(outcome, Held):
        if not (changes and outcome.waiting_for):
            raise Invalid(_("Todavía no se puede archivar: vea lo señalado."), errors=outcome.errors)
        row.errors, row.waiting_for = outcome.errors, list(outcome.waiting_for)
    else:
        row.state, row.errors, row.waiting_for = _FILED, [], []
    row.save(update_fields=["state", "errors", "waiting_for"])
    _append(row, Correction.Act.MENDED, by, changes=changes)
    if isinstance(outcome, Held):
        return Mended(False, {}), set(outcome.waiting_for)
    if first is not None and first.state == _HELD:
        _put_aside(first, Correction.Act.REPLACED, by)
    _note_folio(incoming, changes, by)
    return Mended(True, outcome.receipt), {row.record_id, incoming.id, incoming.id.lower()}


@transaction.atomic
def join_version(*, record: InboxRecord, by: AbstractUser, seen: int | None = None) -> Petition:
    """Add what another version of a filed petition says to that petition, as a note and with its photos.

    The petition's own facts stay as they were first told. Raises NotFound or Conflict.
    """
    row = _lock(record, by, seen, _HELD)
    versions, petition = versions_of(row), joined_petition(row)
    if versions is None or petition is None:
        raise Conflict(_("Esta versión no es de una petición archivada: no hay a qué agregarla."))
    before, after = versions.first, versions.other
    differ = differences(before, after)
    _add_photos(petition, [sha for sha in named_attachments(after) if sha not in named_attachments(before)])
    petition_noted.send(sender=Petition, petition=petition, text=_note_of(after, differ), by=by)
    row.state, row.errors, row.waiting_for = _FILED, [], []
    row.save(update_fields=["state", "errors", "waiting_for"])
    _append(row, Correction.Act.JOINED, by, changes=differ)
    return petition


@transaction.atomic
def keep_first(*, record: InboxRecord, by: AbstractUser, seen: int | None = None) -> InboxRecord:
    """Leave what was filed first as it is, and this other version aside. Raises NotFound or Conflict."""
    row = _lock(record, by, seen, _HELD)
    if row.first:
        raise Conflict(_("De este registro no hay otra versión."))
    return _put_aside(row, Correction.Act.KEPT_FIRST, by)


@transaction.atomic
def set_aside(*, record: InboxRecord, reason: str, by: AbstractUser, seen: int | None = None) -> InboxRecord:
    """Take a held record out of the tray, with the reason; ``take_back`` undoes it.

    Raises Invalid without a reason, NotFound or Conflict.
    """
    reason = printable(reason).strip()
    if not reason or len(reason) > LONGEST_REASON:
        detail = _("Escriba el motivo, en %(most)s letras a lo más.") % {"most": LONGEST_REASON}
        raise Invalid(detail, errors=[{"pointer": "/reason", "code": "length", "detail": detail}])
    return _put_aside(_lock(record, by, seen, _HELD), Correction.Act.SET_ASIDE, by, reason)


def take_back(*, record: InboxRecord, by: AbstractUser) -> InboxRecord:
    """Put a record that was set aside back into the tray, and file it if what it waited for has come."""
    row = _take_back(record, by)
    refile_waiting(row.waiting_for)
    row.refresh_from_db()
    return row


@transaction.atomic
def _take_back(record: InboxRecord, by: AbstractUser) -> InboxRecord:
    row = _lock(record, by, None, _ASIDE)
    row.state = _HELD
    row.save(update_fields=["state"])
    _append(row, Correction.Act.TAKEN_BACK, by)
    return row


def joined_petition(record: InboxRecord) -> Petition | None:
    """The filed petition of which a record is another version, if it is one."""
    versions = versions_of(record)
    if versions is None:
        return None
    return Petition.objects.select_related("category").filter(pk=versions.petition_id).first()


def _lock(record: InboxRecord, by: AbstractUser, seen: int | None, state: str) -> InboxRecord:
    """The record, locked, so that of two people the second finds it done."""
    visible = InboxRecord.objects.visible(by).select_related("device").select_for_update(of=("self",))
    row = visible.filter(pk=record.pk).first()
    if row is None:
        raise NotFound(_("No existe ese registro."))
    last = row.corrections.aggregate(last=Max("pk"))["last"]
    if row.state != state or (seen is not None and seen != (last or 0)):
        raise Conflict(_("Otra persona acaba de atender este registro. Vea cómo quedó."))
    return row


def _lock_first(row: InboxRecord) -> InboxRecord:
    return InboxRecord.objects.select_for_update().get(record_id=row.record_id, first=True)


def _put_aside(row: InboxRecord, act: Correction.Act, by: AbstractUser, reason: str = "") -> InboxRecord:
    row.state = _ASIDE
    row.save(update_fields=["state"])
    _append(row, act, by, reason=reason)
    return row


def _append(
    row: InboxRecord,
    act: Correction.Act,
    by: AbstractUser,
    *,
    changes: Sequence[Change] = (),
    reason: str = "",
) -> None:
    Correction.objects.create(
        record=row,
        act=act,
        changes=printable([dict(change) for change in changes]),
        reason=reason,
        by_id=by.pk,
        at=timezone.now(),
    )


def _note_folio(incoming: Incoming, changes: Sequence[Change], by: AbstractUser) -> None:
    """The citizen holds the folio that was given at the door: whoever looks must find it."""
    given = [change["before"] for change in changes if change["pointer"] == "/folio" and change["before"]]
    if incoming.kind != PETITION or not given:
        return
    told = _("En la puerta se entregó el folio «%(folio)s», que no pudo usarse. El de la boleta es el bueno.")
    petition = Petition.objects.select_related("category").get(pk=incoming.id)
    text = told % {"folio": printable(str(given[0]))[:100]}
    petition_noted.send(sender=Petition, petition=petition, text=text, by=by)


def _note_of(body: dict[str, Any], differ: Sequence[Change]) -> str:
    lines = [_("Llegó otra versión de lo mismo. Lo que dice distinto:")]
    for pointer, value in ((change["pointer"], change["after"]) for change in differ):
        if pointer != "/attachments":
            lines.append(f"{label_of(PETITION, pointer)}: {words_of(PETITION, pointer, value, body)}")
    return "\n".join(lines)


def _add_photos(petition: Petition, files: Sequence[str]) -> None:
    rows = PetitionAttachment.objects.filter(petition=petition)
    there = set(rows.values_list("sha256", flat=True))
    position = rows.aggregate(last=Max("position"))["last"]
    start = 0 if position is None else position + 1
    fresh = [sha256 for sha256 in files if sha256 not in there]
    PetitionAttachment.objects.bulk_create(
        PetitionAttachment(petition=petition, sha256=sha256, position=start + number)
        for number, sha256 in enumerate(fresh)
    )
