"""What a person is called by elsewhere goes with them: part of a name, and a telephone written otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.models import BulkMove, SavedView
from backend.casework.services.bulk import choose_boletas, prepare_bulk
from backend.casework.services.saved_views import save_view
from backend.casework.workflow import MOVES
from backend.notifications.models import OptOut
from backend.notifications.services.deciding import opt_out
from backend.privacy.models import ArcoRequest
from backend.privacy.services import fulfilment, requests
from field.models import Petition
from field.services.petitions import PetitionerIntake
from geo.clock import local_today
from tests.casework.conftest import Office, Receive

SAID = {
    "holder": "Zoraida Quetzalli Xicoténcatl",
    "identity_shown": "INE",
    "contact": "zoraida@correo.test",
    "means": "modulo",
    "asked": "Que borren lo mío.",
}


@pytest.fixture
def chief(office: Office) -> User:
    return office.staff["jefe"]


@pytest.fixture
def petition(receive: Receive) -> Petition:
    person = PetitionerIntake(name=SAID["holder"], phone="+52 1 669 999 8877", consent=True, notice="2026-1")
    return receive(petitioner=person)


def granted(chief: User, right: str, petition: Petition) -> ArcoRequest:
    arco = requests.register_request(by=chief, received_on=local_today(), right=right, **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[petition.pk])
    return requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Procede.")


def erase(chief: User, petition: Petition) -> None:
    arco = granted(chief, "cancellation", petition)
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)


def test_questions_with_part_of_the_name_go_and_others_stay(petition: Petition, chief: User) -> None:
    save_view(owner=chief, name="Zoraida pendientes", query="q=Zoraida+Xicotencatl")
    save_view(owner=chief, name="Lo de Xicoténcatl, Zoraida", query="overdue=1")
    save_view(owner=chief, name="Su teléfono", query="q=669-9998877")
    save_view(owner=chief, name="Calle Zoraida", query="q=luz")
    for words in ("Zoraida+Xicotencatl", "luz"):
        bulk = choose_boletas(petitions=[petition], by=chief, query=f"q={words}")
        prepare_bulk(bulk=bulk, move=MOVES["note"], given=Given(note="Visto"))
    erase(chief, petition)
    assert [view.name for view in SavedView.objects.all()] == ["Calle Zoraida"]
    assert sorted(BulkMove.objects.values_list("query", flat=True)) == ["", "q=luz"]


def test_an_opt_out_under_the_number_before_it_was_corrected_goes(petition: Petition, chief: User) -> None:
    for address in ("5216699998877", "zoraida@correo.test", "6691110000"):
        opt_out(address=address, by=None)
    arco = granted(chief, "rectification", petition)
    fulfilment.rectify(request=arco, subject=arco.subjects.get(), values={"phone": "6699998877"}, by=chief)
    fulfilment.close_fulfilled(request=arco, right="rectification", by=chief)
    erase(chief, petition)
    assert [row.address for row in OptOut.objects.all()] == ["6691110000"]


def test_an_opt_out_under_another_number_than_the_corrected_one_goes(petition: Petition, chief: User) -> None:
    opt_out(address="5216699998877", by=None)
    arco = granted(chief, "rectification", petition)
    fulfilment.rectify(request=arco, subject=arco.subjects.get(), values={"phone": "6697654321"}, by=chief)
    fulfilment.close_fulfilled(request=arco, right="rectification", by=chief)
    erase(chief, petition)
    assert not OptOut.objects.exists()


def test_the_words_of_a_request_have_a_limit_that_is_told(chief: User, client: Any) -> None:
    client.force_login(chief)
    form = {**SAID, "right": "access", "received_on": str(local_today()), "asked": "a" * 10_001}
    refused = client.post("/privacidad/nueva/", form)
    assert refused.status_code == 422
    assert "10000" in str(refused.context["form"].errors["asked"])
    assert "a" * 10_001 in refused.content.decode()
    assert not ArcoRequest.objects.exists()
    assert client.post("/privacidad/nueva/", form | {"asked": "a" * 10_000}).status_code == 302
