"""The inbox: every record is on disk before its sender is answered, and then filed.

One transaction takes a whole batch: the raw records go in first, under unique keys that make
repeats and races harmless, then each kind's filer writes what they say. What cannot be filed stays
in the inbox, held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Func
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg.types.json import Jsonb

from field.models import Device, InboxRecord
from field.services.attachments import missing_attachments
from field.sync.corrected import corrected_body
from field.sync.filing import file_records
from field.sync.kinds import Filed, Held, Incoming, Outcome, kind_of
from field.sync.records import Key, Parcel, field_error, named_attachments, wrap_record
from geo.problems import FieldError

Receipt = dict[str, Any]
T = TypeVar("T")

_ATTEMPTS = 4
#: How many waiting records one arrival wakes at most in one transaction.
_WAKE = 500


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands in a batch, and when it came."""

    device: Device | None
    user_id: int | None
    received_at: datetime

    def incoming(self, parcel: Parcel) -> Incoming:
        return Incoming(parcel.id, parcel.kind, parcel.body, self.received_at, self.device, self.user_id)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one parcel, now or when it came before."""

    outcome: Outcome
    repeated: bool = False

    def receipt(self, parcel: Parcel) -> Receipt:
        if isinstance(self.outcome, Held):
            return {"id": parcel.id, "outcome": "held", "errors": self.outcome.errors}
        told = "repeated" if self.repeated else "stored"
        return {"id": parcel.id, "outcome": told, **self.outcome.receipt, "errors": []}


def receive_records(*, records: Sequence[Any], sender: Sender) -> list[Receipt]:
    """Keep and file a batch of records: one receipt for each, in order (docs/sync.md).

    Raises only where nothing was kept, because the database is away.
    """
    wrapped = [wrap_record(record) for record in records]
    parcels = {parcel.key: parcel for parcel in wrapped if isinstance(parcel, Parcel)}
    # Sorted, so that batches which share records wait for each other instead of locking up.
    answers = _patiently(partial(_take, sorted(parcels.values(), key=lambda parcel: parcel.key), sender))
    refile_waiting(_touched(answers))
    receipts = []
    for record, parcel in zip(records, wrapped, strict=True):
        if isinstance(parcel, Parcel):
            receipts.append(answers[parcel.key].receipt(parcel))
            # The same record twice in one batch is a repeat like any other.
            answers[parcel.key] = Answer(answers[parcel.key].outcome, repeated=True)
        else:
            receipts.append(_rejection(record, parcel))
    return _with_missing_attachments(receipts, wrapped)


def file_made(*, records: Sequence[dict[str, Any]], sender: Sender) -> list[Receipt]:
    """Keep and file what a filer made of its own record, in that record's transaction."""
    parcels = [parcel for parcel in map(wrap_record, records) if isinstance(parcel, Parcel)]
    answers = _take(sorted(parcels, key=lambda parcel: parcel.key), sender)
    return [answers[parcel.key].receipt(parcel) for parcel in parcels]


def refile_waiting(ids: Collection[str]) -> int:
    """File the held records that wait for any of ``ids``, where they can be now: how many were.

    Call it after the commit that brought ``ids``: whichever of the two sides commits last then
    sees the other.
    """
    filed = 0
    while _anything_waits_for(ids):
        joined: list[str] = []
        last: int | None = 0
        while last is not None:
            woken, last = _patiently(partial(_refile, ids, last))
            joined += woken
        filed += len(joined)
        ids = [name for id_ in joined for name in _names_of(id_)]
    return filed


def refile_stranded() -> int:
    """File what still waits for records that did come: left so by a crash between two commits."""
    held = InboxRecord.objects.filter(state=InboxRecord.State.HELD).exclude(waiting_for=[])
    awaited = held.annotate(awaited=Func("waiting_for", function="unnest")).values_list("awaited", flat=True)
    return refile_waiting(set(awaited))


def _patiently(work: Callable[[], T]) -> T:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return work()
        except OperationalError as error:
            # Two batches crossed on the same rows, and the database let one of them go.
            if attempt == _ATTEMPTS or not isinstance(
                error.__cause__, DeadlockDetected | SerializationFailure
            ):
                raise
    raise AssertionError("the last attempt returns or raises")


@transaction.atomic
def _take(parcels: list[Parcel], sender: Sender) -> dict[Key, Answer]:
    if not parcels:
        return {}
    fresh = _insert(parcels, sender, first=True)
    new = [parcel for parcel in parcels if parcel.key in fresh]
    outcomes = dict(zip([p.key for p in new], file_records([sender.incoming(p) for p in new]), strict=True))
    _hold(outcomes)
    met = _meet_again([parcel for parcel in parcels if parcel.key not in fresh], sender)
    return {key: Answer(outcome) for key, outcome in outcomes.items()} | met


def _meet_again(parcels: list[Parcel], sender: Sender) -> dict[Key, Answer]:
    """Tell repeats from another content under an id that is taken, which is kept too, held."""
    if not parcels:
        return {}
    rows = InboxRecord.objects.filter(record_id__in=[parcel.id for parcel in parcels]).defer("raw")
    kept = {(row.record_id, bytes(row.digest)): row for row in rows}
    others = [parcel for parcel in parcels if parcel.key not in kept]
    if others:
        changed = Held([field_error("/id", "changed", _("Ya se recibió otro contenido con este mismo id."))])
        _insert(others, sender, first=False)
        _hold(dict.fromkeys((parcel.key for parcel in others), changed))
    filed = {key for key, row in kept.items() if row.state == InboxRecord.State.FILED}
    receipts = _receipts_of(parcel for parcel in parcels if parcel.key in filed)
    answers = {parcel.key: Answer(changed) for parcel in others}
    for parcel in parcels:
        if row := kept.get(parcel.key):
            is_filed = parcel.key in filed
            again: Outcome = (
                Filed(receipts.get(parcel.id, {})) if is_filed else Held(row.errors, tuple(row.waiting_for))
            )
            answers[parcel.key] = Answer(again, repeated=True)
    return answers


def _receipts_of(parcels: Iterable[Parcel]) -> dict[str, dict[str, Any]]:
    ids_by_kind: dict[str, list[str]] = {}
    for parcel in parcels:
        ids_by_kind.setdefault(parcel.kind, []).append(parcel.id)
    receipts: dict[str, dict[str, Any]] = {}
    for name, ids in ids_by_kind.items():
        if kind := kind_of(name):
            receipts |= kind.receipts(ids)
    return receipts


@transaction.atomic
def _refile(ids: Collection[str], after: int) -> tuple[list[str], int | None]:
    """File some of those past the row ``after``: which were, and the row to go on from if any.

    Rows that another arrival is filing are waited for, never skipped: it may have looked for
    ``ids`` a moment before they came.
    """
    rows = list(
        InboxRecord.objects.select_for_update(of=("self",))
        .select_related("device")
        .prefetch_related("corrections")
        .filter(pk__gt=after, state=InboxRecord.State.HELD, waiting_for__overlap=list(ids))
        .order_by("id")[:_WAKE]
    )
    outcomes = file_records([_incoming(row) for row in rows])
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Filed):
            row.state, row.errors, row.waiting_for = InboxRecord.State.FILED, [], []
        else:
            row.errors, row.waiting_for = outcome.errors, list(outcome.waiting_for)
    InboxRecord.objects.bulk_update(rows, ["state", "errors", "waiting_for"])
    filed = [row.record_id for row in rows if row.state == InboxRecord.State.FILED]
    return filed, rows[-1].pk if len(rows) == _WAKE else None


def _anything_waits_for(ids: Collection[str]) -> bool:
    """Whether there is anything to wake: asked after every batch, and seldom so."""
    if not ids:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [list(ids)])
        return bool(cursor.fetchone())


def _incoming(row: InboxRecord) -> Incoming:
    body = corrected_body(row)
    return Incoming(str(body["id"]), row.kind, body, row.received_at, row.device, row.user_id)


_INSERT = """
INSERT INTO field_inboxrecord
    (record_id, digest, first, kind, raw, state, errors, waiting_for, device_id, user_id, received_at)
SELECT id, digest, %s, kind, raw, 'filed', '[]', '{}', %s::uuid, %s::bigint, %s
  FROM unnest(%s::text[], %s::bytea[], %s::text[], %s::text[]) AS parcel (id, digest, kind, raw)
    ON CONFLICT DO NOTHING
RETURNING record_id, digest
"""

_WAITS = "SELECT 1 FROM field_inboxrecord WHERE state = 'held' AND waiting_for && %s::varchar[] LIMIT 1"

_HOLD = """
UPDATE field_inboxrecord SET state = 'held', errors = %s, waiting_for = %s
 WHERE record_id = %s AND digest = %s AND state = 'filed'
"""


def _insert(parcels: list[Parcel], sender: Sender, *, first: bool) -> set[Key]:
    """Write the parcels that are not there yet: the keys of those that are new."""
    columns = zip(*((parcel.id, parcel.digest, parcel.kind, parcel.raw) for parcel in parcels), strict=True)
    device_id = sender.device.pk if sender.device else None
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [first, device_id, sender.user_id, sender.received_at, *map(list, columns)])
        return {(record_id, bytes(digest)) for record_id, digest in cursor.fetchall()}


def _hold(outcomes: dict[Key, Outcome]) -> None:
    rows: list[tuple[Any, ...]] = [
        (Jsonb(outcome.errors), list(outcome.waiting_for), *key)
        for key, outcome in outcomes.items()
        if isinstance(outcome, Held)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_HOLD, rows)


def _touched(answers: dict[Key, Answer]) -> set[str]:
    """The ids that came, and those that something which came waits for.

    Repeats too: a sender that sends again may not have been answered because we fell between the
    commit and the filing of what waited.
    """
    touched = set()
    for (record_id, _digest), answer in answers.items():
        outcome = answer.outcome
        touched |= _names_of(record_id) if isinstance(outcome, Filed) else set(outcome.waiting_for)
    return touched


def _names_of(record_id: str) -> set[str]:
    """What others may call a record: a UUID written in capitals is waited for in small letters."""
    return {record_id, record_id.lower()}


def _rejection(record: Any, errors: list[FieldError]) -> Receipt:
    id_ = record.get("id") if isinstance(record, dict) else None
    return {"id": id_ if isinstance(id_, str | int) else None, "outcome": "rejected", "errors": errors}


def _with_missing_attachments(
    receipts: list[Receipt], wrapped: Sequence[Parcel | list[FieldError]]
) -> list[Receipt]:
    named = [named_attachments(parcel.body) if isinstance(parcel, Parcel) else [] for parcel in wrapped]
    missing = missing_attachments({sha256 for names in named for sha256 in names})
    for receipt, names in zip(receipts, named, strict=True):
        receipt["missing_attachments"] = [sha256 for sha256 in names if sha256 in missing]
    return receipts
