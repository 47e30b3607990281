"""One of everything that an address may name, told apart by whose it is and whether it is reserved."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from PIL import Image

from backend.casework.given import Given
from backend.casework.services.bulk import choose_boletas, make_bulk, prepare_bulk
from backend.casework.services.saved_views import delete_view, save_view
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES
from backend.letters.models import Letterhead, LetterSeries, LetterTemplate
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.letters.services.incoming import Incoming, receive_letter
from backend.letters.services.issuing import issue_letter
from backend.notifications.models import Message
from backend.notifications.writing import opt_out_link
from backend.validation.services.lists import draw_list
from campaigns.models import Crew, Encounter
from field.models import Device, InboxRecord, Petition
from field.odk.xform import FORM_ID
from field.services.attachments import store_attachment
from field.services.devices import open_enrolment
from field.services.petitions import AttachmentIntake, PetitionerIntake
from field.sync.inbox import Sender, receive_records
from geo.clock import local_today
from geo.models import Place
from tests.campaigns.rows import EncounterFactory, TourFactory, VisitFactory
from tests.casework.conftest import Office, Receive
from tests.factories import DeviceFactory, petition_record
from tests.privacy.rooms import requests_of, work_lists_of

#: Words that are in the reserved petition and nowhere else.
SECRET_WORDS = "Zafarrancho del regidor Xochitonal"
SECRET_PLACE = "Callejón del Ahuehuete 77"
SECRET_NAME = "Eufrosina Calafia"
SECRET_PHONE = "669 555 0177"

#: What a tablet says of itself: the one in use, and one that was revoked.
TOKEN, LOST_TOKEN = "en-uso-" + "a" * 36, "perdida-" + "b" * 35


@dataclass
class Things:
    """``named[target]`` is what the addresses of that target are made of."""

    tablet: Device
    lost_tablet: Device
    own: Petition
    other: Petition
    reserved: Petition
    held: InboxRecord
    held_reserved: InboxRecord
    named: dict[str, dict[str, Any]] = field(default_factory=dict)


def things_of(office: Office, receive: Receive) -> Things:
    tablet = DeviceFactory(user=office.staff["promotor"], name="Tableta de Rosa", token=TOKEN)
    lost = DeviceFactory(name="Tableta perdida", revoked_at=timezone.now(), token=LOST_TOKEN)
    own = receive(attachments=[AttachmentIntake(photo("sienna"))])
    other = receive(office.pothole, attachments=[AttachmentIntake(photo("navy"))])
    reserved = receive(
        office.complaint,
        description=SECRET_WORDS,
        address=SECRET_PLACE,
        attachments=[AttachmentIntake(photo("crimson"))],
        petitioner=PetitionerIntake(name=SECRET_NAME, phone=SECRET_PHONE, consent=True, notice="2026-1"),
    )
    held = hold(tablet, office.lamp.code, "olive")
    held_reserved = hold(tablet, office.complaint.code, "maroon", description=SECRET_WORDS)
    things = Things(tablet, lost, own, other, reserved, held, held_reserved)
    for name, petition in {"own": own, "other": other, "reserved": reserved}.items():
        things.named[name] = _names_of(petition)
    things.named["held"] = {"pk": held.pk, "sha256": sha256_of("olive")}
    things.named["held-reserved"] = {"pk": held_reserved.pk, "sha256": sha256_of("maroon")}
    things.named |= _of_the_inbox(office, own)
    things.named |= _outings(office, own, reserved) | _equipment(office, tablet) | _calls(office, receive)
    things.named |= _messages(own, reserved)
    things.named |= _letters(office, own, reserved)
    things.named |= requests_of(office, own) | work_lists_of(office, own)
    return things


def _names_of(petition: Petition) -> dict[str, Any]:
    folio = petition.folio
    dashed = f"{folio[:2]}-{folio[2:5]}-{folio[5:10]}-{folio[10]}"
    sha256 = petition.attachments.get().sha256
    return {"folio": dashed, "key": dashed, "petition": petition.pk, "sha256": sha256}


def _outings(office: Office, own: Petition, reserved: Petition) -> dict[str, dict[str, Any]]:
    """A tour that the supervisor made, with a door of the own crew that gave both petitions."""
    crew = Crew.objects.get()
    place = Place.objects.get()
    tour = TourFactory(created_by=office.staff["supervisor"])
    visit = VisitFactory(tour=tour, crew=crew, place=place)
    door = EncounterFactory(visit=visit, outcome=Encounter.Outcome.PETITION)
    door.petitions.set([own, reserved])
    return {
        "tour": {"tour_id": tour.pk, "visit_id": visit.pk, "door_id": door.pk, "crew_id": crew.pk},
        "place": {"place": place.pk, "cell": format(own.cell & (2**64 - 1), "x"), "code": place.code},
    }


def _of_the_inbox(office: Office, own: Petition) -> dict[str, dict[str, Any]]:
    """What the jefe keeps: a view, one deleted, a move for many prepared, and one made."""
    jefe = office.staff["jefe"]
    view, deleted = (save_view(owner=jefe, name=name, query="overdue=1") for name in ("Suya", "Borrada"))
    delete_view(view=deleted)
    bulk, made = (
        prepare_bulk(
            bulk=choose_boletas(petitions=[own], by=jefe), move=MOVES["note"], given=Given(note="Nota")
        )
        for _which in range(2)
    )
    return {
        "view": {"view_id": view.pk},
        "view-deleted": {"view_id": deleted.pk},
        "bulk": {"bulk_id": bulk.pk},
        "bulk-made": {"bulk_id": make_bulk(bulk=made).pk},
    }


def _calls(office: Office, receive: Receive) -> dict[str, dict[str, Any]]:
    """A list to call from, with one boleta of the own department on it."""
    called = PetitionerIntake(name="Lázaro Ibáñez", phone="669 444 0099", consent=True, notice="2026-1")
    petition, by = receive(petitioner=called), office.staff["director"]
    change_status(petition=petition, move="open", by=by)
    change_status(petition=petition, move="attend", by=by, given=Given(note="Se cambió el foco."))
    drawn = draw_list(since=local_today(), until=local_today(), size=None, by=by)
    return {"call-list": {"list_id": drawn.pk, "item_id": drawn.items.get().pk}}


def _messages(own: Petition, reserved: Petition) -> dict[str, dict[str, Any]]:
    """The receipts that their citizens are sent, and a text of the office's."""
    ids = {petition.pk: Message.objects.get(petition=petition).pk for petition in (own, reserved)}
    return {
        "message": {"message_id": ids[own.pk], "token": opt_out_link(ids[own.pk]).rsplit("/", 2)[1]},
        "message-reserved": {"message_id": ids[reserved.pk]},
        "text": {"event": "received", "way": "sms"},
    }


def _letters(office: Office, own: Petition, reserved: Petition) -> dict[str, dict[str, Any]]:
    """Letters about the own petition, drafted and issued; an issued one about the reserved; one that came."""
    by, sealed = office.staff["director"], store_attachment(source=io.BytesIO(_bytes_of("gold"))).attachment
    Letterhead.objects.create(emblem=sealed)
    text = LetterText(party_name="A", subject="B", body="C", signer_name="D", signer_post="E")
    begun = {
        name: edit_draft(letter=draft_letter(kind="respuesta", by=by, petitions=[about]), text=text, by=by)
        for name, about in {"letter-draft": own, "letter-own": own, "letter-reserved": reserved}.items()
    }
    for name in ("letter-own", "letter-reserved"):
        issue_letter(letter=begun[name], by=by)
    came = Incoming("Rosa", "", "Comité", "", None, local_today(), "Luz")
    begun["letter-in"] = receive_letter(letter=came, by=by, petitions=[own], scan=sealed)
    named = {name: {"pk": letter.pk} for name, letter in begun.items()}
    named["letter-template"] = {"pk": LetterTemplate.objects.values_list("pk", flat=True)[0]}
    named["letter-series"] = {"pk": LetterSeries.objects.values_list("pk", flat=True)[0]}
    return named


def _equipment(office: Office, tablet: Device) -> dict[str, dict[str, Any]]:
    opened = open_enrolment(user=office.staff["promotor"], name="Otra", by=None)
    return {
        "tablet": {
            "device_id": tablet.pk,
            "enrolment_id": opened.enrolment.pk,
            "sha256": sha256_of("sienna"),
            "key": TOKEN,
            "form_id": FORM_ID,
            "version": "ninguna",
        },
        "lost": {"key": LOST_TOKEN, "form_id": FORM_ID},
        "unknown-key": {"key": "A" * 43, "form_id": FORM_ID},
    }


def hold(tablet: Device, category: str, colour: str, **changes: Any) -> InboxRecord:
    """A record that a tablet handed in with an impossible hour: it waits for a person."""
    named = [{"sha256": photo(colour), "content_type": "image/png"}]
    record = petition_record(
        _Coded(category),  # type: ignore[arg-type]
        tablet,
        captured_at="1999-01-01T10:00:00Z",
        attachments=named,
        **changes,
    )
    sender = Sender(tablet, tablet.user_id, timezone.now())
    assert receive_records(records=[record], sender=sender)[0]["outcome"] == "held"
    return InboxRecord.objects.get(record_id=record["id"])


@dataclass(frozen=True)
class _Coded:
    code: str


def photo(colour: str) -> str:
    """Keep a picture of one colour; its hash."""
    return store_attachment(source=io.BytesIO(_bytes_of(colour))).attachment.pk


def sha256_of(colour: str) -> str:
    return hashlib.sha256(_bytes_of(colour)).hexdigest()


def _bytes_of(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (24, 16), colour).save(out, "PNG")
    return out.getvalue()
