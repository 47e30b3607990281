"""Joins that cross, and joins and voices while somebody moves the same boletas."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from backend.casework.services.echoes import join_petitions, split_petition
from backend.casework.services.statuses import change_status
from field.models import Channel, Petition
from field.services.petitions import PetitionIntake, receive_petitions
from geo.problems import Problem
from tests.casework.items import assert_items_hold

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> None:
    """Do all together, each on its own connection; a refusal in words is an answer too."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            act()
        except Problem:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result()


def test_joins_that_cross_end_as_one_item_or_two_and_never_as_a_chain(office, receive):
    jefe = office.staff["jefe"]
    for _round in range(ROUNDS):
        a, b, c, d = (receive().pk for _ in range(4))
        pairs = [(a, b), (b, a), (b, c), (c, d), (d, a)]
        at_once(*(lambda pair=pair: join_petitions(petitions=pair, by=jefe) for pair in pairs))
        assert_items_hold()
        assert Petition.objects.filter(pk__in=[a, b, c, d]).work_items().count() == 1


def test_who_joins_while_another_moves_leaves_all_where_the_head_stands(office, receive):
    jefe, enlace = office.staff["jefe"], office.staff["enlace"]
    for _round in range(ROUNDS):
        petitions = [receive() for _ in range(4)]
        keys = [petition.pk for petition in petitions]
        at_once(
            lambda keys=keys: join_petitions(petitions=keys[:3], by=jefe),
            lambda one=petitions[0]: change_status(petition=one, move="open", by=enlace),
            lambda one=petitions[1]: change_status(petition=one, move="open", by=enlace),
            lambda keys=keys: join_petitions(petitions=keys[2:], by=jefe),
            lambda one=petitions[2]: split_petition(petition=one, by=jefe),
        )
        assert_items_hold()


def test_a_voice_that_arrives_while_the_head_is_moved_is_not_left_behind(office, receive):
    enlace = office.staff["enlace"]

    def arrive(folio: str) -> None:
        now = timezone.now()
        receive_petitions(
            intakes=[
                PetitionIntake(
                    id=uuid.uuid4(),
                    category=office.lamp,
                    channel=Channel.TOUR,
                    captured_at=now,
                    received_at=now,
                    echo_of=folio,
                )
            ]
        )

    for _round in range(ROUNDS):
        head = receive()
        at_once(
            *(lambda folio=head.folio: arrive(folio) for _ in range(3)),
            lambda head=head: change_status(petition=head, move="open", by=enlace),
        )
        assert head.echoes.count() == 3
        assert_items_hold()
