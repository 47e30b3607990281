"""Loading the demo: once, into an empty database, the same for the same seed and day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import RequestFactory

from backend.accounts.models import User
from backend.demo import people
from backend.demo.load import load_demo
from field.models import Category, Petition
from geo.problems import Conflict
from tests.demo.conftest import TODAY, fingerprint
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db


def test_a_database_with_anything_else_in_it_is_refused() -> None:
    MunicipalityFactory()
    with pytest.raises(Conflict, match="no se tocó nada"):
        load_demo(count=50, seed=1, today=TODAY, progress=lambda step: None)
    assert not Category.objects.exists()
    assert not User.objects.exists()


def test_a_person_with_a_demo_sign_in_is_not_overwritten() -> None:
    User.objects.create_user("director", role=User.Role.DIRECTOR)
    with pytest.raises(Conflict):
        load_demo(count=50, seed=1, today=TODAY, progress=lambda step: None)
    assert User.objects.count() == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_the_command_says_who_signs_in_and_leaves_it_in_a_file(
    seed: int, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    call_command("load_demo", petitions=40, seed=seed, today=TODAY, json=True)
    answer = json.loads(capsys.readouterr().out)
    assert answer["petitions"] == Petition.objects.count() == 40
    written = (tmp_path / "var" / "demo-signins.txt").read_text()
    assert people.PASSWORD in written
    assert all(user.username in written for user in User.objects.all())
    request = RequestFactory().get("/")
    assert authenticate(request, username="director", password=people.PASSWORD)


def test_a_nonsense_number_of_petitions_is_refused() -> None:
    with pytest.raises(CommandError, match="1000000"):
        call_command("load_demo", petitions=0)


def test_the_same_seed_and_day_make_the_same_petitions() -> None:
    assert made_by(5) == made_by(5)
    assert made_by(5) != made_by(6)


def made_by(seed: int) -> list[tuple[Any, ...]]:
    with transaction.atomic():
        load_demo(count=60, seed=seed, today=TODAY, progress=lambda step: None)
        made = fingerprint()
        transaction.set_rollback(True)  # or the next would meet this one
    return made
