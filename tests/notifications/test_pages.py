"""The pages of the messages, the office's and the public's."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from backend.casework.models import StatusChange
from backend.notifications.models import EventRule, Message, MessageTemplate, OptOut
from backend.notifications.writing import opt_out_link, sms_parts
from field.folio import format_folio
from field.signals import people_seen
from tests.notifications.conftest import person


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("who", ["promotor", "supervisor", "asesor", "enlace", "enlace_control"])
def test_who_does_not_tell_citizens_sees_none_of_it(sign_in, receive, who):
    boleta, client = receive(), sign_in(who)
    message = Message.objects.get()
    for path in ("", f"{message.pk}/", "textos/", "textos/received/email/"):
        assert client.get(f"/avisos/{path}").status_code == 403
    for path in ("decidir/", "textos/received/modo/", f"boletas/{format_folio(boleta.folio)}/"):
        assert client.post(f"/avisos/{path}").status_code == 403


def test_what_waits_for_somebody_is_read_and_let_go_or_kept(sign_in, receive, send, lines):
    EventRule.objects.create(event="received", mode="review")
    first, second = receive(), receive()
    client = sign_in("auxiliar")
    page = text_of(client.get("/avisos/?estado=review"))
    assert page.count('name="message"') == 2
    go, stay = Message.objects.order_by("id")
    seen = []
    people_seen.connect(lambda **looked: seen.append(looked["purpose"]), weak=False, dispatch_uid="test")
    try:
        shown = text_of(client.get(f"/avisos/{go.pk}/"))
    finally:
        people_seen.disconnect(dispatch_uid="test")
    assert "Esto se le diría" in shown
    assert format_folio(first.folio) in shown
    assert seen == ["message"]
    client.post("/avisos/decidir/", {"act": "release", "message": [go.pk]})
    client.post("/avisos/decidir/", {"act": "withdraw", "message": [stay.pk]})
    send()
    assert [line["key"] for line in lines()] == [f"aldaba-{go.pk}"]
    stay.refresh_from_db()
    assert (stay.state, stay.reason) == ("dropped", "withdrawn")
    assert "Esto se le dijo" in text_of(client.get(f"/avisos/{go.pk}/"))
    assert second


@pytest.mark.parametrize(
    ("state", "heading", "words"),
    [
        ("sent", "Esto se le dijo", "Como salió"),
        ("unsure", "Esto quizá se le dijo", "Como salió"),
        ("failed", "Esto se le diría", "Recibimos su petición"),
        ("waiting", "Esto se le diría", "Recibimos su petición"),
        ("dropped", "Esto no se le dijo", "Como salió"),
    ],
)
def test_a_message_that_was_written_is_said_to_be_told_only_once_it_left(
    sign_in, receive, state, heading, words
):
    receive()
    Message.objects.update(state=state, body="Como salió", error="550" if state == "failed" else "")
    page = text_of(sign_in("auxiliar").get(f"/avisos/{Message.objects.get().pk}/"))
    assert heading in page
    assert words in page
    assert ("revise el correo o el teléfono" in page) == (state == "failed")


def test_words_that_were_erased_are_not_made_up_anew(sign_in, receive):
    receive()
    Message.objects.update(state="sent", body="")
    page = text_of(sign_in("auxiliar").get(f"/avisos/{Message.objects.get().pk}/"))
    assert "El texto se suprimió" in page
    assert "Recibimos su petición" not in page


def test_reserved_ones_are_for_those_meant(sign_in, office, receive):
    receive(office.complaint)
    message = Message.objects.get()
    assert sign_in("auxiliar").get(f"/avisos/{message.pk}/").status_code == 404
    assert "No hay avisos así" in text_of(sign_in("auxiliar").get("/avisos/"))
    sign_in("auxiliar").post("/avisos/decidir/", {"act": "withdraw", "message": [message.pk]})
    message.refresh_from_db()
    assert message.state == "waiting"
    assert sign_in("jefe").get(f"/avisos/{message.pk}/").status_code == 200


@pytest.mark.parametrize(("act", "ids"), [("", []), ("resend", []), ("explode", ["1"]), ("resend", ["x"])])
def test_an_act_that_is_none_is_not_found(sign_in, receive, act, ids):
    assert sign_in("jefe").post("/avisos/decidir/", {"act": act, "message": ids}).status_code == 404


def test_a_mistyped_folio_is_called_mistyped(sign_in, receive):
    folio = format_folio(receive().folio)
    client = sign_in("jefe")
    assert "Se recibió" in text_of(client.get("/avisos/", {"folio": folio.lower()}))
    wrong = folio[:-1] + ("A" if folio[-1] != "A" else "B")
    assert client.get("/avisos/", {"folio": wrong}).status_code == 400


def test_the_next_address_is_the_programs_own(sign_in, receive):
    client, message = sign_in("jefe"), None
    receive()
    message = Message.objects.get()
    for there in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        answer = client.post("/avisos/decidir/", {"act": "release", "message": [message.pk], "next": there})
        assert answer["Location"] == "/avisos/"


def test_the_office_writes_its_own_words(sign_in, office, receive, send, lines):
    client = sign_in("jefe")
    preview = client.post(
        "/avisos/textos/received/sms/", {"body": "Folio {folio} {x}"}, headers={"HX-Request": "true"}
    )
    assert "No existe el dato {x}." in text_of(preview)
    assert not MessageTemplate.objects.exists()
    assert client.post("/avisos/textos/received/sms/", {"body": "{folio.__class__}"}).status_code == 422
    assert client.post("/avisos/textos/received/sms/", {"body": "Va su folio: {folio}"}).status_code == 302
    folio = format_folio(receive(petitioner=person(phone="669 123 4567")).folio)
    send()
    assert lines()[-1]["body"] == f"Va su folio: {folio}"
    assert client.get("/avisos/textos/received/pigeon/").status_code == 404


def test_an_email_text_needs_its_subject(sign_in, receive):
    answer = sign_in("jefe").post("/avisos/textos/received/email/", {"subject": " ", "body": "Hola"})
    assert answer.status_code == 422


def test_a_text_is_tried_on_oneself(sign_in, office, mail_server):
    office.staff["jefe"].email = "jefe@aldaba.example"
    office.staff["jefe"].save()
    client = sign_in("jefe")
    client.post("/avisos/textos/attended/prueba/")
    [(to, mail)] = mail_server.taken
    assert to == ["jefe@aldaba.example"]
    assert "{" not in mail.get_content() + mail["Subject"]
    assert sign_in("director").post("/avisos/textos/attended/prueba/").status_code == 404, "no address"


def test_what_is_being_written_is_what_is_tried_and_it_is_not_lost(sign_in, office, mail_server):
    office.staff["jefe"].email = "jefe@aldaba.example"
    office.staff["jefe"].save()
    client = sign_in("jefe")
    written = {"subject": "Ya quedó {folio}", "body": "Vecina: ya quedó <su> farol."}
    page = text_of(client.post("/avisos/textos/attended/prueba/", written))
    assert "Vecina: ya quedó &lt;su&gt; farol.</textarea>" in page
    assert "Enviado a jefe@aldaba.example." in page
    [(_to, mail)] = mail_server.taken
    assert (mail["Subject"], mail.get_content().strip()) == ("Ya quedó 26-A7F-00042-K", written["body"])
    assert "No existe el dato {x}." in text_of(
        client.post("/avisos/textos/attended/prueba/", written | {"body": "{x}"})
    )
    assert (len(mail_server.taken), MessageTemplate.objects.count()) == (1, 0)
    mail_server.at = {"MAIL": "530 sign in first"}
    page = text_of(client.post("/avisos/textos/attended/prueba/", written))
    assert "No salió." in page
    assert "Vecina: ya quedó" in page


def test_events_are_switched_off_and_on(sign_in, receive):
    client = sign_in("director")
    client.post("/avisos/textos/received/modo/", {"mode": "off"})
    receive()
    assert not Message.objects.exists()
    assert client.post("/avisos/textos/received/modo/", {"mode": "x"}).status_code == 404
    client.post("/avisos/textos/received/modo/", {"mode": "auto"})
    receive()
    assert Message.objects.count() == 1


def test_the_boleta_tells_what_its_citizen_heard_and_the_office_may_stop_it(sign_in, receive, send):
    boleta = receive(petitioner=person(email="maria@example.mx", phone="669 123 4567"))
    send()
    client, path = sign_in("auxiliar"), f"/boletas/{format_folio(boleta.folio)}/"
    assert "Qué se le ha avisado" in text_of(client.get(path))
    client.post(f"/avisos/boletas/{format_folio(boleta.folio)}/", {"wants": "no"})
    assert set(OptOut.objects.values_list("address", flat=True)) == {"maria@example.mx", "6691234567"}
    assert "Pidió que no se le avise." in text_of(client.get(path))
    client.post(f"/avisos/boletas/{format_folio(boleta.folio)}/", {"wants": "yes"})
    assert not OptOut.objects.exists()
    client.post(f"/avisos/boletas/{format_folio(boleta.folio)}/", {"wants": "yes"})
    assert client.post(f"/avisos/boletas/{format_folio(boleta.folio)}/").status_code == 404, (
        "no answer is none"
    )
    notes = StatusChange.objects.filter(petition=boleta, move="note", by__username="auxiliar")
    assert [step.note for step in notes] == ["Pidió no recibir avisos.", "Pidió recibir avisos otra vez."]
    assert "Qué se le ha avisado" not in text_of(sign_in("enlace").get(path))


def test_a_reader_of_mail_leaves_with_one_click_and_a_person_with_two(receive, send, mail_server, office):
    receive(petitioner=person(email="maria@example.mx"))
    send()
    path = opt_out_link(Message.objects.get().pk).removeprefix("https://aldaba.example")
    client = Client(enforce_csrf_checks=True)
    asked = text_of(client.get(path))
    assert "¿Ya no quiere recibir avisos?" in asked
    assert "maria" not in asked.lower()
    assert not OptOut.objects.exists(), "a look is no answer: mail scanners follow links"
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(path).status_code == 200
    assert OptOut.objects.get().address == "maria@example.mx"


@pytest.mark.parametrize("token", ["x", "1", "eyJhIjoxfQ:1abc:zzz", "%00", "a" * 500])
def test_a_link_that_nobody_sent_is_not_found(db, token):
    assert Client().get(f"/publico/avisos/baja/{token}/").status_code == 404
    assert Client().post(f"/publico/avisos/baja/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("ñ" * 160, 1),
        ("{" * 81, 2),
        ("😀" * 35, 1),
        ("", 1),
    ],
)
def test_sms_are_counted_as_carriers_do(text, parts):
    assert sms_parts(text) == parts


def test_lists_ask_the_same_however_long(sign_in, receive, django_assert_max_num_queries):
    for _ in range(10):
        receive()
    client = sign_in("jefe")
    with django_assert_max_num_queries(8):
        assert len(re.findall(r'class="folio"', text_of(client.get("/avisos/")))) == 10


def test_pages_are_counted_no_further_than_anybody_turns_them(sign_in, receive, monkeypatch):
    monkeypatch.setattr("backend.notifications.views.sent.MOST_COUNTED", 3)
    monkeypatch.setattr("backend.notifications.views.sent.PAGE_SIZE", 2)
    for _ in range(6):
        receive()
    client = sign_in("jefe")
    newest = list(Message.objects.order_by("-pk").values_list("pk", flat=True))
    page = client.get("/avisos/?page=99").context["page"]
    assert (page.paginator.num_pages, [one.pk for one in page]) == (2, [newest[2]])
