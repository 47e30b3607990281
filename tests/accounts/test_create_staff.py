"""``manage.py create_staff``."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import User
from tests.factories import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "una clave bien larga"


@pytest.fixture
def create(monkeypatch, capsys):
    def run(*args, password=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        out = io.StringIO()
        call_command("create_staff", *args, "--password-stdin", stdout=out)
        return out.getvalue()

    return run


@pytest.mark.parametrize("role", [role for role in User.Role.values if role != "enlace"])
def test_each_role_can_be_made(create, role):
    answer = json.loads(create("--username", "nueva", "--role", role, "--json"))
    user = User.objects.get(username="nueva")
    assert answer == {"id": user.pk, "username": "nueva", "role": role, "department": None}
    assert user.check_password(PASSWORD)
    assert user.has_perm("field.capture")


def test_a_liaison_comes_with_the_department(create):
    DepartmentFactory(code="aseo")
    out = create(
        "--username",
        "luis",
        "--role",
        "enlace",
        "--department",
        "aseo",
        "--first-name",
        "Luis",
        "--last-name",
        "Gil",
    )
    assert out.strip() == "Luis Gil (Enlace de dependencia, aseo) ya puede entrar como «luis»."


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--role", "enlace"], "Un enlace necesita su dependencia."),
        (["--role", "enlace", "--department", "no-hay"], "Las que hay: aseo."),
        (["--role", "jefe", "--department", "aseo"], "Sólo un enlace pertenece a una dependencia."),
        (["--role", "jefe", "--email", "no es correo"], "correo"),
    ],
)
def test_what_does_not_fit_is_said_and_nobody_is_made(create, args, said):
    DepartmentFactory(code="aseo")
    with pytest.raises(CommandError, match=said):
        create("--username", "nueva", *args)
    assert not User.objects.filter(username="nueva").exists()


def test_a_weak_password_is_refused(create):
    with pytest.raises(CommandError, match="corta"):
        create("--username", "nueva", "--role", "jefe", password="1234")


def test_a_taken_username_is_said_whatever_its_case(create):
    UserFactory(username="rosa")
    with pytest.raises(CommandError, match="Ya hay alguien con el usuario «ROSA»"):
        create("--username", "ROSA", "--role", "jefe")
