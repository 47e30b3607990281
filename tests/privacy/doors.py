"""One person's data, handed in through every door that the program has: tablet, ODK Collect, desk, letters,
telephone, lists, searches, a sign-in that failed."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from backend.letters.models import Letter
from backend.notifications.models import Message
from backend.notifications.tasks import send_waiting_messages
from backend.notifications.writing import opt_out_link
from backend.privacy.models import ArcoRequest
from backend.validation.models import CallItem
from campaigns.models import Tour
from field.folio import format_folio
from field.models import InboxRecord, Petition
from geo.clock import local_today
from tests.campaigns.rows import encounter_record
from tests.casework.conftest import Office
from tests.factories import petition_record
from tests.field.odk_client import filled, submission
from tests.privacy.somebody import EMAIL, FIRST, LAST, NAME, PHONES, STREET, TOKEN, Doors, paper, picture, who


def by_tablet(doors: Doors) -> Petition:
    """A petition with a photo and the door where it was taken; the door to which somebody goes back; one
    undone; a second version joined as a note; a record that waits for a person."""
    lamp = doors.office.lamp
    told = {"petitioner": who(PHONES[0]), "address": STREET, "reference": f"Pregunte por {FIRST}",
            "on_behalf_of": f"Comité de {LAST}"}  # fmt: skip
    record = petition_record(
        lamp, doors.tablet, description=f"Soy {NAME}, no sirve la luz", answers={"poste": f"El de {FIRST}"},
        attachments=[doors.send_file(picture("sienna"))], **told,
    )  # fmt: skip
    door = encounter_record(
        doors.visit, outcome="petition", petitions=[record["id"]], note=f"Abrió {NAME}, {PHONES[2]}"
    )
    back = encounter_record(
        doors.visit, outcome="come_back", follows=door["id"], note=f"{NAME} pide que se regrese"
    )
    alone = encounter_record(doors.visit, outcome="nobody_home", note=f"Vive {NAME}; llamar al {PHONES[1]}")
    undo = {
        "kind": "encounter_undo",
        "id": str(uuid.uuid4()),
        "encounter": alone["id"],
        "at": timezone.now().isoformat(),
        "reason": f"No era la casa de {NAME}",
    }
    receipts = doors.hand_in(record, door, back, alone, undo)
    assert [one["outcome"] for one in receipts] == ["stored"] * 5, receipts
    _another_version(doors, record)
    held = petition_record(
        lamp, doors.tablet, captured_at="1999-01-01T10:00:00Z", description=f"Otra de {NAME}",
        **told | {"petitioner": who("669 987 1234 (de Ximena)" + "0" * 40)},
    )  # fmt: skip
    aside = petition_record(lamp, doors.tablet, captured_at="1999-01-01T11:00:00Z", description="Prueba")
    receipts = doors.hand_in(held, aside)
    assert [one["outcome"] for one in receipts] == ["held"] * 2, receipts
    row = InboxRecord.objects.get(record_id=aside["id"])
    doors.post(f"/bandeja/{row.pk}/apartar/", {"reason": f"{NAME} dice que fue prueba", "seen": ""})
    return Petition.objects.get(pk=record["id"])


def _another_version(doors: Doors, record: dict[str, Any]) -> None:
    changed = record | {"description": f"Soy {NAME} y ya son dos las luces"}
    doors.hand_in(changed)
    other = InboxRecord.objects.filter(record_id=record["id"]).latest("pk")
    doors.post(f"/bandeja/{other.pk}/agregar/", {"seen": ""})


def by_collect(doors: Doors) -> Petition:
    """A form with the person's name, and its correction, joined as a note."""
    known = set(Petition.objects.values_list("pk", flat=True))
    said = filled()["petition"] | {
        "category": doors.office.pothole.code, "description": f"Un bache frente a casa de {NAME}",
        "reference": STREET, "name": NAME, "phone": PHONES[1],
    }  # fmt: skip
    said = {key: value for key, value in said.items() if key != "c_bache"}
    instance = f"uuid:{uuid.uuid4()}"
    Client().get(f"/odk/key/{TOKEN}/formList")
    for xml in (
        submission(filled(petition=said), instance=instance),
        submission(
            filled(petition=said | {"description": f"{NAME}: dos baches"}),
            instance=f"uuid:{uuid.uuid4()}",
            edits=instance,
        ),
    ):
        file = SimpleUploadedFile("form.xml", xml, "text/xml")
        answer = Client().post(
            f"/odk/key/{TOKEN}/submission", {"xml_submission_file": file}, HTTP_X_OPENROSA_VERSION="1.0"
        )
        assert answer.status_code == 201, answer.content
    edit = InboxRecord.objects.filter(state="held", kind="odk").latest("pk")
    doors.post(f"/bandeja/{edit.pk}/agregar/", {"seen": ""})
    return Petition.objects.exclude(pk__in=known).get()


def by_desk(doors: Doors) -> Petition:
    """A petition taken down by telephone."""
    key = uuid.uuid4()
    body = {
        "id": key, "channel": "telefono", "category": doors.office.lamp.code, "place": "Centro",
        "description": f"Habla {NAME}: sigue sin luz", "address": STREET, "name": NAME,
        "phone": PHONES[2].replace("987", "669 987"), "email": EMAIL, "consent": "on",
        "on_behalf_of": f"Familia {LAST}",
    }  # fmt: skip
    doors.post("/boletas/nueva/", body)
    return Petition.objects.get(pk=key)


def corrected(doors: Doors, petition: Petition) -> None:
    """What the office puts right, so that its history says what it said before of all but who and where."""
    page = doors.desk("jefe").get(f"/boletas/{format_folio(petition.folio)}/corregir/")
    body = {
        "seen": page.context["form"].initial["seen"],
        "answer-poste": f"Frente a {FIRST}",
        "description": f"De {NAME}",
    }
    doors.post(f"/boletas/{format_folio(petition.folio)}/corregir/", body | {"reference": f"Con {FIRST}"})
    note = petition.status_changes.get(move="correct").note
    assert f"El de {FIRST} → Frente a {FIRST}" in note
    assert STREET not in note


def worked(doors: Doors, petition: Petition) -> None:
    """All that the office and a department write about a boleta."""
    folio = format_folio(petition.folio)
    move = f"/boletas/{folio}/mover/"
    doors.post(move, {"move": "note", "note": f"Llamó {FIRST} del {PHONES[1]}"})
    doors.post(
        move,
        {
            "move": "refer_again",
            "department": doors.office.streets.pk,
            "note": f"{NAME} dice que es de Obras",
        },
    )
    photo = SimpleUploadedFile("obra.jpg", picture("olive"), "image/jpeg")
    doors.post(move, {"move": "open"}, by="enlace_obras")
    doors.post(
        move, {"move": "attend", "note": f"Se lo mostré a {NAME}", "evidence": photo}, by="enlace_obras"
    )
    for way in ("boleta", "acuse"):
        assert doors.desk("jefe").get(f"/boletas/{folio}/{way}.pdf").status_code == 200
    today = str(local_today())
    drawn = doors.post("/validacion/nueva/", {"since": today, "until": today, "request": str(uuid.uuid4())})
    item = CallItem.objects.get(petition=petition)
    doors.post(
        f"{drawn['Location']}llamar/{item.pk}/", {"result": "positive", "words": f"Dice {NAME} que sí quedó"}
    )


def listed(doors: Doors, petition: Petition) -> None:
    """Searches, a view, a list for a crew and a move for many, each named after the person."""
    desk = doors.desk("jefe")
    question = f"q={FIRST}+{LAST}"
    for path in (f"/boletas/?{question}", f"/boletas/?q={EMAIL}", f"/boletas/?q={PHONES[2]}"):
        assert desk.get(path).status_code == 200
    doors.post("/boletas/vistas/guardar/", {"name": f"Lo de {NAME}", "query": question})
    doors.post("/mapas/rezago/listas/nueva/", {"name": f"Calle de {NAME}", "picked": str(petition.pk)})
    for made in (True, False):
        bulk = doors.post("/boletas/varias/", {"query": question, "all": "1"})["Location"]
        doors.post(bulk, {"move": "note", "note": f"Avisar a {NAME}"})
        if made:
            doors.post(f"{bulk}hacer/", {})
    stranger = Client()
    stranger.post(f"/entrar/?next=/boletas/%3F{question}", {"username": "jefe", "password": "no es ésta"})


def lettered(doors: Doors, petition: Petition) -> None:
    """A letter from the person with its scan, our answer, issued and handed over; another of no boleta."""
    folio, today = format_folio(petition.folio), str(local_today())
    for about in (folio, ""):
        scan = SimpleUploadedFile("carta.pdf", paper(), "application/pdf")
        doors.post("/oficios/recibidos/nuevo/", {
            "party_name": NAME, "received_on": today, "subject": f"Queja de {NAME}", "folios": about,
            "body": f"{NAME}, de {STREET}, pide respuesta al {PHONES[0]}.", "scan": scan,
            "their_number": f"s/n {LAST}", "party_post": f"Comité {LAST}",
        })  # fmt: skip
    came = Letter.objects.filter(petitions=petition).latest("pk")
    doors.post(f"/oficios/{came.pk}/contestar/", {})
    ours = Letter.objects.latest("pk")
    page = doors.desk("jefe").get(f"/oficios/{ours.pk}/editar/")
    begun = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    doors.post(f"/oficios/{ours.pk}/editar/", begun | {
        "party_name": NAME, "subject": f"Respuesta a {NAME}", "body": f"Estimada {NAME}: se atenderá.",
        "signer_name": "Rosa Osuna", "signer_post": "Directora", "copies": f"Archivo de {LAST}",
    })  # fmt: skip
    doors.post(f"/oficios/{ours.pk}/expedir/", {})
    doors.post("/oficios/nuevo/", {"beginning": "respuesta", "folios": folio})
    thrown = Letter.objects.latest("pk")
    doors.post(f"/oficios/{thrown.pk}/descartar/", {"reason": f"{NAME} ya no lo quiso"})
    doors.post(f"/oficios/{ours.pk}/entrega/", {
        "received": "1", "delivery": "en_mano", "on": today, "to": f"{NAME}, en su casa",
    })  # fmt: skip


def elsewhere(doors: Doors) -> None:
    """In what belongs to somebody else or to nobody: a neighbour's boleta, a tour, an earlier request."""
    record = petition_record(doors.office.lamp, doors.tablet, description="Tampoco tengo luz")
    doors.hand_in(record)
    folio = format_folio(Petition.objects.get(pk=record["id"]).folio)
    doors.post(f"/boletas/{folio}/mover/", {"move": "note", "note": f"Es vecina de {NAME}, {PHONES[2]}"})
    Tour.objects.update(notes=f"Pasar con {NAME}")
    doors.post("/privacidad/nueva/", {
        "right": "access", "holder": NAME, "identity_shown": f"INE de {NAME}", "means": "correo",
        "representative": f"Hija de {NAME}", "contact": EMAIL, "received_on": str(local_today()),
        "asked": f"Soy {NAME}, ¿qué tienen de mí?",
    })  # fmt: skip
    address = f"/privacidad/{ArcoRequest.objects.latest('pk').pk}"
    doors.post(f"{address}/completar/", {"missing": f"La CURP de {NAME}"})
    doors.post(f"{address}/completada/", {"on": str(local_today())})
    doors.post(f"{address}/ampliar/", {"reason": f"Hay mucho de {NAME}"})
    refused = {"outcome": "refused", "cause": "identity", "letter": f"{NAME}: falta su INE."}
    doors.post(f"{address}/responder/", refused)


def plant(office: Office) -> Doors:
    """The person through every door."""
    office.lamp.questions = [{"key": "poste", "label": "¿Qué poste?", "type": "text"}]
    office.lamp.save()
    doors = Doors(office)
    petitions = [by_tablet(doors), by_collect(doors), by_desk(doors)]
    listed(doors, petitions[0])
    corrected(doors, petitions[0])
    worked(doors, petitions[0])
    lettered(doors, petitions[0])
    elsewhere(doors)
    send_waiting_messages()
    message = Message.objects.exclude(address="").earliest("pk")
    assert Client().post(urlsplit(opt_out_link(message.pk)).path).status_code == 200
    return doors
