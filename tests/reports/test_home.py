"""The first page of each role: right figures, own rows only, and a price that does not grow."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.week import week_at_hand
from backend.notifications.models import Message
from backend.reports.today import captured_since, owed_by_department, together
from campaigns.models import Crew, Programme, Tour, Visit
from field.folio import make_folio
from field.models import Petition, Status
from tests.factories import CategoryFactory, DepartmentFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
_numbers = iter(range(1, 99_999))


def petition(status=Status.UNREAD, department=None, due=5, category=None, **columns) -> Petition:
    """One petition taken now; ``due`` is days from today."""
    now = timezone.now()
    category = category or CategoryFactory()
    return Petition.objects.create(
        id=uuid.uuid4(),
        folio=make_folio(26, "H0M", next(_numbers)),
        channel="recorrido",
        category=category,
        certainty="outside",
        status=status,
        department=department or category.department,
        due_on=TODAY() + timedelta(days=due),
        **{"captured_at": now, "received_at": now, "status_at": now} | columns,
    )


def visit(crew: Crew | None, day: date, name: str) -> Visit:
    programme, _ = Programme.objects.get_or_create(
        code="alcalde", defaults={"name": "El Alcalde toca tu puerta"}
    )
    tour = Tour.objects.create(programme=programme, name=f"Recorrido {name}", starts_on=day, ends_on=day)
    return Visit.objects.create(tour=tour, place=PlaceFactory(name=name), crew=crew, date=day)


def figures(client, user) -> dict[str, int]:
    """The page's figures by their label."""
    client.force_login(user)
    page = client.get("/").content.decode()
    found = re.findall(r'figure-number">(.*?)</span>\s*<span class="figure-label">(.*?)</span>', page)
    return {label: int(re.sub(r"<.*?>|\D", "", number)) for number, label in found}


def test_the_director_sees_how_it_goes_as_a_whole(client):
    aseo = DepartmentFactory(name="Aseo")
    petition(department=aseo, due=-1)
    petition(Status.IN_HAND, department=aseo)
    petition(Status.CLOSED, department=aseo, due=-9)
    petition(department=DepartmentFactory(name="Bacheo"), captured_at=timezone.now() - timedelta(days=70))
    assert figures(client, UserFactory(role="director")) == {
        "vencida": 1,
        "abiertas": 3,
        "pedidas este mes": 3,
        "de ellas, ya atendida": 1,
    }
    page = client.get("/").content.decode()
    assert "Quién debe más" in page
    assert page.index("Aseo") < page.index("Bacheo")


def test_the_office_sees_what_waits_there(client):
    petition(Status.TO_VERIFY)
    petition(Status.DISPUTED, due=-2)
    petition(Status.UNREAD)
    assert figures(client, UserFactory(role="auxiliar")) == {
        "por verificar": 1,
        "inconformidad": 1,
        "vencida": 1,
        "sin leer en las dependencias": 1,
        "pedidas hoy": 3,
    }


def test_the_office_sees_which_messages_go_nowhere_by_themselves(client):
    now = timezone.now()
    for state, due in (
        ("failed", 0),
        ("unsure", 0),
        ("review", 0),
        ("waiting", 2),
        ("waiting", 0),
        ("sent", 2),
    ):
        Message.objects.create(
            petition=petition(Status.CLOSED),
            event="received",
            way="email",
            state=state,
            created_at=now,
            send_after=now - timedelta(hours=due),
        )
    assert figures(client, UserFactory(role="auxiliar"))["avisos por resolver"] == 4
    assert 'href="/avisos/"' in client.get("/").content.decode()
    assert "avisos por resolver" not in figures(client, UserFactory(role="asesor"))


@pytest.mark.parametrize("role", ["director", "jefe", "auxiliar", "enlace"])
def test_each_number_leads_to_just_its_boletas(client, role):
    user = UserFactory(role=role)
    department = user.department or DepartmentFactory(name="Aseo")
    for n, status in enumerate(Status):
        petition(status, department=department, due=n - 4)
        petition(status, due=-n)
    unreferred = [petition(Status.DISPUTED, due=-2), petition(Status.TO_VERIFY)]
    Petition.objects.filter(pk__in=[one.pk for one in unreferred]).update(department=None)
    client.force_login(user)
    page = client.get("/").content.decode()
    linked = re.findall(
        r'<a href="(/boletas/[^"]*)"><span class="figure-number">(.*?)</span>', page, re.DOTALL
    )
    linked += re.findall(r'<td class="number"[^>]*><a href="(/boletas/[^"]*)">(\d+)</a>', page)
    assert len(linked) > 4
    for href, number in linked:
        told = client.get(unescape(href)).content.decode()
        assert told.count('name="chosen"') == int(re.sub(r"<.*?>|\D", "", number)), href


def test_a_liaison_sees_the_own_department_only(client):
    liaison = UserFactory(role="enlace")
    week = week_at_hand()
    petition(department=liaison.department, due=(week.first - TODAY()).days)
    petition(Status.SCHEDULED, department=liaison.department, due=-3)
    petition()
    assert figures(client, liaison) == {
        "sin leer": 1,
        "vencida": 1,
        f"vence {week}": 1,
        "en seguimiento": 0,
        "programada": 1,
        "inconformidades": 0,
    }


def test_reserved_petitions_are_not_even_counted_for_those_who_may_not_see_them(client):
    petition(category=CategoryFactory(sensitive=True))
    assert together(owed_by_department(UserFactory(role="auxiliar"), TODAY())).total == 0
    assert together(owed_by_department(UserFactory(role="director"), TODAY())).total == 1
    assert captured_since(UserFactory(role="auxiliar"), TODAY()).total == 0


def test_field_staff_see_the_visits_of_their_own_crew(client):
    supervisor, promotor = UserFactory(role="supervisor"), UserFactory(role="promotor")
    crew = Crew.objects.create(name="Brigada 1", supervisor=supervisor)
    crew.members.add(promotor)
    other = Crew.objects.create(name="Brigada 2", supervisor=UserFactory(role="supervisor"))
    visit(crew, TODAY(), "Playa Sur")
    visit(crew, TODAY() + timedelta(days=30), "Muy Lejos")
    visit(other, TODAY(), "Ajena")
    for user in (supervisor, promotor):
        client.force_login(user)
        page = client.get("/").content.decode()
        assert "Playa Sur" in page
        assert "Hoy" in page
        assert "Muy Lejos" not in page
        assert "Ajena" not in page


@pytest.mark.parametrize("role", User.Role.values)
def test_the_home_of_every_role_opens_on_an_empty_town(client, role):
    client.force_login(UserFactory(role=role))
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("role", User.Role.values)
def test_the_price_of_the_home_does_not_grow(client, role, django_assert_max_num_queries):
    user = UserFactory(role=role)
    crew = Crew.objects.create(name="Brigada 1", supervisor=user)
    for n in range(8):
        petition(department=user.department, due=n - 4)
        visit(crew, TODAY() + timedelta(days=n % 7), f"Lugar {n}")
    client.force_login(user)
    with django_assert_max_num_queries(5):  # session, person, and at most three of the page's own
        assert client.get("/").status_code == 200
