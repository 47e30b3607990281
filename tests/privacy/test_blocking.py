"""Blocked data: nobody sees them but who answers an authority, and they go by themselves after their day."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.privacy.models import ArcoRequest, BlockedData, BlockedOpening, RetentionRule, RetentionRun
from backend.privacy.services import blocking, fulfilment, retention
from backend.privacy.tasks import retain
from backend.privacy.terms import months_after
from field.models import Attachment, Petition
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotAllowed
from tests.casework.conftest import Office, Receive
from tests.privacy.test_forgetting import (
    EMAIL,
    FIRST,
    NAME,
    PHONE,
    chief,
    everywhere,
    folder,
    granted,
    told_where,
)
from tests.privacy.test_retention import aged

__all__ = ["chief", "everywhere", "folder"]


@pytest.fixture
def director(office: Office) -> User:
    return office.staff["director"]


@pytest.fixture
def blocking_in_force(chief: User) -> RetentionRule:
    return retention.edit_rule(kind="blocked", months=84, in_force=True, by=chief)


@contextmanager
def at(day: date) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: datetime.combine(day, time(19), UTC))
        yield


def erase(chief: User, petition: Petition) -> ArcoRequest:
    arco = granted(chief, "cancellation", petition)
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    return arco


def files_of(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_blocked_is_nowhere_but_in_its_block_which_has_all_of_it(
    everywhere: Petition, chief: User, director: User, folder: Path, blocking_in_force: RetentionRule,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    pictures = Attachment.objects.filter(pk__in=everywhere.attachments.values("sha256"))
    stored = [one.file.read() for one in pictures]
    with django_capture_on_commit_callbacks(execute=True):
        arco = erase(chief, everywhere)
    assert told_where(folder) == set()
    assert [step.act for step in arco.steps.all()][-1] == "blocked"
    blocked = BlockedData.objects.get(request=arco)
    assert (blocked.told, blocked.until) == (arco.number, months_after(local_today(), 84))
    kept = files_of(blocking.open_blocked(blocked=blocked, reason="OIC, oficio 112/2027", by=director))
    says = [one["says"] for one in json.loads(kept["datos.json"])]
    assert {NAME, PHONE, EMAIL, f"Soy {NAME}, no sirve la luz", f"INE de {NAME}"} <= set(says)
    for words in (f"Abrió {FIRST}", f"Se lo mostré a {FIRST}.", f"Dice {FIRST} que sí", f"Estimada {FIRST}"):
        assert words in says
    assert all(any(data == picture for data in kept.values()) for picture in stored)
    assert len(stored) == 1
    assert NAME in kept["datos.html"].decode()


def test_it_goes_the_day_after_its_last_by_itself_and_its_trail_stays(
    everywhere: Petition, chief: User, director: User, blocking_in_force: RetentionRule
) -> None:
    blocked = BlockedData.objects.get(request=erase(chief, everywhere))
    blocking.open_blocked(blocked=blocked, reason="OIC, oficio 112/2027", by=director)
    # What the rule says later is for what comes later.
    retention.edit_rule(kind="blocked", months=6, in_force=False, by=chief)
    with at(blocked.until):
        retain()
        blocked.refresh_from_db()
        assert blocked.contents is not None
    with at(blocked.until + timedelta(days=1)):
        retain()
    blocked.refresh_from_db()
    assert (blocked.contents, blocked.openings.count()) == (None, 1)
    assert blocked.suppressed_at is not None
    assert RetentionRun.objects.filter(kind="blocked").first().erased == 1  # type: ignore[union-attr]
    with pytest.raises(Conflict):
        blocking.open_blocked(blocked=blocked, reason="OIC, oficio 113/2033", by=director)


def test_what_a_rule_lets_go_is_blocked_too(
    office: Office, receive: Receive, chief: User, blocking_in_force: RetentionRule
) -> None:
    old = aged(receive())
    retention.edit_rule(kind="closed", months=60, in_force=True, by=chief)
    retain()
    blocked = BlockedData.objects.get()
    assert (blocked.kind, blocked.request) == ("closed", None)
    assert old.petitioner.name in files_of(bytes(blocked.contents or b""))["datos.html"].decode()
    retain()
    assert BlockedData.objects.count() == 1


def test_nothing_is_blocked_unless_the_office_says_so(everywhere: Petition, chief: User) -> None:
    retention.edit_rule(kind="blocked", months=84, in_force=False, by=chief)
    arco = erase(chief, everywhere)
    assert not BlockedData.objects.exists()
    assert [step.act for step in arco.steps.all()][-1] == "anonymised"


def test_only_the_director_opens_it_and_says_for_whom(
    everywhere: Petition, chief: User, director: User, blocking_in_force: RetentionRule
) -> None:
    blocked = BlockedData.objects.get(request=erase(chief, everywhere))
    with pytest.raises(NotAllowed):
        blocking.open_blocked(blocked=blocked, reason="OIC", by=chief)
    with pytest.raises(Invalid):
        blocking.open_blocked(blocked=blocked, reason=" \0", by=director)
    assert not BlockedOpening.objects.exists()
    blocking.open_blocked(blocked=blocked, reason="OIC", by=director)
    for change in (BlockedOpening.objects.all().delete, lambda: BlockedOpening.objects.update(reason="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_pages_say_until_when_and_hand_it_over_once_told_for_whom(
    everywhere: Petition, chief: User, director: User, client: Any, blocking_in_force: RetentionRule
) -> None:
    client.force_login(chief)
    asked = granted(chief, "cancellation", everywhere)
    before = client.get(f"/privacidad/{asked.pk}/suprimir/").content.decode()
    assert "Quitar y bloquear" in before
    client.post(f"/privacidad/{asked.pk}/suprimir/", {"typed": asked.number})
    page = client.get(f"/privacidad/{asked.pk}/").content.decode()
    assert "Están bloqueados hasta el" in page
    assert "Si una autoridad los pide" not in page
    client.force_login(director)
    blocked = BlockedData.objects.get()
    address = f"/privacidad/bloqueados/{blocked.pk}/"
    assert address in client.get(f"/privacidad/{asked.pk}/").content.decode()
    assert address in client.get("/privacidad/bloqueados/").content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    handed = client.post(address, {"reason": "OIC, oficio 112/2027"})
    assert handed["Content-Type"] == "application/zip"
    assert NAME in files_of(handed.content)["datos.html"].decode()
    assert "no-store" in handed["Cache-Control"]
    told = client.get(address).content.decode()
    assert "OIC, oficio 112/2027" in told
    assert FIRST not in told


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 30), 84, date(2033, 11, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 12, 1), 36, date(2030, 12, 1)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then
