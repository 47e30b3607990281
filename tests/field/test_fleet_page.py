"""The fleet page: how each tablet stands, filters, and a new code for the same tablet."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.utils import timezone

from backend.accounts.models import User
from field.models import Device, Enrolment
from field.services.devices import EnrolmentRefused, enrol_device, reopen_enrolment
from geo.problems import Conflict
from tests.factories import DeviceFactory, UserFactory

PAGE = "/tabletas/"
MAY = {User.Role.SUPERVISOR, User.Role.JEFE, User.Role.DIRECTOR}
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, director):
    client.force_login(director)
    return client


@pytest.fixture
def fleet():
    """One tablet of each standing, by name."""
    now = timezone.now()
    day = dt.timedelta(days=1)
    DeviceFactory(name="Lista", last_seen_at=now, waiting=0, battery=90, app_version="1.4.0")
    DeviceFactory(name="Llena", last_seen_at=now, waiting=37, battery=12)
    DeviceFactory(name="Muda", last_seen_at=now - 5 * day, waiting=3)
    DeviceFactory(name="Nueva")
    DeviceFactory(name="Chueca", last_seen_at=now, clock_offset_s=-7300)
    DeviceFactory(name="Perdida", revoked_at=now - 90 * day, clock_offset_s=9999)
    DeviceFactory(name="Sola", last_seen_at=now, user=UserFactory(is_active=False))


def rows(answer):
    """The words of each row, by the tablet's name."""
    body = answer.content.decode().split('<h2 id="tabletas"', 1)[1]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)[1:]:
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())
        found[words.split()[0]] = words
    return found


def test_each_tablet_says_how_it_stands(office, fleet):
    page = rows(office.get(PAGE))
    assert "Al día" in page["Lista"]
    assert "90 %" in page["Lista"]
    assert "1.4.0" in page["Lista"]
    assert "Con pendientes" in page["Llena"]
    assert " 37 " in page["Llena"]
    assert "Baja: 12 %" in page["Llena"]
    assert "Callada hace 5 días" in page["Muda"]
    assert "Aún no se conecta" in page["Nueva"]
    assert "Reloj atrasado 2 horas" in page["Chueca"]
    assert "Dada de baja" in page["Perdida"]
    assert "Reloj" not in page["Perdida"]
    assert "Su responsable ya no está" in page["Sola"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("al-dia", {"Lista", "Chueca"}),
        ("pendientes", {"Llena", "Muda"}),
        ("calladas", {"Muda", "Nueva"}),
        ("reloj", {"Chueca"}),
        ("bajas", {"Perdida", "Sola"}),
        ("no-hay", {"Lista", "Llena", "Muda", "Nueva", "Chueca", "Perdida", "Sola"}),
    ],
)
def test_the_page_can_be_narrowed(office, fleet, name, expected):
    assert set(rows(office.get(f"{PAGE}?estado={name}"))) == expected


def test_a_filter_that_leaves_nothing_says_so(office):
    DeviceFactory(last_seen_at=timezone.now())
    assert "Ninguna tableta está así" in office.get(f"{PAGE}?estado=reloj").content.decode()


def test_forty_take_as_many_queries_as_one(office, django_assert_max_num_queries):
    for _n in range(40):
        DeviceFactory(last_seen_at=timezone.now(), waiting=4, battery=50, clock_offset_s=500)
    with django_assert_max_num_queries(8):
        assert office.get(PAGE).status_code == 200


@pytest.mark.parametrize("version", ["<script>alert(1)</script>", "1.0\"'><img src=x>"])
def test_what_a_tablet_says_is_text(office, version):
    DeviceFactory(app_version=version)
    assert version not in office.get(PAGE).content.decode()


@pytest.mark.parametrize("role", User.Role)
def test_only_those_who_may_enrol_give_a_new_code(client, role, tablet):
    client.force_login(UserFactory(role=role))
    answer = client.post(f"{PAGE}{tablet[0].pk}/codigo/")
    assert answer.status_code == (200 if role in MAY else 403)
    assert Enrolment.objects.filter(replaces=tablet[0]).exists() is (role in MAY)


def test_the_new_code_is_for_the_same_person_and_the_old_enrolment_ends_when_it_is_used(
    office, tablet, director
):
    old = tablet[0]
    page = office.post(f"{PAGE}{old.pk}/codigo/").content.decode()
    assert "<svg" in page
    code = re.search(r'class="code"[^>]*>([^<]+)<', page)[1]
    old.refresh_from_db()
    assert old.revoked_at is None
    new, _token = enrol_device(code=code)
    old.refresh_from_db()
    assert (new.user, new.name) == (old.user, old.name)
    assert old.revoked_at is not None
    assert old.revoked_by == director
    assert new.revoked_at is None
    assert new.series_id != old.series_id


def test_of_two_new_codes_only_the_last_serves(tablet, director):
    first = reopen_enrolment(device=tablet[0], by=director)
    second = reopen_enrolment(device=tablet[0], by=director)
    with pytest.raises(EnrolmentRefused):
        enrol_device(code=first.code)
    enrol_device(code=second.code)
    assert Device.objects.standing("in_use").count() == 1


def test_nobody_who_left_gets_a_new_code(office, tablet, director):
    tablet[0].user.is_active = False
    tablet[0].user.save()
    with pytest.raises(Conflict):
        reopen_enrolment(device=tablet[0], by=director)
    answer = office.post(f"{PAGE}{tablet[0].pk}/codigo/", follow=True)
    assert "ya no trabaja aquí" in answer.content.decode()


def test_a_new_code_cannot_be_asked_for_by_a_link(office, tablet):
    assert office.get(f"{PAGE}{tablet[0].pk}/codigo/").status_code == 405
