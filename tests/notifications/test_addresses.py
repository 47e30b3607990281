"""One person's telephone is one address, however it was taken down."""

from __future__ import annotations

import pytest

from backend.notifications.addresses import address
from backend.notifications.models import Message, OptOut
from backend.notifications.persons import read, write
from backend.notifications.services.deciding import opt_in, opt_out
from backend.privacy.services import fulfilment, requests
from field.folio import format_folio
from geo.clock import local_today
from tests.notifications.conftest import person

WAYS = ["+52 1 669 999 8877", "52 669 999 8877", "669-999-8877", "044 669 999 8877", "01 (669) 9998877"]


@pytest.mark.parametrize("typed", [*WAYS, "0052 669 999 8877", "045 669 999 8877"])
def test_a_mexican_number_is_its_ten_digits(typed):
    assert address(typed) == "6699998877"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("+1 602 555 0100", "16025550100"), ("5212345678", "5212345678"), ("0995551234", "0995551234")],
)
def test_another_is_kept_as_it_is(typed, kept):
    assert address(typed) == kept


def test_an_email_is_lower_case():
    assert address(" Maria.521@Example.MX ") == "maria.521@example.mx"


@pytest.mark.parametrize("opted", WAYS)
@pytest.mark.parametrize("asked", WAYS)
def test_who_wants_none_gets_none_however_the_telephone_was_typed(receive, send, lines, opted, asked):
    opt_out(address=opted, by=None)
    receive(petitioner=person(phone=asked))
    assert send().dropped == 1
    assert lines() == []


def test_the_carrier_is_handed_one_spelling_and_the_link_works_for_all(receive, send, lines):
    receive(petitioner=person(phone=WAYS[0]))
    send()
    assert lines()[-1]["to"] == Message.objects.get().address == "6699998877"


def test_the_office_notes_it_at_one_boleta_and_sees_it_at_the_other(office, receive, client):
    one, other = (format_folio(receive(petitioner=person(phone=way)).folio) for way in WAYS[:2])
    client.force_login(office.staff["auxiliar"])
    client.post(f"/avisos/boletas/{one}/", {"wants": "no"})
    assert OptOut.objects.get().address == "6699998877"
    assert "Pidió que no se le avise." in client.get(f"/boletas/{other}/").content.decode()
    opt_in(address=WAYS[3], by=office.staff["auxiliar"])
    assert not OptOut.objects.exists()


def test_an_erased_person_leaves_no_opt_out_in_another_spelling(receive):
    first, second = receive(petitioner=person(phone=WAYS[0])), receive(petitioner=person(phone=WAYS[2]))
    opt_out(address=WAYS[1], by=None)
    for petition, left in ((first, 1), (second, 0)):
        [key] = [passage.key for passage in read(petition.pk) if passage.key.startswith("opted_out")]
        write(petition.pk, {key: ""})
        assert OptOut.objects.count() == left
        petition.petitioner.delete()


def test_a_cancellation_ends_what_was_to_go(office, receive):
    """The whole way, from the request on."""
    boleta, chief = receive(petitioner=person(phone=WAYS[2])), office.staff["jefe"]
    said = {"identity_shown": "INE", "contact": "-", "means": "modulo", "asked": "Que borren mis datos."}
    arco = requests.register_request(
        by=chief, received_on=local_today(), right="cancellation", holder="María Peña", **said
    )
    requests.tick_subjects(request=arco, by=chief, petitions=[boleta.pk])
    arco = requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Procede.")
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    message = Message.objects.get()
    assert (message.state, message.reason) == ("dropped", "forgotten")


def test_of_an_erased_person_nothing_is_still_to_go(office, receive, send, client, lines):
    boleta = receive(petitioner=person(phone=WAYS[2]))
    for state in ("review", "failed", "waiting"):
        Message.objects.update(state=state, reason="")
        keys = [passage.key for passage in read(boleta.pk)]
        assert f"not_gone:{Message.objects.get().pk}" in keys
        write(boleta.pk, dict.fromkeys(keys, ""))
        assert Message.objects.get().get_state_display() == "No se envió"
    client.force_login(office.staff["auxiliar"])
    page = client.get(f"/boletas/{format_folio(boleta.folio)}/").content.decode()
    assert "no se envió: se suprimieron los datos de la persona" in page
    send()
    assert lines() == []
