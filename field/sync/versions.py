"""A petition that was filed, beside what another record says of it."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from field.models import InboxRecord
from field.sync.corrected import corrected_body
from field.sync.kinds import kind_of

PETITION = "petition"
_FILED = InboxRecord.State.FILED


class Versions(NamedTuple):
    """Both as petitions' records: ``first`` is what was filed, ``other`` what came besides."""

    petition_id: UUID
    first: dict[str, Any]
    other: dict[str, Any]


def versions_of(record: InboxRecord) -> Versions | None:
    """What was filed and what the record says of the same petition; None where it tells of none that is.

    A record of another kind (a form of ODK Collect) tells a petition by its kind's ``retold``.
    """
    body, name = corrected_body(record), record.record_id
    if record.kind != PETITION:
        kind = kind_of(record.kind)
        told = kind.retold(body) if kind and kind.retold else None
        if told is None:
            return None
        body, name = told, str(told["id"])
    elif record.first:
        return None
    filed = InboxRecord.objects.filter(record_id=name, first=True, kind=PETITION, state=_FILED).first()
    if filed is None:
        return None
    first = corrected_body(filed)
    try:
        return Versions(UUID(str(first["id"])), first, body)
    except ValueError:
        return None
