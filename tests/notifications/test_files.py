"""The file that an office without a carrier has: what is written in it, and how it forgets."""

from __future__ import annotations

import json

from backend.notifications.models import Message
from backend.notifications.ports.file import forget_in_files
from tests.notifications.conftest import person


def test_a_text_tried_on_oneself_stops_nobody_from_being_forgotten(office, receive, send, lines, client):
    jefe = office.staff["jefe"]
    jefe.email = "jefe@aldaba.example"
    jefe.save()
    client.force_login(jefe)
    client.post("/avisos/textos/attended/prueba/")
    receive(petitioner=person(email="maria@example.mx"))
    send()
    Message.objects.update(address="")
    assert (forget_in_files(), forget_in_files()) == (1, 0)
    assert [line["to"] for line in lines("email")] == ["jefe@aldaba.example", ""]


def test_two_trials_are_two_messages(office, lines, client):
    jefe = office.staff["jefe"]
    jefe.email = "jefe@aldaba.example"
    jefe.save()
    client.force_login(jefe)
    client.post("/avisos/textos/attended/prueba/")
    client.post("/avisos/textos/attended/prueba/")
    assert len({line["key"] for line in lines("email")}) == 2, "readers of mail show one key once"


def test_a_line_that_was_cut_spoils_no_other_and_is_forgotten(office, receive, send, folder):
    folder.mkdir()
    path = folder / "sms.jsonl"
    path.write_bytes(b'{"key": "aldaba-7", "to": "6690000000')
    receive(petitioner=person(phone="669 123 4567"))
    send()
    cut, whole = path.read_text().splitlines()
    assert json.loads(whole)["to"] == "6691234567"
    assert (forget_in_files(), forget_in_files()) == (1, 0)
    assert path.read_text().splitlines() == [" " * len(cut), whole]
