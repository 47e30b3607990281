"""Every verb for every role: the matrix that the manuals give, written out by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from backend.accounts.models import User
from backend.accounts.roles import PERMISSIONS, may, require, who_may
from geo.problems import NotAllowed
from tests.factories import DepartmentFactory, UserFactory

# The columns: promotor, supervisor, auxiliar, asesor, jefe, director, enlace.
MATRIX = """
field.capture           x x x x x x .
field.enrol_device      . x . . x x .
field.mend              . . x . x x .
casework.see_office     . . x x x x .
casework.see_department . . . . . . x
casework.see_sensitive  . . . . x x .
casework.correct        . . x . x x .
casework.verify         . . x . x x .
casework.refer          . . x . x x .
casework.validate       . . x . x x .
casework.close          . . x . x x .
casework.open           . . . . x x x
casework.schedule       . . . . x x x
casework.attend         . . . . x x x
casework.hand_back      . . . . x x x
casework.note           . . x x x x x
casework.join           . . x . x x .
casework.edit_rules     . . . . x x .
casework.share_views    . . . . x x .
letters.see             . . x x x x .
letters.draft           . . x x x x .
letters.issue           . . . . x x .
letters.edit            . . . . x x .
notifications.see       . . x . x x .
notifications.edit      . . . . x x .
privacy.answer          . . . . x x .
privacy.see_looks       . . . . . x .
privacy.open_blocked    . . . . . x .
validation.call         . . x . x x .
validation.draw         . . . . x x .
campaigns.plan          . x . . . x .
campaigns.see           x x x . x x .
campaigns.see_all       . . x . x x .
reports.density         . . . . x x .
reports.capacity        . . . . x x x
territory.edit          . . . . . x .
"""
COLUMNS = ("promotor", "supervisor", "auxiliar", "asesor", "jefe", "director", "enlace")
ROWS = {line.split()[0]: line.split()[1:] for line in MATRIX.strip().splitlines()}
CELLS = [
    (verb, role, cell == "x") for verb, row in ROWS.items() for role, cell in zip(COLUMNS, row, strict=True)
]


@pytest.fixture
def staff(db):
    return {role: UserFactory(role=role) for role in COLUMNS}


def test_the_matrix_names_every_verb_and_every_role():
    assert set(ROWS) == set(PERMISSIONS)
    assert set(COLUMNS) == set(User.Role.values)


def test_each_role_may_what_the_matrix_says_and_no_more(staff):
    answers = {(verb, role): staff[role].has_perm(verb) for verb, role, _expected in CELLS}
    assert answers == {(verb, role): expected for verb, role, expected in CELLS}


def test_asking_costs_no_query(staff, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert staff["jefe"].has_perm("casework.refer")
        assert not staff["promotor"].has_perm("casework.refer")


def test_only_the_liaison_of_internal_control_sees_reserved_petitions(db):
    control = DepartmentFactory(code=settings.INTERNAL_CONTROL_DEPARTMENT)
    assert UserFactory(role="enlace", department=control).has_perm("casework.see_sensitive")
    assert not UserFactory(role="enlace").has_perm("casework.see_sensitive")


def test_a_superuser_may_everything_and_an_inactive_one_nothing(db):
    root = UserFactory(is_superuser=True)
    assert all(root.has_perm(verb) for verb in PERMISSIONS)
    gone = UserFactory(role="director", is_active=False)
    assert not any(gone.has_perm(verb) for verb in PERMISSIONS)
    root.is_active = False
    assert not any(may(root, verb) for verb in PERMISSIONS)


def test_a_stranger_may_nothing():
    assert not any(may(AnonymousUser(), verb) for verb in PERMISSIONS)


def test_a_verb_that_nobody_defined_is_nobodys(db):
    assert not UserFactory(role="director").has_perm("casework.abolish")


def test_being_refused_says_whose_task_it_is(db):
    with pytest.raises(NotAllowed, match="Director"):
        require(UserFactory(role="promotor"), "territory.edit")
    assert who_may("campaigns.plan") == "Esto les corresponde a los roles: Supervisor de brigada o Director."


def test_templates_ask_the_same_table(db, client, rf):
    from django.contrib.auth.context_processors import PermWrapper

    perms = PermWrapper(UserFactory(role="auxiliar"))
    assert perms["casework"]["refer"]
    assert not perms["casework"]["attend"]
    assert "reports" not in perms


def test_every_verb_that_the_code_asks_for_is_in_the_table():
    asked = re.compile(r"""(?:has_perm|requires|require|check_access)\([^)]*?"([a-z]+\.[a-z_]+)\"""")
    found = {
        verb
        for floor in ("backend", "campaigns", "field", "geo")
        for path in Path(settings.BASE_DIR, floor).rglob("*.py")
        for verb in asked.findall(path.read_text())
    }
    assert found
    assert found <= set(PERMISSIONS)
