"""Who sees and works the office's tray, and who sees a complaint in it."""

from __future__ import annotations

import json

import pytest

from backend.accounts.models import User
from field.models import Correction, InboxRecord, Petition
from tests.factories import CategoryFactory, UserFactory
from tests.field.tray.forms import LONG_AGO, TRAY, page_of, words

pytestmark = pytest.mark.django_db
MAY = {User.Role.AUXILIAR, User.Role.JEFE, User.Role.DIRECTOR}


@pytest.mark.parametrize("role", User.Role)
def test_only_the_office_sees_and_works_the_tray(client, hand_in, role):
    row = hand_in(category="no-hay")
    client.force_login(UserFactory(role=role))
    expected = 200 if role in MAY else 403
    assert client.get(TRAY).status_code == expected
    assert client.get(page_of(row)).status_code == expected
    acts = ["", "agregar/", "dejar/", "apartar/", "devolver/"]
    answers = [client.post(f"{page_of(row)}{act}", {"category": "luminaria"}).status_code for act in acts]
    if role not in MAY:
        assert set(answers) == {403}
        assert not Correction.objects.exists()
        assert InboxRecord.objects.get().state == "held"


def test_a_stranger_is_sent_to_sign_in(client, hand_in):
    row = hand_in(category="no-hay")
    for path in (TRAY, page_of(row)):
        assert client.get(path).status_code == 302
    for act in ("", "agregar/", "dejar/", "apartar/", "devolver/"):
        assert client.post(f"{page_of(row)}{act}").status_code == 302
    assert not Correction.objects.exists()


@pytest.mark.parametrize("role", [User.Role.AUXILIAR, User.Role.JEFE, User.Role.DIRECTOR])
def test_a_complaint_is_only_for_those_who_may_see_it(client, hand_in, role):
    CategoryFactory(code="queja", sensitive=True)
    row = hand_in(category="queja", captured_at=LONG_AGO, description="El inspector pidió dinero")
    client.force_login(UserFactory(role=role))
    sees = role != User.Role.AUXILIAR
    assert ("pidió dinero" in words(client.get(TRAY))) is sees
    assert client.get(page_of(row)).status_code == (200 if sees else 404)
    assert client.post(f"{page_of(row)}apartar/", {"reason": "x"}).status_code == (302 if sees else 404)


def test_another_version_of_a_complaint_is_a_complaint_too(office, hand_in, category):
    CategoryFactory(code="queja", sensitive=True)
    first = hand_in(category="queja", description="El inspector pidió dinero")
    again = hand_in(**json.loads(first.raw) | {"category": category.code, "description": "Otra cosa"})
    assert not again.first
    assert office.get(page_of(again)).status_code == 404
    assert "Otra cosa" not in words(office.get(TRAY))


def test_what_was_made_a_complaint_since_is_a_complaint(office, hand_in):
    first = hand_in()
    again = hand_in(**json.loads(first.raw) | {"description": "Otra cosa"})
    assert office.get(page_of(again)).status_code == 200
    Petition.objects.update(category=CategoryFactory(code="queja", sensitive=True))
    assert office.get(page_of(again)).status_code == 404


def test_a_word_in_the_text_makes_no_complaint(office, hand_in):
    CategoryFactory(code="queja", sensitive=True)
    row = hand_in(captured_at=LONG_AGO, description='"category":"queja"')
    assert office.get(page_of(row)).status_code == 200


def test_a_session_that_ended_loses_no_reason_and_leads_back_to_the_record(office, hand_in):
    page = page_of(hand_in(category="no-hay"))
    office.logout()
    answer = office.post(
        f"{page}apartar/", {"reason": "Lo pidió dos veces"}, headers={"referer": f"http://testserver{page}"}
    )
    assert answer.status_code == 403
    assert "Lo pidió dos veces" in answer.content.decode()
    assert f"?next={page}" in answer.content.decode()
    answer = office.post(f"{page}devolver/", headers={"referer": f"http://testserver{page}"})
    assert (answer.status_code, answer["Location"]) == (302, f"/entrar/?next={page}")
