"""Files the sync records of kind ``encounter``: one door knocked each.

- A visit or petitions that have not come yet: the encounter is held, waiting for them, and joins
  by itself when they come.
- Anything that is not as it must be (an unknown outcome, an impossible or naive time, a note too
  long, …): held for a person, with every error at once.
- Outcome ``petition`` with no petition named: filed. The door was knocked, and the petition may be
  on paper or on another tablet; the tour's page counts such doors apart.
- Petitions named beside another outcome, or already named by another door (neighbours who ask
  together): filed; figures count each petition once.
- A visit of another crew, closed, or cancelled while the tablet had no signal: filed. Crews swap,
  tablets come back late, and a door that was knocked is a fact. Only a person restores what was
  cancelled; a planned visit is opened by its first door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BeforeValidator, Field, ValidationError, field_validator

from campaigns.models import Encounter, Visit
from campaigns.wording import day_in_words
from field.models import Petition
from field.sync.authors import Authors, CapturedBy
from field.sync.kinds import Filed, Held, Incoming, KindField, Outcome
from field.sync.records import (
    Metres,
    PointGeometry,
    Record,
    Time,
    Uuid,
    errors_of,
    field_error,
    impossible_time,
    read_note,
)
from field.sync.words import parsed_time
from geo.clock import local_today
from geo.problems import FieldError

#: After petitions, so that an encounter finds those that came with it.
ORDER = 20
LONGEST_NOTE = 2000
MOST_PETITIONS = 50
#: Visits this far from a held door's day are offered to whoever corrects it.
VISITS_AROUND = timedelta(days=14)
MOST_VISITS = 200


def _visits(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The visits of about the day of the door, and of these days: its clock may run wrong."""
    near = now = (local_today() - VISITS_AROUND, local_today() + VISITS_AROUND)
    if at := parsed_time(body.get("at")):
        # A clock gone mad may tell a day so near the ends of the calendar that there is none around it.
        with suppress(OverflowError):
            near = (at.date() - VISITS_AROUND, at.date() + VISITS_AROUND)
    visits = Visit.objects.filter(Q(date__range=near) | Q(date__range=now))
    rows = visits.order_by("-date", "place__name").values_list("pk", "place__name", "date")[:MOST_VISITS]
    return [(str(pk), f"{place}, {day_in_words(date)}") for pk, place, date in rows]


def _outcomes(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Encounter.Outcome.choices]


LABEL = gettext_lazy("Puerta")
#: How the office reads a held encounter, and corrects it.
FIELDS = (
    KindField("/at", gettext_lazy("Cuándo se tocó"), "time", needed=True),
    KindField("/visit", gettext_lazy("Visita"), "choice", _visits, needed=True),
    KindField("/outcome", gettext_lazy("Qué pasó en la puerta"), "choice", _outcomes, needed=True),
    KindField("/location", gettext_lazy("Punto"), "point"),
    KindField("/accuracy_m", gettext_lazy("Precisión del punto (m)"), "number"),
    KindField("/petitions", gettext_lazy("Peticiones que dio"), "texts"),
    KindField("/note", gettext_lazy("Nota"), "long"),
    KindField("/follows", gettext_lazy("Puerta a la que se regresó")),
    KindField("/id", gettext_lazy("Identidad del registro"), "id"),
)


class EncounterRecord(Record):
    """A door as a tablet writes it (docs/sync.md); it ``follows`` the earlier one that it goes back to."""

    id: Uuid
    visit: Uuid
    outcome: Literal["petition", "nobody_home", "refused", "nothing_to_ask", "come_back"]
    at: Time
    location: PointGeometry | None = None
    accuracy_m: Metres | None = None
    petitions: Annotated[list[Uuid], Field(max_length=MOST_PETITIONS)] = []
    note: Annotated[str, Field(max_length=LONGEST_NOTE), BeforeValidator(read_note)] = ""
    follows: Uuid | None = None
    captured_by: CapturedBy = None

    @field_validator("petitions", mode="before")
    @classmethod
    def _null_is_none(cls, value: Any) -> Any:
        return [] if value is None else value


def file_encounters(records: Sequence[Incoming], /) -> list[Outcome]:
    """File a batch of encounters, one statement a table: an outcome for each record, in order."""
    read = [_read(record) for record in records]
    sound = [record for record in read if isinstance(record, EncounterRecord)]
    visits = dict(Visit.objects.filter(pk__in={record.visit for record in sound}).values_list("pk", "stage"))
    named = {petition for record in sound for petition in record.petitions}
    petitions = set(Petition.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    taken = set(Encounter.objects.filter(pk__in=[record.id for record in sound]).values_list("pk", flat=True))
    both = list(zip(records, read, strict=True))
    authors = Authors(
        (one, record.captured_by) for one, record in both if isinstance(record, EncounterRecord)
    )

    outcomes: list[Outcome] = []
    filed: list[tuple[EncounterRecord, Incoming]] = []
    for incoming, record in both:
        if isinstance(record, EncounterRecord):
            unknown = authors.errors(incoming, record.captured_by)
            outcome = Held(unknown) if unknown else _judge(record, visits.keys(), petitions, taken)
            if isinstance(outcome, Filed):
                filed.append((record, incoming))
                taken.add(record.id)
        else:
            outcome = Held(record)
        outcomes.append(outcome)
    if filed:
        _write(filed, authors)
        opened = {record.visit for record, _in in filed if visits[record.visit] == Visit.Stage.PLANNED}
        if opened:
            Visit.objects.filter(pk__in=opened, stage=Visit.Stage.PLANNED).update(stage=Visit.Stage.OPEN)
    return outcomes


def encounter_receipts(ids: Sequence[str], /) -> dict[str, dict[str, Any]]:
    """What repeats of filed encounters are told: nothing beyond their outcome."""
    return {}


def _read(incoming: Incoming) -> EncounterRecord | list[FieldError]:
    try:
        record = EncounterRecord.model_validate(incoming.body)
    except ValidationError as invalid:
        return errors_of(invalid)
    errors = impossible_time("/at", record.at, incoming.received_at)
    if record.follows == record.id:
        errors.append(field_error("/follows", "itself", _("Una puerta no puede ser regreso a sí misma.")))
    return errors or record


def _judge(record: EncounterRecord, visits: Set[UUID], petitions: Set[UUID], taken: Set[UUID]) -> Outcome:
    if record.id in taken:
        return Held([field_error("/id", "taken", _("Ya hay otra puerta registrada con este id."))])
    errors: list[FieldError] = []
    waiting: list[str] = []
    if record.visit not in visits:
        errors.append(field_error("/visit", "not_here_yet", _("La visita todavía no ha llegado.")))
        waiting.append(str(record.visit))
    for position, petition in enumerate(record.petitions):
        if petition not in petitions:
            detail = _("Esta petición todavía no ha llegado.")
            errors.append(field_error(f"/petitions/{position}", "not_here_yet", detail))
            waiting.append(str(petition))
    return Held(errors, tuple(dict.fromkeys(waiting))) if waiting else Filed()


def _point(location: PointGeometry | None) -> Point | None:
    if location is None:
        return None
    longitude, latitude = location.coordinates[:2]
    return Point(longitude, latitude, srid=4326)


def _write(filed: Sequence[tuple[EncounterRecord, Incoming]], authors: Authors) -> None:
    Encounter.objects.bulk_create(
        Encounter(
            id=record.id,
            visit_id=record.visit,
            outcome=record.outcome,
            at=record.at,
            received_at=incoming.received_at,
            location=_point(record.location),
            accuracy_m=record.accuracy_m,
            note=record.note.strip(),
            follows_id=record.follows,
            device=incoming.device,
            recorded_by_id=authors.author_id(incoming, record.captured_by),
        )
        for record, incoming in filed
    )
    links = [
        Encounter.petitions.through(encounter_id=record.id, petition_id=petition)
        for record, _incoming in filed
        for petition in dict.fromkeys(record.petitions)
    ]
    if links:
        Encounter.petitions.through.objects.bulk_create(links)
