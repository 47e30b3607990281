"""The record kind ``petition``: what a crew captures at a door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from field.folio import format_folio, parse_folio
from field.models import Category, Channel, FolioSeries, LocationMethod, Petition
from field.services.folios import lock_series
from field.services.petitions import AttachmentIntake, PetitionerIntake, PetitionIntake, receive_petitions
from field.sync.authors import Authors, CapturedBy, staff_options
from field.sync.kinds import Filed, Held, Incoming, KindField, Outcome, register
from field.sync.records import (
    Metres,
    PointGeometry,
    Record,
    Sha256,
    Text,
    Time,
    Uuid,
    Voice,
    clean_text,
    errors_of,
    field_error,
    impossible_time,
)
from geo.problems import FieldError, Problem


def _clean_answers(value: Any, depth: int = 0) -> Any:
    """Answers as PostgreSQL's jsonb can hold them: whole texts, numbers of 64 bits, two levels."""
    if depth > 2 or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        raise PydanticCustomError("answers", "answers too deep, or a number too large")
    if isinstance(value, dict):
        return {clean_text(key): _clean_answers(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean_answers(item, depth + 1) for item in value]
    return clean_text(value)


class PetitionerRecord(Record):
    name: Annotated[Text, Field(max_length=200)] = ""
    phone: Annotated[Text, Field(max_length=40)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    consent: bool
    notice: Annotated[Text, Field(max_length=20)] = ""


class AttachmentRecord(Record):
    sha256: Sha256
    content_type: Annotated[Text, Field(max_length=60)] = ""
    bytes: Annotated[int, Field(ge=0)] | None = None


class PetitionRecord(Record):
    """A petition as a tablet writes it (docs/sync.md)."""

    id: Uuid
    folio: str | None = None
    captured_at: Time
    category: Text
    description: Annotated[Text, Field(max_length=20_000)] = ""
    on_behalf_of: Annotated[Text, Field(max_length=200)] | None = None
    answers: Annotated[dict[str, Any], BeforeValidator(_clean_answers)] = Field(default_factory=dict)
    location: PointGeometry | None = None
    accuracy_m: Metres | None = None
    location_method: Literal["gps", "map", "address"] | None = None
    address: Annotated[Text, Field(max_length=300)] | None = None
    reference: Annotated[Text, Field(max_length=300)] | None = None
    petitioner: PetitionerRecord | None = None
    attachments: Annotated[list[AttachmentRecord], Field(max_length=50)] = Field(default_factory=list)
    captured_by: CapturedBy = None
    echo_of: Voice = None


def _categories(body: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Those in use, and the record's own where it was retired, group by group."""
    groups: dict[str, list[tuple[str, str]]] = {}
    own = body.get("category")
    rows = Category.objects.filter(Q(active=True) | Q(code=own if isinstance(own, str) else ""))
    for code, name, group in rows.values_list("code", "name", "group"):
        groups.setdefault(group, []).append((code, name))
    return list(groups.items())


def _methods(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in LocationMethod.choices]


def _staff(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    return staff_options()


#: How the office reads a held petition, and corrects it.
FIELDS = (
    KindField("/captured_at", _lazy("Cuándo se capturó"), "time", needed=True),
    KindField("/category", _lazy("Categoría"), "choice", _categories, needed=True),
    KindField("/description", _lazy("Qué pide"), "long"),
    KindField("/on_behalf_of", _lazy("Grupo que lo pide")),
    KindField("/folio", _lazy("Folio"), "folio"),
    KindField("/location", _lazy("Punto"), "point"),
    KindField("/accuracy_m", _lazy("Precisión del punto (m)"), "number"),
    KindField("/location_method", _lazy("Cómo se ubicó"), "choice", _methods),
    KindField("/address", _lazy("Dirección")),
    KindField("/reference", _lazy("Referencia")),
    KindField("/petitioner/name", _lazy("Nombre de quien pide")),
    KindField("/petitioner/phone", _lazy("Teléfono")),
    KindField("/petitioner/email", _lazy("Correo")),
    KindField("/petitioner/consent", _lazy("Aceptó el aviso de privacidad"), "yes_no"),
    KindField("/petitioner/notice", _lazy("Versión del aviso")),
    KindField("/echo_of", _lazy("Suma su voz al folio")),
    KindField("/answers", _lazy("Respuestas"), "json"),
    KindField("/attachments", _lazy("Fotos"), "files"),
    KindField("/captured_by", _lazy("Quién capturó"), "choice", _staff),
    KindField("/id", _lazy("Identidad del registro"), "id"),
)

# Asked once by every batch: to have them composed anew would cost three times what running them does.
_CATEGORIES = "SELECT * FROM field_category WHERE code = ANY(%s)"
_TAKEN = "SELECT id, folio FROM field_petition WHERE id = ANY(%s::uuid[]) OR folio = ANY(%s::varchar[])"


@dataclass(slots=True)
class _Checked:
    """A record that could be read, what it says, and all that is wrong with it."""

    incoming: Incoming
    record: PetitionRecord
    errors: list[FieldError]
    folio: str | None = None
    category: Category | None = None
    author_id: int | None = None


def file_petitions(records: Sequence[Incoming]) -> list[Outcome]:
    """Check each petition and write those that stand; the rest is held with all that is wrong."""
    read = [_read(incoming) for incoming in records]
    checked = [one for one in read if isinstance(one, _Checked)]
    _find_categories(checked)
    _find_authors(checked)
    lock_series(one.folio[2:5] for one in checked if one.folio)
    _refuse_taken(checked)
    _refuse_unknown_series(checked)
    sound = [one for one in checked if not one.errors]
    petitions = receive_petitions(intakes=[_intake(one) for one in sound])
    receipts = _receipts(petitions)
    return [
        one
        if isinstance(one, Held)
        else Held(one.errors)
        if one.errors
        else Filed(receipts[_same(one.incoming.id)])
        for one in read
    ]


def petition_receipts(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The receipts of petitions filed before, by the id that their sender used."""
    petitions = Petition.objects.filter(pk__in=ids).select_related("place")
    petitions = petitions.only("folio", "certainty", "place__code")
    receipts = _receipts(petitions)
    return {id_: receipts[_same(id_)] for id_ in ids if _same(id_) in receipts}


def register_petitions() -> None:
    """Let petitions be handed in; before other kinds, which may name them."""
    register(
        "petition",
        file=file_petitions,
        receipts=petition_receipts,
        order=10,
        label=_lazy("Petición"),
        fields=FIELDS,
    )


def _read(incoming: Incoming) -> _Checked | Held:
    """A record with what is wrong in it by itself; held at once where it is not even a petition's."""
    try:
        record = PetitionRecord.model_validate(incoming.body)
    except ValidationError as invalid:
        return Held(errors_of(invalid))
    one = _Checked(
        incoming, record, impossible_time("/captured_at", record.captured_at, incoming.received_at)
    )
    person = record.petitioner
    if person and not person.consent and (person.name or person.phone or person.email):
        detail = _("Sin consentimiento no se guardan datos de la persona.")
        one.errors.append(field_error("/petitioner/consent", "no_consent", detail))
    if record.location is None and not (record.address or "").strip():
        one.errors.append(field_error("/location", "nowhere", _("Falta la ubicación o una dirección.")))
    if record.folio is not None:
        try:
            one.folio = parse_folio(record.folio)
        except Problem as problem:
            one.errors.append(field_error("/folio", problem.code, problem.detail))
    return one


def _find_categories(checked: Sequence[_Checked]) -> None:
    codes = sorted({one.record.category for one in checked})
    categories = {category.code: category for category in Category.objects.raw(_CATEGORIES, [codes])}
    for one in checked:
        one.category = categories.get(one.record.category)
        if one.category is None:
            one.errors.append(field_error("/category", "unknown_category", _("No existe esa categoría.")))


def _find_authors(checked: Sequence[_Checked]) -> None:
    authors = Authors((one.incoming, one.record.captured_by) for one in checked)
    for one in checked:
        wrong = authors.errors(one.incoming, one.record.captured_by)
        one.errors += wrong
        one.author_id = None if wrong else authors.author_id(one.incoming, one.record.captured_by)


def _refuse_taken(checked: Sequence[_Checked]) -> None:
    """An id or a folio serves one petition: what another way of intake used is taken."""
    wanted = [one.record.id for one in checked], [one.folio for one in checked if one.folio]
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, wanted)
        taken = cursor.fetchall()
    ids, folios = {pk for pk, _folio in taken}, {folio for _pk, folio in taken}
    for one in checked:
        if one.record.id in ids:
            one.errors.append(field_error("/id", "taken", _("Ya hay otra petición con este id.")))
        elif one.folio in folios:
            one.errors.append(field_error("/folio", "taken", _("Ya hay otra petición con este folio.")))
        elif one.folio and not one.errors:
            folios.add(one.folio)


def _refuse_unknown_series(checked: Sequence[_Checked]) -> None:
    """A tablet keeps the folios of its earlier enrolments, so any series ever given will do."""
    series = {one.folio[2:5] for one in checked if one.folio}
    own = {one.incoming.device.series_id for one in checked if one.incoming.device}
    known = own
    if series - own:
        known = own | set(FolioSeries.objects.filter(code__in=series).values_list("code", flat=True))
    for one in checked:
        if one.folio and one.folio[2:5] not in known:
            detail = _("La serie de este folio no es de ninguna tableta.")
            one.errors.append(field_error("/folio", "unknown_series", detail))


def _intake(one: _Checked) -> PetitionIntake:
    record, incoming = one.record, one.incoming
    person = record.petitioner
    if one.category is None:
        raise ValueError("a record without errors has its category")
    return PetitionIntake(
        id=record.id,
        folio=one.folio,
        category=one.category,
        channel=Channel.TOUR,
        captured_at=record.captured_at,
        received_at=incoming.received_at,
        captured_by_id=one.author_id,
        device_id=incoming.device.pk if incoming.device else None,
        description=record.description,
        on_behalf_of=record.on_behalf_of or "",
        answers=record.answers,
        lon_lat=(record.location.coordinates[0], record.location.coordinates[1]) if record.location else None,
        accuracy_m=record.accuracy_m,
        location_method=record.location_method or "",
        address=record.address or "",
        reference=record.reference or "",
        petitioner=PetitionerIntake(**dict(person)) if person and person.consent else None,
        attachments=[AttachmentIntake(**dict(file)) for file in _once(record.attachments)],
        echo_of=record.echo_of,
    )


def _once(files: Sequence[AttachmentRecord]) -> list[AttachmentRecord]:
    return list({file.sha256: file for file in files}.values())


def _same(id_: str) -> str:
    """A UUID however it was written: in capitals, without dashes, as a URN."""
    return str(UUID(id_))


def _receipts(petitions: Iterable[Petition]) -> dict[str, dict[str, Any]]:
    """What a sender is told of each petition, by its id in lower case."""
    return {
        str(petition.pk): {
            "folio": format_folio(petition.folio),
            "place": petition.place.code if petition.place else None,
            "certainty": petition.certainty,
        }
        for petition in petitions
    }
