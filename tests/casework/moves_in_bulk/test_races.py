"""Two people who move the same many boletas at once."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.services.statuses import change_status, change_statuses

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_who_move_the_same_many_in_contrary_order_do_not_wait_for_each_other_forever(office, many):
    keys = many(60)
    start, counts = threading.Barrier(6), []

    def move(order: int) -> None:
        try:
            start.wait()
            moved = change_statuses(
                petitions=keys[::order], move="open", by=User.objects.get(pk=office.staff["enlace"].pk)
            )
            counts.append((len(moved.changes), len(moved.refused)))
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=(order,)) for order in (1, -1) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [(0, 60)] * 5 + [(60, 0)]
    assert StatusChange.objects.filter(move="open").count() == 60


@pytest.mark.django_db(transaction=True)
def test_who_waited_while_it_was_referred_elsewhere_no_longer_finds_it(office, receive):
    petition = receive()
    outcome: list[str] = []

    def attend() -> None:
        try:
            liaison = User.objects.get(pk=office.staff["enlace"].pk)
            moved = change_statuses(petitions=[petition.pk], move="open", by=liaison)
            outcome.extend(refusal.code for refusal in moved.refused)
        finally:
            connection.close()

    thread = threading.Thread(target=attend)
    with transaction.atomic():
        change_status(
            petition=petition,
            move="refer_again",
            by=office.staff["jefe"],
            given=Given(note="Es bache", department=office.streets),
        )
        thread.start()
        time.sleep(0.3)
    thread.join()
    assert outcome == ["not_found"]
