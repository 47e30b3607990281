"""The office's page of tablets."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from backend.accounts.models import User
from field.models import Device, Enrolment
from field.services.devices import EnrolmentRefused, enrol_device
from tests.factories import DeviceFactory, UserFactory

PAGE, NEW = "/tabletas/", "/tabletas/nueva/"
MAY = {User.Role.SUPERVISOR, User.Role.JEFE, User.Role.DIRECTOR}
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, director):
    client.force_login(director)
    return client


@pytest.mark.parametrize("role", User.Role)
def test_only_those_who_may_enrol_see_the_tablets(client, role):
    client.force_login(UserFactory(role=role))
    expected = 200 if role in MAY else 403
    assert client.get(PAGE).status_code == expected
    assert client.get(NEW).status_code == expected
    assert client.post(f"/tabletas/{DeviceFactory().pk}/baja/").status_code == (302 if role in MAY else 403)
    assert Device.objects.get().revoked_at is None or role in MAY


def test_a_stranger_is_sent_to_sign_in(client, tablet):
    for path in (PAGE, NEW):
        assert client.get(path).status_code == 302
    assert client.post(f"/tabletas/{tablet[0].pk}/baja/").status_code == 302
    tablet[0].refresh_from_db()
    assert tablet[0].revoked_at is None


def test_an_office_without_tablets_is_told_what_to_do(office):
    page = office.get(PAGE).content.decode()
    assert "Aún no hay tabletas" in page
    assert NEW in page


def test_a_code_is_shown_once_with_its_qr_and_enrols(office, promotor, director):
    answer = office.post(NEW, {"name": "Tableta 9", "user": promotor.pk})
    page = answer.content.decode()
    code = re.search(r'class="code"[^>]*>([^<]+)<', page)[1]
    assert page.count('class="code-qr"') == 2, "one for our own app, one for ODK Collect"
    assert 'style="' not in page
    assert "no-store" in answer["Cache-Control"]
    assert Enrolment.objects.get().opened_by == director
    assert code not in office.get(PAGE).content.decode()
    assert enrol_device(code=code)[0].name == "Tableta 9"


def test_a_code_is_only_for_those_who_may_capture(office):
    liaison = UserFactory(role=User.Role.ENLACE)
    gone = UserFactory(is_active=False)
    for user in (liaison, gone):
        answer = office.post(NEW, {"name": "T", "user": user.pk})
        assert answer.status_code == 200
        assert 'class="code"' not in answer.content.decode()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    "data", [{}, {"name": "", "user": ""}, {"name": "x" * 81, "user": "1"}, {"name": "T", "user": "x"}]
)
def test_a_form_that_is_not_filled_in_says_so(office, data):
    answer = office.post(NEW, data)
    assert answer.status_code == 200
    assert "field-errors" in answer.content.decode()


def test_an_unused_code_may_be_cancelled(office, promotor):
    page = office.post(NEW, {"name": "Tableta 9", "user": promotor.pk}).content.decode()
    code = re.search(r'class="code"[^>]*>([^<]+)<', page)[1]
    assert "Tableta 9" in office.get(PAGE).content.decode()
    office.post(f"/tabletas/altas/{Enrolment.objects.get().pk}/anular/")
    with pytest.raises(EnrolmentRefused):
        enrol_device(code=code)
    assert "Códigos sin usar" not in office.get(PAGE).content.decode()


def test_a_tablet_is_revoked_by_post_alone(office, tablet, director):
    path = f"/tabletas/{tablet[0].pk}/baja/"
    assert office.get(path).status_code == 405
    page = office.post(path, follow=True).content.decode()
    assert "ya no puede enviar" in page
    assert "Dada de baja" in page
    tablet[0].refresh_from_db()
    assert tablet[0].revoked_by == director


def test_names_are_text_on_the_page(office, promotor):
    name = "<script>alert(1)</script>"
    DeviceFactory(name=name)
    office.post(NEW, {"name": name, "user": promotor.pk})
    assert name not in office.get(PAGE).content.decode()


def test_the_list_takes_as_many_queries_for_many_tablets_as_for_one(office, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(30):
        DeviceFactory(last_seen_at=now - dt.timedelta(hours=number))
    with django_assert_max_num_queries(8):
        assert office.get(PAGE).status_code == 200
