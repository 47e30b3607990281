"""Messages leave once at most, whatever happens to the carrier or to the program."""

from __future__ import annotations

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from backend.casework.timeline import in_words
from backend.notifications.models import Message, OptOut
from backend.notifications.ports import Outgoing
from backend.notifications.ports.smtp import SmtpPort
from backend.notifications.services.carriers import TURN_LASTS
from backend.notifications.services.deciding import opt_out, release_messages, resend_messages
from backend.notifications.services.sending import CLAIM_LASTS, WAITS, send_waiting
from field.models import Petitioner
from geo.clock import local_today
from geo.problems import Conflict
from tests.notifications.conftest import person


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("id").values_list("state", "reason"))


def test_a_file_is_what_an_office_without_a_carrier_has(office, receive, send, lines, folder):
    receive(petitioner=person(phone="669 123 4567"))
    assert send().sent == 1
    [line] = lines()
    assert line["to"] == "6691234567"
    assert line["body"].startswith("Recibimos su petición. Folio 26-")
    assert stat.S_IMODE((folder / "sms.jsonl").stat().st_mode) == 0o600
    assert send().sent == 0
    assert len(lines()) == 1


def test_of_a_day_that_has_gone_nobody_is_told_as_if_it_were_to_come(office, receive, send, mail_server):
    asked_at = timezone.now() - timedelta(days=40)
    petition = receive(petitioner=person(email="maria@example.mx"), captured_at=asked_at)
    assert petition.due_on < local_today()
    send()
    [(_to, mail)] = mail_server.taken
    assert f"a más tardar el {in_words(petition.due_on)}, fecha que ya pasó." in mail.get_content()


def test_an_email_says_what_it_should_and_how_to_get_no_more(office, receive, send, mail_server):
    receive(petitioner=person(email="Maria@Example.mx"))
    assert send().sent == 1
    [(to, mail)] = mail_server.taken
    assert to == ["maria@example.mx"]
    assert mail["Subject"].startswith("Recibimos su petición 26-")
    text = mail.get_content()
    assert "Hola, María Peña:" in text
    assert "«Luminaria apagada»" in text
    assert "{" not in text
    link = mail["List-Unsubscribe"].strip(" <>")
    assert link in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    message = Message.objects.get()
    assert (message.state, message.reference) == ("sent", mail["Message-ID"])


def test_hostile_words_stay_words(office, receive, send, mail_server):
    name = "Ana\r\nBcc: otro@example.mx {folio} <script>"
    receive(petitioner=person(email="ana@example.mx", name=name))
    send()
    [(to, mail)] = mail_server.taken
    assert (to, mail["Bcc"]) == (["ana@example.mx"], None)
    assert "{folio} <script>" in mail.get_content()


def test_what_the_server_did_not_take_goes_out_later_and_once(office, receive, send, mail_server):
    receive(petitioner=person(email="maria@example.mx"))
    mail_server.answers = ["451 come back later", "452 full"]
    assert send().later == 1
    waiting = Message.objects.get()
    assert waiting.state == "waiting"
    assert timedelta(seconds=30) < waiting.send_after - timezone.now() <= WAITS[0]
    assert send_waiting().sent == 0, "not before its time"
    assert (send().later, send().sent, send().sent) == (1, 1, 0)
    assert len(mail_server.taken) == 1


def test_what_the_server_never_takes_fails_in_the_end_and_a_person_may_let_it_go_again(
    office, receive, send, mail_server
):
    receive(petitioner=person(email="maria@example.mx"))
    mail_server.answers = ["451 come back later"] * (len(WAITS) + 1)
    for _wait in WAITS:
        assert send().later == 1
    assert send().failed == 1
    assert states() == [("failed", "")]
    [message] = Message.objects.all()
    assert release_messages(ids=[message.pk], by=office.staff["auxiliar"]) == 1
    assert states() == [("waiting", "")]


def test_an_address_that_does_not_exist_is_not_tried_again(office, receive, send, mail_server):
    mail_server.unknown = {"nadie@example.mx"}
    receive(petitioner=person(email="nadie@example.mx"))
    receive(petitioner=person(email="maria@example.mx"))
    run = send()
    assert (run.failed, run.sent) == (1, 1)


def test_a_line_cut_after_the_text_leaves_it_unsure_and_a_person_decides(office, receive, send, mail_server):
    receive(petitioner=person(email="maria@example.mx"))
    mail_server.answers = ["cut"]
    assert send().unsure == 1
    assert states() == [("unsure", "")]
    assert (send().sent, len(mail_server.taken)) == (0, 1)
    message = Message.objects.get()
    assert release_messages(ids=[message.pk], by=office.staff["jefe"]) == 0
    resend_messages(ids=[message.pk], by=office.staff["jefe"])
    assert send().sent == 1
    first, second = (mail["Message-ID"] for _to, mail in mail_server.taken)
    assert first == second, "who gets it twice can tell"
    with pytest.raises(Conflict):
        resend_messages(ids=[message.pk], by=office.staff["jefe"])


def test_a_worker_killed_in_between_leaves_it_unsure(office, receive, send, lines):
    receive(petitioner=person(phone="669 123 4567"))
    Message.objects.update(state="sending", claimed_at=timezone.now() - CLAIM_LASTS - timedelta(seconds=1))
    assert (send().unsure, send().unsure) == (1, 0)
    assert states() == [("unsure", "")]
    assert lines() == []


def test_an_idle_connection_that_the_server_ended_is_opened_anew(mail_server):
    outgoing = Outgoing("k", "email", "a@example.mx", "Asunto", "Texto", "https://aldaba.example/x")
    with SmtpPort("email") as port:
        port.send(outgoing)
        port.connection.connection.sock.shutdown(socket.SHUT_RDWR)
        port.send(outgoing)
    assert len(mail_server.taken) == 2


def test_who_wants_none_gets_none(office, receive, send, lines):
    opt_out(address="6691234567", by=None)
    receive(petitioner=person(phone="(669) 123-4567"))
    assert send().dropped == 1
    assert states() == [("dropped", "opted_out")]
    assert lines() == []
    assert OptOut.objects.get().by is None


def test_who_is_no_longer_known_gets_none(office, receive, send):
    receive(petitioner=person(phone="669 123 4567"))
    Petitioner.objects.all().delete()
    send()
    assert states() == [("dropped", "no_address")]


def test_a_step_that_was_taken_back_before_it_left_is_not_told(office, receive, send, lines):
    staff, boleta = office.staff, receive(office.to_check)
    change_status(petition=boleta, move="not_proceed", by=staff["auxiliar"], given=Given(note="Es privada."))
    change_status(petition=boleta, move="reconsider", by=staff["auxiliar"], given=Given(note="No lo es."))
    send()
    assert states() == [("sent", ""), ("dropped", "superseded")]


def test_that_the_department_read_it_does_not_make_its_referral_untrue(office, receive, send, lines):
    staff, boleta = office.staff, receive(office.to_check)
    change_status(
        petition=boleta, move="proceed", by=staff["auxiliar"], given=Given(department=office.streets)
    )
    change_status(petition=boleta, move="open", by=staff["enlace_obras"])
    send()
    assert [line["body"].split(".")[0] for line in lines()][1].endswith("la atiende Obras Públicas")


def test_of_a_reserved_petition_nothing_is_said(office, receive, send, lines):
    boleta = receive(office.complaint, description="El inspector pidió dinero.")
    change_status(petition=boleta, move="open", by=office.staff["director"])
    change_status(
        petition=boleta,
        move="attend",
        by=office.staff["director"],
        given=Given(note="Se sancionó al inspector."),
    )
    send()
    told = " ".join(line["body"] for line in lines())
    assert len(lines()) == 2
    for word in ("Queja", "Contraloría", "inspector", "sancion"):
        assert word not in told


def test_each_citizen_of_one_work_item_hears(office, receive, send, lines):
    from backend.casework.services.echoes import join_petitions

    one, other = (
        receive(petitioner=person(phone="669 111 1111")),
        receive(petitioner=person(phone="669 222 2222")),
    )
    join_petitions(petitions=[one.pk, other.pk], by=office.staff["auxiliar"])
    one.refresh_from_db()
    change_status(petition=one, move="open", by=office.staff["enlace"])
    change_status(
        petition=one, move="schedule", by=office.staff["enlace"], given=Given(scheduled_for=local_today())
    )
    send()
    scheduled = [line["to"] for line in lines() if "se programó" in line["body"]]
    assert sorted(scheduled) == ["6691111111", "6692222222"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn_lasts", [TURN_LASTS, -TURN_LASTS], ids=["one-at-a-time", "turns-overrun"])
def test_workers_at_once_send_each_message_once(office, receive, lines, folder, monkeypatch, turn_lasts):
    monkeypatch.setattr("backend.notifications.services.carriers.TURN_LASTS", turn_lasts)
    for _ in range(12):
        receive(petitioner=person(phone="669 123 4567"))
    Message.objects.update(send_after=timezone.now() - timedelta(seconds=1))
    barrier = Barrier(4)

    def work(_n):
        try:
            barrier.wait()
            return send_waiting().sent
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(work, range(4)))
    assert sum(sent) == 12
    assert len({line["key"] for line in lines()}) == len(lines()) == 12
