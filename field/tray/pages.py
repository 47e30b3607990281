"""What the tray's pages say of records: rows, one record in words, two versions side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.utils.translation import gettext as _

from field.models import Attachment, Category, Correction, InboxRecord
from field.sync.corrected import corrected_body, member, printable
from field.sync.kinds import kind_of
from field.sync.records import named_attachments
from field.sync.versions import PETITION, versions_of
from field.sync.words import label_of, lines_of, unplaced, words_of
from field.vocabulary import Trouble

LONGEST_SUMMARY = 160


class Row(NamedTuple):
    """A record in the list."""

    record: InboxRecord
    trouble: Trouble | None
    kind: str
    summary: str
    problems: list[str]
    sender: str


class Compared(NamedTuple):
    """One value of two versions of a record."""

    label: str
    first: str
    second: str
    differs: bool


class Story(NamedTuple):
    """One thing that was done with a record."""

    correction: Correction
    lines: list[tuple[str, str, str]]


def rows_of(records: Iterable[InboxRecord]) -> list[Row]:
    """Records as the list shows them: one query for all their categories' names."""
    read = [(record, json.loads(record.raw)) for record in records]
    codes = {body.get("category") for _record, body in read if isinstance(body.get("category"), str)}
    names = dict(Category.objects.filter(code__in=codes).values_list("code", "name"))
    return [_row(record, body, names) for record, body in read]


def aside_page(page: Page[InboxRecord]) -> dict[str, Any]:
    """What was set aside, each with why and by whom."""
    rows = rows_of(page.object_list)
    acts = (Correction.Act.SET_ASIDE, Correction.Act.KEPT_FIRST, Correction.Act.REPLACED)
    found = Correction.objects.filter(record__in=[row.record.pk for row in rows], act__in=acts)
    last = {one.record_id: one for one in found.select_related("by").order_by("pk")}
    return {"page": page, "rows": [(row, last.get(row.record.pk)) for row in rows]}


def record_page(record: InboxRecord) -> dict[str, Any]:
    """A record in words, its photos, and what was done with it. Its corrections are prefetched."""
    body = corrected_body(record)
    kind = kind_of(record.kind)
    files = named_attachments(body)
    there = set(Attachment.objects.filter(pk__in=files).values_list("pk", flat=True))
    return {
        "record": record,
        "kind": str(kind.label) if kind else "",
        "known_kind": kind is not None,
        "sender": _sender(record),
        "lines": lines_of(record.kind, body, record.errors),
        "unplaced": unplaced(record.kind, body, record.errors),
        "photos": [sha256 for sha256 in files if sha256 in there],
        "photos_to_come": len(files) - len(there),
        "story": [_story(record, one) for one in record.corrections.all()],
        "is_held": record.state == InboxRecord.State.HELD,
        "is_aside": record.state == InboxRecord.State.ASIDE,
    }


def compared(record: InboxRecord) -> list[Compared]:
    """A later version of a record beside the first, value by value; nothing for a first one.

    What tells of a petition already filed is read as that petition is, in whatever form it came.
    """
    kind, one, other = PETITION, {}, {}
    if versions := versions_of(record):
        one, other = versions.first, versions.other
    elif record.first:
        return []
    else:
        kind, one, other = record.kind, corrected_body(_first_of(record)), corrected_body(record)
    pointers = [line.pointer for line in [*lines_of(kind, one, []), *lines_of(kind, other, [])]]
    rows = []
    for pointer in dict.fromkeys(pointers):
        values = member(one, pointer), member(other, pointer)
        rows.append(
            Compared(
                label_of(kind, pointer),
                words_of(kind, pointer, values[0], one),
                words_of(kind, pointer, values[1], other),
                values[0] != values[1],
            )
        )
    return rows


def _first_of(record: InboxRecord) -> InboxRecord:
    return InboxRecord.objects.prefetch_related("corrections").get(record_id=record.record_id, first=True)


def _row(record: InboxRecord, body: dict[str, Any], names: dict[str, str]) -> Row:
    kind = kind_of(record.kind)
    category = body.get("category")
    told = [
        names.get(category, category) if isinstance(category, str) else "",
        *(body.get(name) for name in ("description", "note", "address")),
    ]
    summary = " · ".join(part.strip() for part in told if isinstance(part, str) and part.strip())
    trouble = getattr(record, "trouble", None)
    return Row(
        record,
        Trouble(trouble) if trouble else None,
        str(kind.label) if kind else _("Registro «%(kind)s»") % {"kind": record.kind},
        printable(summary)[:LONGEST_SUMMARY],
        list(dict.fromkeys(error["detail"] for error in record.errors)),
        _sender(record),
    )


def _sender(record: InboxRecord) -> str:
    user = str(record.user) if record.user else _("Sin persona")
    return f"{user}, {record.device.name}" if record.device else user


def _story(record: InboxRecord, correction: Correction) -> Story:
    lines = [
        (
            label_of(record.kind, change["pointer"]),
            words_of(record.kind, change["pointer"], change["before"], {}),
            words_of(record.kind, change["pointer"], change["after"], {}),
        )
        for change in correction.changes
    ]
    return Story(correction, lines)
