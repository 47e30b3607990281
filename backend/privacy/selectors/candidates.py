"""What may be the person's, as the page on which somebody ticks it shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backend.letters.models import Letter
from backend.letters.persons import is_theirs
from backend.privacy.finding import Sought, asked_by, tells_of
from backend.privacy.models import ArcoRequest
from field.models import InboxRecord, Petition
from field.sync.corrected import printable
from field.tray.pages import rows_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row: whether the person seems to be who asked (else somebody else's words name them), and how it is
    ticked already."""

    row: Any
    asked: bool
    own: bool
    named: bool
    who: str = ""
    summary: str = ""


def candidate_rows(request: ArcoRequest, petitions: Iterable[Petition], sought: Sought) -> list[Candidate]:
    """Boletas, those that the person seems to have asked for first."""
    ticked = {one.petition_id: one.named for one in request.subjects.all()}
    rows = [_candidate(petition, asked_by(petition, sought), ticked) for petition in petitions]
    return sorted(rows, key=lambda one: not one.asked)


def held_rows(request: ArcoRequest, records: list[InboxRecord], sought: Sought) -> list[Candidate]:
    """Held records, each with what it says and who it says asks."""
    ticked = {one.record_id: one.named for one in request.subjects.all()}
    rows = []
    for record, row in zip(records, rows_of(records), strict=True):
        person = json.loads(record.raw).get("petitioner")
        named = person if isinstance(person, dict) else {}
        told = {key: str(printable(str(named[key]))) for key in ("name", "phone", "email") if named.get(key)}
        who = " · ".join(told[key] for key in ("name", "phone") if key in told)
        asked = tells_of(" ".join(told.values()), sought)
        rows.append(_candidate(record, asked, ticked, who=who, summary=row.summary))
    return rows


def letter_rows(request: ArcoRequest, letters: list[Letter], sought: Sought) -> list[Candidate]:
    """Letters of no boleta."""
    ticked = {one.letter_id: one.named for one in request.subjects.all()}
    return [
        _candidate(letter, is_theirs(letter) and tells_of(letter.party_name, sought), ticked)
        for letter in letters
    ]


def _candidate(
    row: Any, asked: bool, ticked: dict[Any, bool], *, who: str = "", summary: str = ""
) -> Candidate:
    how = ticked.get(row.pk)
    return Candidate(row, asked, how is False, how is True, who, summary)
