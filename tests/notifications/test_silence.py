"""A mail server that hangs, cuts or refuses: what surely did not leave waits; one message is unsure."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.utils import timezone

from backend.notifications.models import Carrier, Message
from backend.notifications.services.carriers import RESTS, TURN_LASTS
from backend.notifications.services.deciding import release_messages, write_template
from backend.notifications.services.sending import CLAIM_LASTS, GIVEN_UP_AFTER, Run, send_waiting
from backend.notifications.tasks import send_waiting_messages
from tests.notifications.conftest import person

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def impatient(mail_server, settings):
    settings.EMAIL_TIMEOUT = 2  # a busy machine answers within it


@pytest.fixture
def three(office, receive):
    for number in range(3):
        receive(petitioner=person(email=f"n{number}@example.mx"))


def states() -> list[str]:
    return list(Message.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.parametrize("act", ["hang", "cut"])
def test_a_server_that_is_silent_at_its_greeting_costs_one_wait_and_no_message_a_try(
    three, send, mail_server, act
):
    mail_server.at = {"EHLO": act}
    assert send() == Run()
    assert mail_server.steps == ["EHLO"]
    assert list(Message.objects.values_list("state", "attempts", "error")) == [("waiting", 0, "")] * 3
    mail_server.at = {}
    assert send().sent == 3
    assert [to for to, _mail in mail_server.taken] == [[f"n{n}@example.mx"] for n in range(3)]


@pytest.mark.parametrize("act", ["hang", "cut", "421 go away"])
@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_line_cut_before_the_text_leaves_all_waiting_and_the_run_stops(three, send, mail_server, step, act):
    mail_server.at = {step: act}
    assert send() == Run(later=1)
    assert sorted(Message.objects.values_list("state", "attempts")) == [("waiting", 0)] * 2 + [("waiting", 1)]
    mail_server.at = {}
    assert send().sent == 3
    assert len(mail_server.taken) == 3


def test_a_server_that_takes_nothing_from_us_is_asked_once(three, send, mail_server):
    mail_server.at = {"MAIL": "530 sign in first"}
    assert send() == Run(later=1)
    assert mail_server.steps.count("MAIL") == 1


@pytest.mark.parametrize("answer", ["hang", "cut"])
def test_after_the_dot_one_is_unsure_and_the_rest_waits(three, send, mail_server, answer):
    mail_server.answers = [answer]
    assert send() == Run(unsure=1)
    assert states() == ["unsure", "waiting", "waiting"]
    assert send() == Run(sent=2)
    assert len(mail_server.taken) == 3, "none is handed over twice"


def test_what_the_server_answers_to_one_message_stops_no_other(three, send, mail_server):
    mail_server.answers = ["451 later", "554 looks like spam"]
    assert send() == Run(sent=1, later=1, failed=1)


def test_a_text_of_dots_arrives_as_it_is(office, receive, send, mail_server):
    words = ".\r\n..\r\n.fin"
    receive(petitioner=person(email="ana@example.mx"))
    write_template(event="received", way="email", subject="x", body=f"Uno\n{words}", by=office.staff["jefe"])
    assert send().sent == 1
    [(_to, mail)] = mail_server.taken
    assert "Uno\n.\n..\n.fin" in mail.get_content().replace("\r\n", "\n")


def test_a_silent_carrier_rests_longer_each_time_until_it_answers(three, mail_server):
    mail_server.at = {"EHLO": "cut"}
    for rest in (*RESTS, RESTS[-1]):
        Carrier.objects.update(resting_until=None)
        send_waiting()
        carrier = Carrier.objects.get()
        left = carrier.resting_until - timezone.now()
        assert rest - timedelta(seconds=5) < left <= rest
        since = carrier.silent_since
        asked = len(mail_server.steps)
        assert (send_waiting(), len(mail_server.steps)) == (Run(), asked), "it is left alone meanwhile"
    assert Carrier.objects.get().silent_since == since
    mail_server.at = {}
    Carrier.objects.update(resting_until=None)
    assert send_waiting().sent == 3
    carrier = Carrier.objects.get()
    assert (carrier.silent_since, carrier.silences, carrier.running_until) == (None, 0, None)


def test_what_nobody_takes_for_five_days_is_given_up_and_may_be_tried_again(three, office, send, mail_server):
    mail_server.at = {"EHLO": "cut"}
    old = list(Message.objects.order_by("id")[:2].values_list("pk", flat=True))

    def wait(silence, age):
        Carrier.objects.update(resting_until=None, silent_since=timezone.now() - silence)
        Message.objects.filter(pk__in=old).update(send_after=timezone.now() - age)
        return send_waiting()

    assert send() == Run()
    long, longer = GIVEN_UP_AFTER - timedelta(hours=1), GIVEN_UP_AFTER + timedelta(hours=1)
    assert wait(long, longer) == Run(), "it may have been us who were away"
    assert wait(longer, long) == Run()
    assert wait(longer, longer) == Run(failed=2)
    assert states() == ["failed", "failed", "waiting"]
    assert set(Message.objects.filter(pk__in=old).values_list("reason", "attempts")) == {("untaken", 0)}
    mail_server.at = {}
    assert release_messages(ids=old, by=office.staff["auxiliar"]) == 2
    assert (send().sent, set(Message.objects.values_list("reason", flat=True))) == (3, {""})


def test_a_carrier_that_is_silent_does_not_hold_up_another(three, receive, send, mail_server, lines):
    receive(petitioner=person(phone="669 123 4567"))
    mail_server.at = {"EHLO": "hang"}
    assert send() == Run(sent=1)
    assert [line["to"] for line in lines()] == ["6691234567"]


class Drip:
    """A port whose carrier answers so slowly that the worker interrupts the run."""

    def __init__(self, way):
        pass

    def __enter__(self):
        raise SoftTimeLimitExceeded

    def __exit__(self, *args):
        pass


def test_a_carrier_that_holds_the_run_until_it_is_interrupted_rests(three, send, settings):
    settings.NOTIFICATION_PORTS = settings.NOTIFICATION_PORTS | {"email": f"{__name__}.Drip"}
    assert send() == Run()
    assert states() == ["waiting"] * 3
    assert Carrier.objects.get().error == "SoftTimeLimitExceeded"


def test_a_run_leaves_the_turn_to_who_has_it_and_takes_it_once_it_is_over(three, mail_server):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [session] = cursor.fetchone()
    Carrier.objects.create(way="email", running_until=timezone.now() + TURN_LASTS, session=session)
    assert send_waiting() == Run()
    assert mail_server.steps == []
    Carrier.objects.update(running_until=timezone.now() - timedelta(seconds=1))
    assert send_waiting().sent == 3
    assert Carrier.objects.values_list("running_until", "session").get() == (None, None)


def test_a_turn_whose_session_has_ended_is_over(three, mail_server):
    Carrier.objects.create(way="email", running_until=timezone.now() + TURN_LASTS, session=2**31 - 1)
    assert send_waiting().sent == 3


def test_no_worker_is_at_it_longer_than_its_turn():
    assert send_waiting_messages.soft_time_limit < send_waiting_messages.time_limit
    assert timedelta(seconds=send_waiting_messages.time_limit) < TURN_LASTS


def test_a_run_ends_when_its_time_is_over(three, mail_server, monkeypatch):
    monkeypatch.setattr("backend.notifications.services.sending.RUN_LASTS", timedelta(0))
    assert send_waiting() == Run()
    assert states() == ["waiting"] * 3


def test_letting_go_wakes_the_carrier(three, office, send, mail_server):
    mail_server.at = {"EHLO": "cut"}
    send()
    mail_server.at = {}
    Message.objects.filter(pk=Message.objects.first().pk).update(state="failed")
    release_messages(ids=list(Message.objects.values_list("pk", flat=True)), by=office.staff["jefe"])
    assert send_waiting().sent == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("step", "states_after"), [("EHLO", "waiting"), ("DATA", "unsure")])
def test_a_worker_killed_while_the_server_hangs_sends_nothing_twice(
    three, send, mail_server, settings, step, states_after
):
    settings.EMAIL_TIMEOUT = 30
    if step == "EHLO":
        mail_server.at = {"EHLO": "hang"}
    else:
        mail_server.answers = ["hang"]
    Message.objects.update(send_after=timezone.now() - timedelta(seconds=1))
    connection.close()
    worker = os.fork()
    if not worker:
        try:
            send_waiting()
        finally:
            os._exit(0)
    for _ in range(600):
        if step in mail_server.steps:
            break
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    mail_server.at = {}
    for _ in range(600):  # the server has to see that its session has ended: no turn is waited for
        if (run := send()) != Run():
            break
        time.sleep(0.05)
    assert run == Run(sent=3 if step == "EHLO" else 2)
    assert (send(), Message.objects.filter(state="sending").count()) == (Run(), step == "DATA")
    Message.objects.filter(state="sending").update(claimed_at=timezone.now() - CLAIM_LASTS * 2)
    send()
    assert sorted(states())[-1] == ("unsure" if states_after == "unsure" else "sent")
    assert len(mail_server.taken) == 3
    assert len({to[0] for to, _mail in mail_server.taken}) == 3


def test_several_in_doubt_are_decided_together(three, office, send, mail_server, client):
    Message.objects.update(state="unsure", attempts=1)
    client.force_login(office.staff["auxiliar"])
    page = client.get("/avisos/?estado=unsure").content.decode()
    assert page.count('name="message"') == 3
    assert page.count('data-confirm="¿Enviar otra vez los elegidos?') == 1
    ids = list(Message.objects.values_list("pk", flat=True))
    client.post("/avisos/decidir/", {"act": "withdraw", "message": ids[:1]})
    said = client.post("/avisos/decidir/", {"act": "resend", "message": ids}, follow=True).content.decode()
    assert "2 avisos salen otra vez." in said
    assert sorted(states()) == ["dropped", "waiting", "waiting"]
    again = client.post("/avisos/decidir/", {"act": "resend", "message": ids}, follow=True)
    assert "Esos avisos ya no están en duda." in again.content.decode()
    assert (send().sent, send().sent) == (2, 0)


def test_the_page_says_since_when_nothing_leaves(three, office, send, mail_server, client):
    mail_server.at = {"EHLO": "cut"}
    send()
    client.force_login(office.staff["jefe"])
    page = " ".join(client.get("/avisos/").content.decode().split())
    assert "Correo: nada sale desde" in page
    mail_server.at = {}
    send()
    assert "nada sale desde" not in client.get("/avisos/").content.decode()
