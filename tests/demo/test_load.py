"""Loading the demo: once, into an empty database, the same for the same seed and day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import RequestFactory

from backend.accounts.models import User
from backend.casework.models import WorkList
from backend.demo import people
from backend.demo.load import load_demo
from backend.letters.models import Letter
from backend.notifications.models import Message
from backend.privacy.models import ArcoRequest
from backend.validation.models import Call
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


def test_the_same_seed_and_day_make_the_same_petitions_and_rooms() -> None:
    assert made_by(5) == made_by(5)
    assert made_by(5) != made_by(6)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 2, 3)])
def test_it_loads_on_the_first_days_of_a_year_and_of_a_month(today: date) -> None:
    loaded = load_demo(count=120, seed=3, today=today, progress=lambda step: None)
    assert loaded.petitions == 120
    assert Letter.objects.exclude(number="").exists()
    assert not Letter.objects.filter(date__gte=today).exists()
    assert not Call.objects.filter(at__date__gte=today).exists()


def made_by(seed: int) -> list[tuple[Any, ...]]:
    with transaction.atomic():
        load_demo(count=60, seed=seed, today=TODAY, progress=lambda step: None)
        made = [
            *fingerprint(),
            *Letter.objects.order_by("entered_at", "id").values_list("number", "subject", "date", "state"),
            *Call.objects.order_by("at", "petition_id").values_list("petition_id", "result", "words", "at"),
            *ArcoRequest.objects.order_by("number").values_list("number", "holder", "due_on"),
            *Message.objects.order_by("id").values_list("petition_id", "event", "state", "sent_at"),
            *WorkList.objects.order_by("made_at").values_list("name", "stops__petition"),
        ]
        transaction.set_rollback(True)  # or the next would meet this one
    return made
