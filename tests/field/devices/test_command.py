"""The command that opens a code."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from field.services.devices import enrol_device

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def test_the_command_answers_in_json(promotor):
    out = io.StringIO()
    call_command("enrol_device", user="promotora", name="Tableta 2", json=True, stdout=out)
    answer = json.loads(out.getvalue())
    assert set(answer) == {"code", "url", "expires_at", "odk"}
    assert answer["url"].endswith(f"/campo/#alta={answer['code']}")
    assert set(answer["odk"]) == {"admin", "project", "general"}
    assert enrol_device(code=answer["code"])[0].name == "Tableta 2"


def test_the_command_tells_a_person_the_code_and_when_it_expires(promotor):
    out = io.StringIO()
    call_command("enrol_device", "--user", "promotora", "--name", "Tableta 2", stdout=out)
    assert "Código: " in out.getvalue()
    assert "Vence: " in out.getvalue()


def test_the_command_names_an_unknown_user(db):
    with pytest.raises(CommandError, match="nadie"):
        call_command("enrol_device", "--user", "nobody", "--name", "T")


def test_the_command_tells_what_is_wrong_in_json_too(promotor):
    for user, name, code in (("nobody", "T", "not_found"), ("promotora", " ", "invalid")):
        out = io.StringIO()
        with pytest.raises(CommandError):
            call_command("enrol_device", user=user, name=name, json=True, stdout=out)
        assert json.loads(out.getvalue())["type"] == f"urn:aldaba:problem:{code}"
