"""After a cancellation the person is nowhere: in no table, in no file, in no request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.models import BulkMove, SavedView
from backend.casework.services.bulk import choose_boletas, make_bulk, prepare_bulk
from backend.casework.services.saved_views import save_view
from backend.casework.services.statuses import append_note, change_status
from backend.casework.workflow import MOVES
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.notifications.models import Message, OptOut
from backend.notifications.ports import Outgoing
from backend.notifications.ports.file import FilePort, forget_in_files
from backend.privacy.models import ArcoRequest, ArcoStep
from backend.privacy.services import fulfilment, requests, retention
from backend.privacy.services.forgetting import was_of
from backend.privacy.services.looks import record_looks
from backend.validation.models import Call
from campaigns.models import Crew, Encounter
from field.models import Petition
from field.services.petitions import AttachmentIntake, PetitionerIntake
from field.sync.inbox import Sender, receive_records
from geo.clock import local_today
from geo.problems import NotAllowed
from tests.campaigns.rows import EncounterFactory, VisitFactory
from tests.casework.conftest import Office, Receive
from tests.factories import DeviceFactory, petition_record
from tests.privacy.things import photo

FIRST, LAST, PHONE, EMAIL = "Ximena", "Ahuactzin", "6699871234", "ximena@correo.example"
NAME = f"{FIRST} {LAST}"
TELLING = (FIRST, LAST, PHONE, PHONE[3:], EMAIL)
SAID = {
    "holder": NAME,
    "representative": f"Licenciado de {LAST}",
    "identity_shown": f"INE de {NAME}",
    "contact": EMAIL,
    "means": "modulo",
    "asked": f"Soy {NAME} y pido que supriman mis datos.",
}


@pytest.fixture
def chief(office: Office) -> User:
    return office.staff["jefe"]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.NOTIFICATION_FOLDER = tmp_path / "messages"
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def granted(chief: User, right: str, *petitions: Petition) -> ArcoRequest:
    arco = requests.register_request(by=chief, received_on=local_today(), right=right, **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[one.pk for one in petitions])
    requests.extend_request(request=arco, by=chief, reason=f"Lo de {NAME} es mucho.")
    return requests.resolve_request(request=arco, by=chief, outcome="granted", letter=f"Estimada {NAME}: sí.")


@pytest.fixture
def everywhere(office: Office, receive: Receive, chief: User, folder: Path) -> Petition:
    """A petition whose person is named in all that the program keeps, by its own services."""
    person = PetitionerIntake(name=NAME, phone=PHONE, email=EMAIL, consent=True, notice="2026-1")
    own = receive(
        petitioner=person,
        description=f"Soy {NAME}, no sirve la luz",
        address=f"Casa de {LAST}",
        reference=f"Con {FIRST}",
        answers={"quien": NAME},
        attachments=[AttachmentIntake(photo("purple"))],
    )
    append_note(petition=own, by=chief, note=f"Llamó {FIRST} del 669 987 1234")
    for move, said in (("open", ""), ("attend", f"Se lo mostré a {FIRST}.")):
        change_status(petition=own, move=move, by=chief, given=Given(note=said))
    Call.objects.create(petition=own, result="positive", words=f"Dice {FIRST} que sí", at=own.received_at)
    visit = VisitFactory(crew=Crew.objects.get())
    door = EncounterFactory(visit=visit, outcome=Encounter.Outcome.PETITION, note=f"Abrió {FIRST}")
    door.petitions.set([own])
    Encounter.objects.filter(pk=door.pk).update(withdrawn_why=f"No era {LAST}")
    bulk = prepare_bulk(
        bulk=choose_boletas(petitions=[own], by=chief, query=f"q={FIRST}+{LAST}"),
        move=MOVES["note"],
        given=Given(note=f"Avisar a {NAME}"),
    )
    make_bulk(bulk=bulk)
    save_view(owner=chief, name=f"Lo de {NAME}", query=f"overdue=1&q={FIRST}%20{LAST}")
    save_view(owner=chief, name=f"{LAST}, {FIRST}", query="overdue=1")
    save_view(owner=chief, name="Vencidas", query="overdue=1&q=luz")
    record_looks(user=chief, purpose="search", petitions=[own.pk])
    _as_it_came(office, own)
    _told_by_messages(own)
    text = LetterText(party_name=NAME, subject=f"Lo de {LAST}", body=f"Estimada {FIRST}", signer_name="D")
    letter = draft_letter(kind="respuesta", by=office.staff["director"], petitions=[own])
    edit_draft(letter=letter, text=text, by=office.staff["director"])
    return own


def _as_it_came(office: Office, own: Petition) -> None:
    """The record that a tablet sent of the same petition, to be kept beside it."""
    tablet = DeviceFactory(user=office.staff["promotor"])
    who = {"name": NAME, "phone": PHONE, "email": EMAIL, "consent": True, "notice": "2026-1"}
    record = petition_record(office.lamp, tablet, id=str(own.pk), petitioner=who, description=f"Soy {NAME}")
    receive_records(records=[record], sender=Sender(tablet, tablet.user_id, timezone.now()))


def _told_by_messages(own: Petition) -> None:
    message = Message.objects.filter(petition=own)[0]
    Message.objects.filter(pk=message.pk).update(
        address=EMAIL, body=f"Buenos días, {NAME}", error=f"550 no existe {EMAIL}", way="email"
    )
    OptOut.objects.create(address=PHONE)
    with FilePort("sms") as port:
        for key in (f"aldaba-{message.pk}", "aldaba-999999999"):
            port.send(Outgoing(key, "sms", PHONE, "", f"Hola, {NAME}", "https://x.example/baja"))


def tables() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(row::text, chr(10)), '') FROM \"{table}\" AS row")
            [(rows,)] = cursor.fetchall()
            yield table, rows


def told_where(folder: Path) -> set[str]:
    """The tables and files that still say anything of the person, as a dump would show it."""
    said = dict(tables()) | {
        path.name: path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()
    }
    return {
        place for place, rows in said.items() if any(word.casefold() in rows.casefold() for word in TELLING)
    }


def test_the_sweep_sees_the_person_everywhere_before(everywhere: Petition, chief: User, folder: Path) -> None:
    """Else the test below would prove nothing."""
    granted(chief, "cancellation", everywhere)
    assert told_where(folder) >= {
        *("field_petition", "field_petitioner", "field_inboxrecord", "casework_statuschange"),
        *("casework_searchentry", "casework_savedview", "casework_bulkmove", "campaigns_encounter"),
        *("notifications_message", "notifications_optout", "validation_call", "privacy_arcorequest"),
        *("letters_letter", "sms.jsonl"),
    }


def test_an_erase_leaves_the_person_in_no_table_and_in_no_file(
    everywhere: Petition, chief: User, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    seen = granted(chief, "access", everywhere)
    fulfilment.close_fulfilled(request=seen, right="access", by=chief)
    corrected = granted(chief, "rectification", everywhere)
    values = {"name": f"{NAME} Tercera"}
    fulfilment.rectify(request=corrected, subject=corrected.subjects.get(), values=values, by=chief)
    fulfilment.close_fulfilled(request=corrected, right="rectification", by=chief)
    arco = granted(chief, "cancellation", everywhere)
    with django_capture_on_commit_callbacks(execute=True):
        fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    assert told_where(folder) == set()
    assert SavedView.objects.get().name == "Vencidas"
    assert BulkMove.objects.get().query == ""
    # A gateway that follows the file loses no line and no place in it.
    lines = [json.loads(line) for line in (folder / "messages" / "sms.jsonl").read_text().splitlines()]
    assert [(line["to"], line["body"]) for line in lines] == [("", ""), ("", "")]


def test_the_trail_keeps_what_was_done_when_and_by_whom(everywhere: Petition, chief: User) -> None:
    arco = granted(chief, "cancellation", everywhere)
    number, due_on = arco.number, arco.due_on
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    arco.refresh_from_db()
    assert (arco.number, arco.due_on, arco.right, arco.outcome) == (number, due_on, "cancellation", "granted")
    assert arco.received_on == local_today()
    assert None not in (arco.resolved_at, arco.fulfilled_at, arco.forgotten_at)
    acts = [(step.act, step.by_id) for step in arco.steps.all()]
    assert [act for act, _by in acts] == ["registered", "ticked", "extended", "granted", "anonymised"]
    assert {by for _act, by in acts} == {chief.pk}
    assert was_of(request=arco, name=f" {LAST.upper()}  {FIRST} ")
    assert not was_of(request=arco, name=FIRST)
    assert FIRST not in arco.seal


def test_somebody_elses_earlier_request_about_the_same_boleta_stays(
    office: Office, receive: Receive, chief: User
) -> None:
    petition = receive()
    said = {**SAID, "holder": "Otra Persona", "asked": "Lo mío."}
    other = requests.register_request(by=chief, received_on=local_today(), right="access", **said)
    requests.tick_subjects(request=other, by=chief, petitions=[petition.pk])
    requests.resolve_request(request=other, by=chief, outcome="refused", cause="identity", letter="No.")
    arco = granted(chief, "cancellation", petition)
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    other.refresh_from_db()
    assert other.holder == "Otra Persona"


def test_an_address_that_wants_no_messages_stays_while_another_petition_has_it(
    office: Office, receive: Receive, chief: User
) -> None:
    person = PetitionerIntake(name=NAME, phone=PHONE, consent=True, notice="2026-1")
    erased, left = receive(petitioner=person), receive(petitioner=person)
    OptOut.objects.create(address=PHONE)
    for petition, remaining in ((erased, 1), (left, 0)):
        arco = granted(chief, "cancellation", petition)
        fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
        assert OptOut.objects.count() == remaining


def test_a_line_still_being_written_is_left_to_who_writes_it(db: None, folder: Path) -> None:
    with FilePort("sms") as port:
        port.send(Outgoing("aldaba-999999999", "sms", PHONE, "", NAME, ""))
    path = folder / "messages" / "sms.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert forget_in_files() == 1
    after = path.read_bytes()
    assert (len(after), after[len(whole) :]) == (len(whole) + 40, whole[:40])
    assert forget_in_files() == 0


def test_old_closed_requests_are_forgotten_by_rule_and_open_ones_are_not(
    office: Office, receive: Receive, chief: User
) -> None:
    refused = requests.register_request(by=chief, received_on=local_today(), right="access", **SAID)
    requests.resolve_request(request=refused, by=chief, outcome="refused", cause="identity", letter=NAME)
    young = granted(chief, "access", receive())
    fulfilment.close_fulfilled(request=young, right="access", by=chief)
    owed = granted(chief, "access", receive())
    long_ago = timezone.now() - timedelta(days=900)
    ArcoRequest.objects.filter(pk__in=[refused.pk, owed.pk]).update(resolved_at=long_ago)
    rule = retention.edit_rule(kind="arco", months=24, in_force=True, by=chief)
    assert retention.apply_rule(rule=rule).erased == 1
    assert list(ArcoRequest.objects.exclude(forgotten_at=None)) == [refused]
    assert retention.apply_rule(rule=rule).erased == 0
    assert set(ArcoRequest.objects.filter(forgotten_at=None)) == {young, owed}


def test_the_database_refuses_a_forgotten_request_that_names_somebody(office: Office, chief: User) -> None:
    arco = requests.register_request(by=chief, received_on=local_today(), right="access", **SAID)
    with pytest.raises(IntegrityError), transaction.atomic():
        ArcoRequest.objects.filter(pk=arco.pk).update(forgotten_at=timezone.now())


def test_the_button_pressed_twice_leads_to_the_closed_request_and_shows_nobody(
    everywhere: Petition, chief: User, client: Any
) -> None:
    arco = granted(chief, "cancellation", everywhere)
    client.force_login(chief)
    address = f"/privacidad/{arco.pk}/"
    for _press in range(2):
        answer = client.post(f"{address}suprimir/", {"typed": arco.number})
        assert (answer.status_code, answer["Location"]) == (302, address)
    answer = client.get(f"{address}suprimir/", follow=True)
    assert answer.redirect_chain == [(address, 302)]
    page = answer.content.decode()
    assert "La solicitud ya está cerrada." in page
    assert not any(word in page for word in (FIRST, LAST))
    assert arco.steps.filter(act="anonymised").count() == 1


def test_the_page_says_whose_it_was_only_to_who_brings_the_name(
    everywhere: Petition, chief: User, client: Any, office: Office
) -> None:
    arco = granted(chief, "cancellation", everywhere)
    client.force_login(chief)
    address = f"/privacidad/{arco.pk}/"
    assert client.post(f"{address}cotejar/", {"name": NAME}).status_code == 404  # it still says its name
    client.post(f"{address}suprimir/", {"typed": arco.number})
    for page in (address, "/privacidad/"):
        assert not any(word in client.get(page).content.decode() for word in (FIRST, LAST))
        assert "Persona suprimida" in client.get(page).content.decode()
    told = client.post(f"{address}cotejar/", {"name": NAME}, follow=True).content.decode()
    assert "Sí: la solicitud era" in told
    assert "No coincide" in client.post(f"{address}cotejar/", {"name": FIRST}, follow=True).content.decode()
    assert client.post(f"{address}cotejar/", {"name": ""}).status_code == 422
    with pytest.raises(NotAllowed):
        fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=office.staff["auxiliar"])
    assert not ArcoStep.objects.filter(text__contains=FIRST).exists()
