"""Capturing a petition in the office, by whatever channel it came."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import Field

from backend.accounts.models import User
from backend.casework.workflow import CORRECTED
from field.models import Category, Channel, Petition
from field.services.petitions import AttachmentIntake, PetitionerIntake, PetitionIntake, receive_petitions
from field.sync.petitions import PetitionRecord
from field.sync.records import Text, Time, field_error, impossible_time
from geo.models import Place
from geo.problems import Conflict, FieldError, Invalid, NotAllowed
from geo.services.locate import locate_points

#: The point and the colonia that was said are two places.
ELSEWHERE: Final = "elsewhere"


class OfficePetition(PetitionRecord):
    """A petition as the office writes it: as a tablet's, with its channel.

    ``id`` is the sender's, so that sending twice is harmless; ``captured_at`` is when it was asked, now
    unless it is said, and the promise runs from that day; ``place`` is the code of a colonia that was said:
    it does not contradict the point.
    """

    id: Annotated[UUID, Field(strict=False, default_factory=uuid4)]
    captured_at: Time | None = None  # type: ignore[assignment]
    channel: Annotated[Text, Field(max_length=12)]
    place: Annotated[Text, Field(max_length=40)] | None = None


class Captured(NamedTuple):
    """The petition, and whether this call made it."""

    petition: Petition
    created: bool


def capture_petition(*, record: OfficePetition, by: User) -> Captured:
    """Write one petition from the office with a folio of the office's series.

    The same id again by the same person gives the petition already there. Raises NotAllowed,
    Invalid with pointers into the record, or Conflict where the id is another petition's.
    """
    if not by.has_perm("field.capture"):
        raise NotAllowed(_("Su rol no captura peticiones."))
    if found := Petition.objects.filter(pk=record.id).first():
        return Captured(_same(found, record, by), False)
    intake = _intake(record, by)
    try:
        with transaction.atomic():
            [petition] = receive_petitions(intakes=[intake])
    except IntegrityError:
        # Sent twice at once: the other one was first.
        found = Petition.objects.filter(pk=record.id).first()
        if found is None:
            raise
        return Captured(_same(found, record, by), False)
    return Captured(petition, True)


def contradiction(lon_lat: tuple[float, float], accuracy_m: float | None, place: str) -> list[FieldError]:
    """That a point lies elsewhere than the colonia that was said, if it does: somebody says which holds.

    Where the point is in doubt between several, any of them may be said.
    """
    [found] = locate_points([(*lon_lat, accuracy_m)], distances=False)
    if place == found.place_code or place in found.candidates:
        return []
    said = Place.objects.filter(code=place).values_list("name", flat=True).first()
    if said is None:
        return []
    if found.place_name:
        detail = _("El punto está en %(found)s y la colonia escrita es %(said)s: diga cuál vale.")
    else:
        detail = _("El punto queda fuera de toda colonia y la colonia escrita es %(said)s: diga cuál vale.")
    return [field_error("/place", ELSEWHERE, detail % {"found": found.place_name, "said": said})]


def _same(found: Petition, record: OfficePetition, by: User) -> Petition:
    """The petition already there; what the office corrected in it since stands, whatever is sent again."""
    same = found.description == record.description or found.status_changes.filter(move=CORRECTED).exists()
    if found.captured_by_id != by.pk or not same:
        raise Conflict(_("Ya hay otra petición con este id."))
    return found


def _intake(record: OfficePetition, by: User) -> PetitionIntake:
    now = timezone.now()
    captured_at = record.captured_at or now
    errors: list[FieldError] = impossible_time("/captured_at", captured_at, now)
    category = Category.objects.filter(code=record.category, active=True).first()
    if category is None:
        errors.append(field_error("/category", "unknown_category", _("No existe esa categoría.")))
    if record.channel not in Channel.values:
        errors.append(field_error("/channel", "unknown_channel", _("No existe ese canal.")))
    place_id = Place.objects.filter(code=record.place).values_list("pk", flat=True).first()
    if record.place and place_id is None:
        errors.append(field_error("/place", "unknown_place", _("No existe esa colonia o comunidad.")))
    if not (record.location or record.place or (record.address or "").strip()):
        errors.append(
            field_error("/location", "nowhere", _("Diga dónde: un punto, una colonia o una dirección."))
        )
    elif record.location and record.place:
        lon, lat, *_height = record.location.coordinates
        errors += contradiction((lon, lat), record.accuracy_m, record.place)
    person = record.petitioner
    if person and not person.consent and (person.name or person.phone or person.email):
        detail = _("Sin consentimiento no se guardan sus datos: pídalo o bórrelos.")
        errors.append(field_error("/petitioner/consent", "no_consent", detail))
    if errors or category is None:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    files = {file.sha256: file for file in record.attachments}  # named twice, it is one file
    return PetitionIntake(
        id=record.id,
        category=category,
        channel=record.channel,
        captured_at=captured_at,
        received_at=now,
        captured_by_id=by.pk,
        description=record.description,
        on_behalf_of=record.on_behalf_of or "",
        answers=record.answers,
        lon_lat=(record.location.coordinates[0], record.location.coordinates[1]) if record.location else None,
        accuracy_m=record.accuracy_m,
        location_method=record.location_method or ("map" if record.location else "address"),
        address=record.address or "",
        reference=record.reference or "",
        place_id=place_id,
        petitioner=PetitionerIntake(**dict(person)) if person and person.consent else None,
        attachments=[AttachmentIntake(**dict(file)) for file in files.values()],
        echo_of=record.echo_of,
    )
