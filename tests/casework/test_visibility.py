"""Which petitions each role sees."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.casework.selectors import sees_petitioner, visible_to
from tests.factories import UserFactory

OFFICE_ROWS = {"lamp", "pothole", "unchecked", "by_phone"}
SEES = {
    "promotor": {"lamp", "pothole"},
    "supervisor": {"lamp", "pothole", "unchecked"},
    "auxiliar": OFFICE_ROWS,
    "asesor": OFFICE_ROWS,
    "jefe": OFFICE_ROWS | {"complaint"},
    "director": OFFICE_ROWS | {"complaint"},
    "enlace": {"lamp", "by_phone"},
    "enlace_obras": {"pothole"},
    "enlace_control": {"complaint"},
}


@pytest.fixture
def petitions(office, receive):
    return {
        "lamp": receive(),
        "pothole": receive(office.pothole),
        "complaint": receive(office.complaint),
        "unchecked": receive(office.to_check, captured_by_id=office.staff["supervisor"].pk),
        "by_phone": receive(channel="telefono", captured_by_id=office.staff["auxiliar"].pk),
    }


@pytest.mark.parametrize("person", list(SEES))
def test_each_role_sees_its_own_rows_and_no_other(office, petitions, person):
    seen = set(visible_to(office.staff[person]).values_list("pk", flat=True))
    assert {name for name, petition in petitions.items() if petition.pk in seen} == SEES[person]


def test_strangers_and_people_who_left_see_nothing(office, petitions):
    gone = UserFactory(role="director", is_active=False)
    assert not visible_to(AnonymousUser()).exists()
    assert not visible_to(gone).exists()


def test_another_crews_supervisor_sees_none_of_it(office, petitions):
    assert not visible_to(UserFactory(role="supervisor")).exists()


def test_a_complaint_misreferred_is_not_shown_to_that_department(office, petitions):
    petition = petitions["complaint"]
    petition.department = office.lights
    petition.save()
    assert not visible_to(office.staff["enlace"]).filter(pk=petition.pk).exists()


@pytest.mark.parametrize(
    ("person", "sees"),
    [("promotor", True), ("supervisor", False), ("auxiliar", True), ("asesor", True), ("enlace", True)],
)
def test_who_asked_is_shown_to_those_who_took_it_down_or_must_call(office, petitions, person, sees):
    assert sees_petitioner(office.staff[person], petitions["lamp"]) is sees
