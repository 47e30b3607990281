"""Who asks not to be contacted once a list is drawn is not called."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.privacy.services import fulfilment, requests
from backend.validation.models import Call, CallItem
from backend.validation.services.calls import note_call, take_item, take_next
from backend.validation.services.lists import draw_list
from field.models import Petitioner
from geo.clock import local_today
from geo.problems import Conflict

NUMBER = "669 555 4433"
SAID = {"holder": "María Peña", "identity_shown": "INE", "contact": NUMBER, "means": "modulo", "asked": "No."}


@pytest.fixture
def drawn(office, attend):
    """A list of two boletas; the first is of who will object."""
    mine = attend(phone=NUMBER)
    attend()
    made = draw_list(since=local_today(), until=local_today(), size=None, seed="s", by=office.staff["jefe"])
    made.mine = made.items.get(petition=mine)
    return made


def objects_by_the_law(office, item) -> None:
    chief = office.staff["jefe"]
    arco = requests.register_request(by=chief, received_on=local_today(), right="objection", **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[item.petition_id])
    requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Procede.")
    fulfilment.object_to_contact(request=arco, by=chief)


def withdraws_consent(office, item) -> None:
    Petitioner.objects.filter(petition=item.petition_id).update(consent=False)


def objects_elsewhere(office, item) -> None:
    Petitioner.objects.filter(petition=item.petition_id).update(objects_to_contact=True)


@pytest.fixture(params=[objects_by_the_law, withdraws_consent, objects_elsewhere])
def objected(request, office, drawn) -> CallItem:
    request.param(office, drawn.mine)
    return drawn.mine


def test_who_objected_is_never_offered(office, drawn, objected):
    offered = [take_next(call_list=drawn, by=office.staff[name]) for name in ("auxiliar", "jefe")]
    assert objected not in offered
    assert offered.count(None) == 1
    assert CallItem.objects.get(pk=objected.pk).state == CallItem.State.OBJECTED


def test_a_direct_address_shows_no_number_and_says_why(office, drawn, objected):
    client = Client()
    client.force_login(office.staff["auxiliar"])
    address = f"/validacion/{drawn.pk}/llamar/{objected.pk}/"
    for answer in (
        client.get(address, follow=True),
        client.post(address, {"result": "positive"}, follow=True),
    ):
        said = answer.content.decode()
        assert "Esta boleta ya está: Pidió que no se le contacte." in said
        assert NUMBER not in said
        assert NUMBER.replace(" ", "") not in said
    assert not Call.objects.exists()
    assert CallItem.objects.get(pk=objected.pk).state == CallItem.State.OBJECTED


def test_the_list_counts_them_and_owes_them_no_call(office, drawn, objected):
    take_next(call_list=drawn, by=office.staff["jefe"])
    client = Client()
    client.force_login(office.staff["auxiliar"])
    page = client.get(f"/validacion/{drawn.pk}/?estado=objected")
    assert [item.pk for item in page.context["items"]] == [objected.pk]
    assert (page.context["counts"]["objected"], page.context["waiting"]) == (1, 1)
    assert "Pidió que no se le contacte" in page.content.decode()


def test_an_objection_while_the_number_is_on_the_screen_keeps_the_words_and_notes_no_call(office, drawn):
    item = take_item(item_id=drawn.mine.pk, call_list=drawn, by=office.staff["auxiliar"])
    objects_by_the_law(office, item)
    with pytest.raises(Conflict):
        note_call(item=item, result="positive", by=office.staff["auxiliar"])
    client = Client()
    client.force_login(office.staff["auxiliar"])
    form = {"result": "positive", "words": "Dijo que sí.", "attempts": "0"}
    answer = client.post(f"/validacion/{drawn.pk}/llamar/{item.pk}/", form)
    assert "Dijo que sí." in answer.content.decode()
    assert not Call.objects.exists()
