"""Files the sync records of kind ``encounter_undo``: a door that was tapped by mistake.

- The encounter is kept, marked as withdrawn, and leaves every figure; its petitions stand, having folios.
  The tablet that only changes what happened hands in another encounter, which names them.
- An encounter that has not come yet: the undo is held, waiting for it, and joins by itself.
- Undone before: filed, and the first undoing stands.
- Only the tablet that recorded the door, or the person who did: anybody else's is held for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BeforeValidator, Field, ValidationError

from campaigns.models import Encounter
from field.sync.authors import Authors, CapturedBy
from field.sync.kinds import Filed, Held, Incoming, KindField, Outcome
from field.sync.records import Record, Time, Uuid, errors_of, field_error, impossible_time, read_note
from geo.problems import FieldError

#: After encounters, so that an undo finds the door that came with it.
ORDER = 30
LONGEST_REASON = 500

#: A door as an undo must know it: the tablet and the person that recorded it.
Door = tuple[UUID | None, int | None]

LABEL = gettext_lazy("Puerta deshecha")
FIELDS = (
    KindField("/at", gettext_lazy("Cuándo se deshizo"), "time", needed=True),
    KindField("/encounter", gettext_lazy("Puerta (su id)"), needed=True),
    KindField("/reason", gettext_lazy("Por qué"), "long"),
    KindField("/id", gettext_lazy("Identidad del registro"), "id"),
)


class UndoRecord(Record):
    """``encounter`` is the id of the door that never was."""

    id: Uuid
    encounter: Uuid
    at: Time
    reason: Annotated[str, Field(max_length=LONGEST_REASON), BeforeValidator(read_note)] = ""
    captured_by: CapturedBy = None


def file_undos(records: Sequence[Incoming], /) -> list[Outcome]:
    """Withdraw the doors that a batch names: an outcome for each record, in order."""
    read = [(incoming, _read(incoming)) for incoming in records]
    sound = [(incoming, record) for incoming, record in read if isinstance(record, UndoRecord)]
    authors = Authors((incoming, record.captured_by) for incoming, record in sound)
    named = Encounter.objects.filter(pk__in={record.encounter for _incoming, record in sound})
    doors: dict[UUID, Door] = {
        pk: (device, person) for pk, device, person in named.values_list("pk", "device", "recorded_by")
    }
    outcomes: list[Outcome] = []
    for incoming, record in read:
        if isinstance(record, UndoRecord):
            outcome = _judge(incoming, record, doors, authors)
            if isinstance(outcome, Filed):
                _withdraw(incoming, record, authors)
        else:
            outcome = Held(record)
        outcomes.append(outcome)
    return outcomes


def undo_receipts(ids: Sequence[str], /) -> dict[str, dict[str, Any]]:
    return {}


def _read(incoming: Incoming) -> UndoRecord | list[FieldError]:
    try:
        record = UndoRecord.model_validate(incoming.body)
    except ValidationError as invalid:
        return errors_of(invalid)
    return impossible_time("/at", record.at, incoming.received_at) or record


def _judge(incoming: Incoming, record: UndoRecord, doors: dict[UUID, Door], authors: Authors) -> Outcome:
    if unknown := authors.errors(incoming, record.captured_by):
        return Held(unknown)
    if record.encounter not in doors:
        detail = _("La puerta todavía no ha llegado.")
        return Held([field_error("/encounter", "not_here_yet", detail)], (str(record.encounter),))
    device, person = doors[record.encounter]
    same_tablet = incoming.device is not None and incoming.device.pk == device
    author = authors.author_id(incoming, record.captured_by)
    if not same_tablet and (author is None or author != person):
        detail = _("Solo puede deshacerla la tableta o la persona que la registró.")
        return Held([field_error("/encounter", "not_yours", detail)])
    return Filed()


def _withdraw(incoming: Incoming, record: UndoRecord, authors: Authors) -> None:
    """One statement for each: a day has few, and the first undoing of a door stands."""
    Encounter.objects.filter(pk=record.encounter, withdrawn_at=None).update(
        withdrawn_at=record.at,
        withdrawn_by=authors.author_id(incoming, record.captured_by),
        withdrawn_why=record.reason.strip(),
    )
