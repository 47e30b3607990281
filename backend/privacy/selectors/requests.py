"""ARCO requests and whose data they are about, as the pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.casework.deadlines import days_not_counted, municipal_holidays
from backend.casework.timeline import in_words, not_counted_in_words
from backend.letters.persons import passages_of
from backend.privacy.erasing import (
    holder_of,
    named_at,
    named_in,
    proposed,
    sought_in,
    sought_of,
    within_reach,
)
from backend.privacy.finding import Sought, without
from backend.privacy.models import ArcoRequest, ArcoSubject
from backend.privacy.terms import (
    TO_ANSWER,
    TO_EXTEND,
    may_ask_to_complete,
    may_extend,
    say_not_ours_by,
)
from backend.privacy.wording import act_in_words
from field.folio import format_folio
from field.models import Petition
from field.persons import Passage, PassageKind, sources
from geo.clock import local_today

CLOSED_SHOWN = 50
#: What can be corrected, as it is called.
LABELS = {
    "name": gettext_lazy("Nombre"),
    "phone": gettext_lazy("Teléfono"),
    "email": gettext_lazy("Correo"),
    "address": gettext_lazy("Dirección"),
    "reference": gettext_lazy("Referencia"),
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as a line of the list: what is owed, until when, and whether that day has gone."""

    request: ArcoRequest
    owed: str
    due_on: dt.date
    late: bool


def request_rows() -> dict[str, Any]:
    """Those on which something is owed, the first due on top, and the last closed. Two queries."""
    owed = Q(resolved_at=None) | Q(outcome=ArcoRequest.Outcome.GRANTED, fulfilled_at=None)
    rows = [_row(request) for request in ArcoRequest.objects.filter(owed)]
    rows.sort(key=lambda row: (row.due_on, row.request.pk))
    closed = ArcoRequest.objects.exclude(owed).order_by(F("resolved_at").desc())[:CLOSED_SHOWN]
    return {"rows": rows, "closed": list(closed)}


def _row(request: ArcoRequest) -> RequestRow:
    if request.waits_for_person and request.complete_by:
        late = request.complete_by < local_today()
        return RequestRow(request, _("Que la persona la complete"), request.complete_by, late)
    if request.resolved_at is None:
        return RequestRow(request, _("Responder"), request.due_on, request.due_on < local_today())
    due_on = request.effective_by or request.due_on
    return RequestRow(request, _("Hacer efectiva"), due_on, due_on < local_today())


def request_page(request: ArcoRequest) -> dict[str, Any]:
    """A request with whose data it is about, its trail and how its days were counted."""
    subjects = list(
        request.subjects.select_related("petition__category", "petition__petitioner", "record", "letter")
    )
    steps = request.steps.select_related("by").prefetch_related("old_values__petition")
    return {
        "arco": request,
        "row": _row(request) if request.open else None,
        "counted": _counted(request),
        "subjects": subjects,
        "steps": [
            {
                "what": act_in_words(step.act),
                "at": step.at,
                "by": step.by,
                "text": step.text,
                "old": [
                    {
                        "folio": format_folio(old.petition.folio),
                        "label": LABELS[old.label],
                        "before": old.before,
                    }
                    for old in step.old_values.all()
                ],
            }
            for step in steps
        ],
        "may_extend": may_extend(request),
        "may_ask_to_complete": may_ask_to_complete(request),
        "blocked": request.blocked.defer("contents").first(),
        "not_ours": None if request.resolved_at else _not_ours(request),
    }


def _not_ours(request: ArcoRequest) -> dict[str, Any]:
    """Until when the person is told that it is not the municipality's to answer."""
    day = say_not_ours_by(request)
    return {"day": day, "late": day < local_today()}


def _counted(request: ArcoRequest) -> str:
    """How the days to answer were counted."""
    days = TO_ANSWER + (TO_EXTEND if request.extended else 0)
    since = request.completed_on or request.received_on
    left_out = days_not_counted(since, request.due_on, municipal_holidays())
    sentence = _("%(days)s días hábiles desde el %(start)s: vence el %(end)s.") % {
        "days": days,
        "start": in_words(since),
        "end": in_words(request.due_on),
    }
    return f"{sentence} {not_counted_in_words(left_out)}"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A passage as it is looked through before it is erased. ``name`` is its field of the form; ``where`` is
    empty for what the boleta itself says."""

    name: str
    where: str
    label: str
    kind: str
    text: str
    redacted: str
    choice: str


@dataclass(frozen=True, slots=True)
class Erasures:
    """All of one boleta, held record or letter."""

    title: str
    open: bool
    passages: list[Erasure]
    #: Somebody else's, which only names the person.
    named: bool


def erasures_of(request: ArcoRequest, choices: Mapping[str, str]) -> list[Erasures]:
    """What a cancellation would do to each boleta, held record and letter ticked."""
    subjects = request.subjects.select_related("petition__category", "record", "letter")
    holder = holder_of(request)
    return [_erasures(one, holder, choices) for one in subjects]


def _erasures(subject: ArcoSubject, holder: Sought, choices: Mapping[str, str]) -> Erasures:
    named = subject.named
    if (petition := subject.petition) is not None:
        still_open = not named and Petition.objects.open().filter(pk=petition.pk).exists()
        title = f"{format_folio(petition.folio)} · {petition.category.name}"
        return Erasures(title, still_open, _of_petition(petition, holder, choices, named=named), named)
    if (letter := subject.letter) is not None:
        person = named_in(letter, holder) if named else sought_in(letter, holder)
        passages = within_reach(passages_of(letter), named=named)
        rows = [_erasure("letters", _("Oficio sin boleta"), one, person, choices) for one in passages]
        return Erasures(_("Oficio %s") % letter, False, rows, named)
    return Erasures(_("Registro %(n)s, por componer") % {"n": subject.record_id}, False, [], named)


def _of_petition(
    petition: Petition, holder: Sought, choices: Mapping[str, str], *, named: bool
) -> list[Erasure]:
    person = named_at(petition.pk, holder) if named else sought_of(petition.pk, holder)
    return [
        _erasure(
            f"{petition.pk}/{source.code}",
            "" if source.code == "petition" else str(source.label),
            passage,
            person,
            choices,
        )
        # First what the boleta itself says, and of whom.
        for source in sorted(sources(), key=lambda source: source.code != "petition")
        for passage in within_reach(source.read(petition.pk), named=named)
    ]


def _erasure(
    prefix: str, where: str, passage: Passage, person: Sought, choices: Mapping[str, str]
) -> Erasure:
    name = f"{prefix}/{passage.key}"
    return Erasure(
        name,
        where,
        str(passage.label),
        passage.kind.value,
        # A record as it came is no text to be read through.
        "" if prefix.endswith("/inbox") else passage.text,
        without(passage.text, person) if passage.kind is PassageKind.TEXT else "",
        choices.get(name) or proposed(passage, person),
    )
