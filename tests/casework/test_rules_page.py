"""``/boletas/reglas/`` over HTTP: filled in, tried, saved, brought back."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from backend.casework.models import ReferralRule, RuleSet
from backend.casework.rules import MOST_RULES
from field.folio import format_folio
from geo.models import Place
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db
PAGE = "/boletas/reglas/"


@pytest.fixture
def jefe(office) -> Client:
    client = Client()
    client.force_login(office.staff["jefe"])
    return client


def filled(*lines: dict, based_on: int = 0, **more: str) -> dict[str, str]:
    """What the form sends with these lines and one left blank."""
    total = len(lines) + 1
    data = {"based_on": str(based_on), "reglas-TOTAL_FORMS": str(total), "reglas-INITIAL_FORMS": "0"}
    for index, line in enumerate([*lines, {}]):
        for name in ("what", "where", "reserved", "department", "ORDER", "DELETE"):
            data[f"reglas-{index}-{name}"] = str(line.get(name, ""))
        data.setdefault(f"reglas-{index}-ORDER", str(index + 1))
    return data | more


def lamp_to_streets(office, **changes) -> dict:
    return {"what": f"categoria:{office.lamp.pk}", "department": office.streets.pk} | changes


def text_of(response) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


def digest_in(response) -> str:
    found = re.search(r'name="tried" value="(\w+)"', response.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("promotor", 403),
        ("supervisor", 403),
        ("auxiliar", 403),
        ("asesor", 403),
        ("enlace", 403),
        ("jefe", 200),
        ("director", 200),
    ],
)
def test_chiefs_see_the_rules_and_nobody_else(office, person, status):
    client = Client()
    client.force_login(office.staff[person])
    assert client.get(PAGE).status_code == status
    assert client.post(PAGE, filled(save="1")).status_code == status


def test_rules_are_tried_on_the_past_and_then_saved(office, receive, jefe):
    petition = receive()
    draft = filled(lamp_to_streets(office, where="centro"))
    tried = jefe.post(PAGE, draft)
    assert tried.status_code == 200
    assert "1 petición se habría canalizado a otra dependencia" in text_of(tried)
    assert format_folio(petition.folio) in text_of(tried)
    assert "Decide 1 petición" in text_of(tried)
    assert not RuleSet.objects.exists()
    saved = jefe.post(PAGE, draft | {"save": "1", "tried": digest_in(tried)}, follow=True)
    assert "Quedó la versión 1, con 1 regla" in text_of(saved)
    rule = ReferralRule.objects.get()
    assert (rule.category, rule.place.code, rule.department) == (office.lamp, "C0000", office.streets)
    assert receive().department == office.streets


def test_what_was_not_tried_is_not_saved_but_tried(office, jefe):
    tried = jefe.post(PAGE, filled(lamp_to_streets(office)))
    changed = filled(lamp_to_streets(office), {"what": "grupo:Calles", "department": office.lights.pk})
    answer = jefe.post(PAGE, changed | {"save": "1", "tried": digest_in(tried)})
    assert "Cambió las reglas después de probarlas" in text_of(answer)
    assert not RuleSet.objects.exists()
    jefe.post(PAGE, changed | {"save": "1", "tried": digest_in(answer)})
    assert ReferralRule.objects.count() == 2


def test_lines_are_kept_in_the_order_given_and_those_taken_away_are_left_out(office, jefe):
    draft = filled(
        lamp_to_streets(office, ORDER=3),
        {"what": "grupo:Calles", "department": office.lights.pk, "ORDER": 1},
        {"department": office.lights.pk, "ORDER": 2, "DELETE": "on"},
    )
    tried = jefe.post(PAGE, draft)
    jefe.post(PAGE, draft | {"save": "1", "tried": digest_in(tried)})
    assert [(rule.group, rule.category) for rule in ReferralRule.objects.order_by("position")] == [
        ("Calles", None),
        ("", office.lamp),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"department": ""}, "Elija la dependencia"),
        ({"where": "Colonia que no hay"}, "No hay una colonia ni un distrito"),
        ({"what": "categoria:999999"}, "no es una de las opciones"),
        ({"reserved": "si"}, "no es reservada"),
        ({"department": "x"}, "no es una de las opciones"),
        ({"where": "a\0b"}, "Caracteres nulos no"),
    ],
)
def test_a_line_that_makes_no_sense_is_told_beside_it_and_keeps_what_was_written(office, jefe, line, said):
    answer = jefe.post(PAGE, filled(lamp_to_streets(office, **line)))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="categoria:{office.lamp.pk}" selected' in answer.content.decode() or "what" in line


def test_a_complaint_cannot_be_sent_elsewhere_and_the_page_says_why(office, jefe):
    line = {"what": f"categoria:{office.complaint.pk}", "department": office.streets.pk}
    answer = jefe.post(PAGE, filled(line))
    assert answer.status_code == 422
    assert "lo atiende siempre el órgano de control interno" in text_of(answer)


def test_an_earlier_version_is_brought_back_as_a_new_one(office, jefe):
    for line in (lamp_to_streets(office), lamp_to_streets(office, department=office.control.pk)):
        draft = filled(line, based_on=RuleSet.objects.count())
        jefe.post(PAGE, draft | {"save": "1", "tried": digest_in(jefe.post(PAGE, draft))})
    page = jefe.get(f"{PAGE}?version=1")
    assert "Está viendo las reglas de la versión 1" in text_of(page)
    assert f'value="{office.streets.pk}" selected' in page.content.decode()
    draft = filled(lamp_to_streets(office), based_on=2)
    tried = jefe.post(f"{PAGE}?version=1", draft)
    jefe.post(f"{PAGE}?version=1", draft | {"save": "1", "tried": digest_in(tried)})
    assert RuleSet.objects.count() == 3
    assert RuleSet.objects.first().rules.get().department == office.streets


def test_whoever_saves_over_another_is_told_and_loses_nothing(office, jefe):
    draft = filled(lamp_to_streets(office))
    tried = digest_in(jefe.post(PAGE, draft))
    RuleSet.objects.create(number=1, at="2026-01-01T00:00Z", by=office.staff["director"])
    answer = jefe.post(PAGE, draft | {"save": "1", "tried": tried})
    assert answer.status_code == 409
    assert "Otra persona guardó reglas" in text_of(answer)
    assert f'value="categoria:{office.lamp.pk}" selected' in answer.content.decode()


@pytest.mark.parametrize("version", ["99", "x", "-1", "9" * 40])
def test_a_version_that_there_is_not_shows_no_rules(office, jefe, version):
    assert jefe.get(f"{PAGE}?version={version}").status_code == 200


def test_places_of_one_name_are_told_apart(office, jefe):
    PlaceFactory(column=1, code="C0001", name="Centro")
    tried = jefe.post(PAGE, filled(lamp_to_streets(office, where="Centro")))
    assert tried.status_code == 422
    draft = filled(lamp_to_streets(office, where="Centro · C0001"))
    jefe.post(PAGE, draft | {"save": "1", "tried": digest_in(jefe.post(PAGE, draft))})
    assert ReferralRule.objects.get().place == Place.objects.get(code="C0001")


def test_the_page_costs_the_same_however_many_rules_and_versions(office, jefe, django_assert_max_num_queries):
    for number in range(1, 6):
        version = RuleSet.objects.create(number=number, at="2026-01-01T00:00Z", by=office.staff["jefe"])
        ReferralRule.objects.bulk_create(
            ReferralRule(rule_set=version, position=n, category=office.lamp, department=office.streets)
            for n in range(20)
        )
    with django_assert_max_num_queries(12):
        jefe.get(PAGE)


def test_the_department_that_the_rules_say_is_proposed_when_it_proceeds(office, receive, jefe):
    petition = receive(office.to_check)
    draft = filled({"what": f"categoria:{office.to_check.pk}", "department": office.lights.pk})
    jefe.post(PAGE, draft | {"save": "1", "tried": digest_in(jefe.post(PAGE, draft))})
    page = jefe.get(f"/boletas/{format_folio(petition.folio)}/").content.decode()
    assert f'<option value="{office.lights.pk}" selected>' in page


def test_as_many_rules_as_an_office_may_have_are_saved_by_the_page(office, jefe):
    lines = [lamp_to_streets(office) for _number in range(MOST_RULES - 1)]
    tried = jefe.post(PAGE, filled(*lines))
    assert tried.status_code == 200
    assert jefe.post(PAGE, filled(*lines, tried=digest_in(tried), save="1")).status_code == 302
    assert ReferralRule.objects.count() == MOST_RULES - 1


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "²", ""])
def test_a_version_that_is_no_number_is_refused_in_words(office, jefe, number):
    data = filled(lamp_to_streets(office)) | {"based_on": number}
    assert jefe.post(PAGE, data).status_code in (200, 409)
