"""Retention lets go of what is old and closed, and of nothing that somebody asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.privacy.models import Look, RetentionRule, RetentionRun
from backend.privacy.retaining import due
from backend.privacy.services import requests, retention
from backend.privacy.services.looks import record_looks
from backend.privacy.tasks import retain
from field.models import InboxRecord, Petition, Petitioner, Status
from geo.clock import local_today
from tests.casework.conftest import Office, Receive
from tests.privacy.test_arco import SAID
from tests.privacy.things import Things

LONG_AGO = timedelta(days=8 * 365)


@pytest.fixture
def chief(office: Office) -> User:
    return office.staff["jefe"]


def aged(petition: Petition, status: str = Status.CLOSED) -> Petition:
    Petition.objects.filter(pk=petition.pk).update(status=status, status_at=timezone.now() - LONG_AGO)
    return petition


def test_only_what_ended_long_ago_and_nobody_asked_about(
    office: Office, receive: Receive, chief: User
) -> None:
    old, open_, asked, young = aged(receive()), aged(receive(), Status.IN_HAND), aged(receive()), receive()
    arco = requests.register_request(by=chief, received_on=local_today(), right="access", **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[asked.pk])
    assert list(due("closed", 60)) == [old]
    retention.edit_rule(kind="closed", months=60, in_force=True, by=chief)
    retain()
    named = set(Petitioner.objects.exclude(name="").values_list("petition", flat=True))
    assert named == {open_.pk, asked.pk, young.pk}
    assert RetentionRun.objects.get().erased == 1
    retain()
    assert RetentionRun.objects.first().erased == 0  # type: ignore[union-attr]


def test_a_group_that_asked_goes_too_though_nobody_gave_a_name(
    office: Office, receive: Receive, chief: User
) -> None:
    old = aged(receive(petitioner=None, on_behalf_of="Familia Peña"))
    aged(receive(petitioner=None))
    assert list(due("closed", 60)) == [old]
    rule = retention.edit_rule(kind="closed", months=60, in_force=True, by=chief)
    assert retention.apply_rule(rule=rule).erased == 1
    assert not Petition.objects.exclude(on_behalf_of="").exists()


def test_a_rule_that_is_not_in_force_does_nothing(office: Office, receive: Receive, chief: User) -> None:
    aged(receive())
    retention.edit_rule(kind="closed", months=60, in_force=False, by=chief)
    retain()
    assert not RetentionRun.objects.exists()
    assert Petitioner.objects.exclude(name="").count() == 1


def test_batches_go_on_till_nothing_is_left(
    office: Office, receive: Receive, chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        aged(receive())
    rule = retention.edit_rule(kind="closed", months=60, in_force=True, by=chief)
    assert retention.apply_rule(rule=rule).erased == 5


def test_old_looks_go_and_the_table_is_guarded_again(office: Office, receive: Receive, chief: User) -> None:
    record_looks(user=chief, purpose="boleta", petitions=[receive().pk])
    Look.objects.create(user=chief, petition=receive(), purpose="boleta", at=timezone.now() - LONG_AGO)
    rule = retention.edit_rule(kind="looks", months=60, in_force=True, by=chief)
    assert retention.apply_rule(rule=rule).erased == 1
    assert Look.objects.count() == 1


def test_held_records_that_nobody_claimed_are_emptied_once(things: Things, chief: User) -> None:
    InboxRecord.objects.filter(pk=things.held.pk).update(received_at=timezone.now() - LONG_AGO)
    rule = retention.edit_rule(kind="held", months=24, in_force=True, by=chief)
    assert retention.apply_rule(rule=rule).erased == 1
    things.held.refresh_from_db()
    assert "Peña" not in things.held.raw
    assert things.held.state == "aside"
    assert retention.apply_rule(rule=rule).erased == 0


def test_the_page_says_how_many_before_anything_goes(
    office: Office, receive: Receive, chief: User, client: Any
) -> None:
    aged(receive())
    client.force_login(chief)
    rows = client.get("/privacidad/conservacion/").context["rules"]
    assert [row.due for row in rows] == [1, 0, 0, 0, 0, 0]
    answer = client.post("/privacidad/conservacion/", {"kind": "closed", "months": 3, "in_force": "on"})
    assert answer.status_code == 422
    client.post("/privacidad/conservacion/", {"kind": "closed", "months": 60, "in_force": "on"})
    assert RetentionRule.objects.get().in_force
