"""ARCO requests and whose data they are about, as the pages show them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.casework.deadlines import days_not_counted, municipal_holidays
from backend.casework.timeline import in_words
from backend.privacy.erasing import holder_of, proposed, sought_of
from backend.privacy.finding import Sought, without
from backend.privacy.models import ArcoRequest
from backend.privacy.terms import TO_ANSWER, TO_EXTEND, may_ask_to_complete, may_extend
from backend.privacy.wording import act_in_words
from field.folio import format_folio
from field.models import InboxRecord, Petition
from field.persons import PassageKind, sources
from field.sync.corrected import printable
from field.tray.pages import rows_of
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
    subjects = list(request.subjects.select_related("petition__category", "petition__petitioner", "record"))
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
    }


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
    if not left_out:
        return sentence
    named = ", ".join(f"{in_words(rest.date)} ({rest.name})" for rest in left_out)
    return _("%(sentence)s No cuentan sábados, domingos ni: %(named)s.") % {
        "sentence": sentence,
        "named": named,
    }


def candidate_rows(request: ArcoRequest, petitions: Iterable[Petition]) -> list[tuple[Petition, bool]]:
    """Each with whether it is already ticked."""
    ticked = {one.petition_id for one in request.subjects.all()}
    return [(petition, petition.pk in ticked) for petition in petitions]


def held_rows(request: ArcoRequest, records: list[InboxRecord]) -> list[tuple[InboxRecord, str, str, bool]]:
    """Each with what it says, who it says asks, and whether it is already ticked."""
    ticked = {one.record_id for one in request.subjects.all()}
    rows = []
    for record, row in zip(records, rows_of(records), strict=True):
        person = json.loads(record.raw).get("petitioner")
        named = person if isinstance(person, dict) else {}
        who = " · ".join(str(named[key]) for key in ("name", "phone") if named.get(key))
        rows.append((record, row.summary, str(printable(who)), record.pk in ticked))
    return rows


@dataclass(frozen=True, slots=True)
class Erasure:
    """A passage as it is looked through before it is erased. ``name`` is its field of the form."""

    name: str
    where: str
    label: str
    kind: str
    text: str
    redacted: str
    choice: str


@dataclass(frozen=True, slots=True)
class Erasures:
    """All of one boleta or held record."""

    title: str
    open: bool
    passages: list[Erasure]


def erasures_of(request: ArcoRequest, choices: Mapping[str, str]) -> list[Erasures]:
    """What a cancellation would do to each boleta and held record ticked."""
    subjects = request.subjects.select_related("petition__category", "record")
    holder = holder_of(request)
    return [
        Erasures(
            f"{format_folio(one.petition.folio)} · {one.petition.category.name}",
            Petition.objects.open().filter(pk=one.petition.pk).exists(),
            _passages(one.petition, holder, choices),
        )
        if one.petition is not None
        else Erasures(_("Registro %(n)s, por componer") % {"n": one.record_id}, False, [])
        for one in subjects
    ]


def _passages(petition: Petition, holder: Sought, choices: Mapping[str, str]) -> list[Erasure]:
    person: Sought = sought_of(petition.pk, holder)
    rows = []
    for source in sources():
        for passage in source.read(petition.pk):
            name = f"{petition.pk}/{source.code}/{passage.key}"
            words = passage.kind is PassageKind.TEXT
            rows.append(
                Erasure(
                    name,
                    str(source.label),
                    str(passage.label),
                    passage.kind.value,
                    "" if source.code == "inbox" else passage.text,
                    without(passage.text, person) if words else "",
                    choices.get(name) or proposed(passage, person),
                )
            )
    return rows
