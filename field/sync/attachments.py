"""The record kind ``attachment``: files that belong to a petition and come apart from its record.

``{"kind": "attachment", "id", "petition", "attachments": [{sha256, content_type, bytes}]}``. One that
comes before its petition waits for it. Without a petition (null) it is held for a person, as is one
with ``refused``: what a person reads of a file that could not be kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from pydantic import Field, ValidationError

from field.models import Petition, PetitionAttachment
from field.sync.kinds import Filed, Held, Incoming, KindField, Outcome, register
from field.sync.petitions import AttachmentRecord
from field.sync.records import Record, Text, Uuid, errors_of, field_error
from geo.problems import FieldError

#: After petitions, so that files find one that came with them.
ORDER = 15


class FilesRecord(Record):
    petition: Uuid | None
    attachments: Annotated[list[AttachmentRecord], Field(max_length=50)]
    refused: Annotated[Text, Field(max_length=500)] | None = None


def file_attachments(records: Sequence[Incoming], /) -> list[Outcome]:
    """Add the files that each record names to its petition, after those that it has."""
    read = [_read(record) for record in records]
    named = {record.petition for record in read if isinstance(record, FilesRecord) and record.petition}
    counted = dict(
        Petition.objects.filter(pk__in=named).annotate(files=Count("attachments")).values_list("pk", "files")
    )
    outcomes: list[Outcome] = []
    rows = []
    for record in read:
        outcome = _judge(record, counted) if isinstance(record, FilesRecord) else Held(record)
        outcomes.append(outcome)
        if isinstance(record, FilesRecord) and record.petition and isinstance(outcome, Filed):
            rows += _rows(record, record.petition, counted[record.petition])
            counted[record.petition] += len(record.attachments)
    # A file that the petition names already stays as it is.
    PetitionAttachment.objects.bulk_create(rows, ignore_conflicts=True)
    return outcomes


def attachment_receipts(ids: Sequence[str], /) -> dict[str, dict[str, Any]]:
    return {}


def register_attachments() -> None:
    register(
        "attachment",
        file=file_attachments,
        receipts=attachment_receipts,
        order=ORDER,
        label=_lazy("Foto o documento"),
        fields=(
            KindField("/petition", _lazy("Petición a la que pertenece (su id)")),
            KindField("/name", _lazy("Nombre del archivo")),
        ),
    )


def _read(incoming: Incoming) -> FilesRecord | list[FieldError]:
    try:
        return FilesRecord.model_validate(incoming.body)
    except ValidationError as invalid:
        return errors_of(invalid)


def _judge(record: FilesRecord, petitions: dict[UUID, int]) -> Outcome:
    if record.refused is not None:
        return Held([field_error("/attachments", "refused", record.refused)])
    if record.petition is None:
        detail = _(
            "El archivo llegó con un envío que una persona debe revisar; no se unió a ninguna petición."
        )
        return Held([field_error("/petition", "missing", detail)])
    if record.petition not in petitions:
        detail = _("Esta petición todavía no ha llegado.")
        return Held([field_error("/petition", "not_here_yet", detail)], (str(record.petition),))
    return Filed()


def _rows(record: FilesRecord, petition: UUID, after: int) -> list[PetitionAttachment]:
    return [
        PetitionAttachment(
            petition_id=petition,
            sha256=file.sha256,
            content_type=file.content_type,
            bytes=file.bytes,
            position=after + position,
        )
        for position, file in enumerate(record.attachments)
    ]
