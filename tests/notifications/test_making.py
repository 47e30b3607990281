"""Which messages are made, and for whom."""

from __future__ import annotations

import pytest

from backend.casework.given import Given
from backend.casework.services.statuses import change_status, change_statuses
from backend.notifications.models import EventRule, Message
from geo.clock import local_today
from tests.notifications.conftest import person


def made() -> list[tuple[str, str, str]]:
    return list(Message.objects.order_by("id").values_list("event", "way", "state"))


def test_who_left_an_address_and_agreed_gets_a_receipt(office, receive):
    receive(petitioner=person(email="maria@example.mx", phone="669 123 4567"))
    receive(petitioner=person(phone="669 123 4567"))
    receive(petitioner=None)
    receive(petitioner=person())
    assert made() == [("received", "email", "waiting"), ("received", "sms", "waiting")]


def test_history_from_another_system_is_not_told(office, receive):
    receive(petitioner=person(email="maria@example.mx"), source_id="sac-1", status="atendida")
    assert made() == []


@pytest.mark.parametrize(("by", "expected"), [("whatsapp", [("received", "whatsapp", "waiting")]), ("", [])])
def test_the_office_says_how_telephones_are_told(office, receive, settings, by, expected):
    settings.NOTIFY_PHONES_BY = by
    receive(petitioner=person(phone="669 123 4567"))
    assert made() == expected


def test_each_move_that_matters_to_the_citizen_is_told_once(office, receive):
    staff, boleta = office.staff, receive(office.to_check)
    change_status(
        petition=boleta, move="proceed", by=staff["auxiliar"], given=Given(department=office.streets)
    )
    change_status(petition=boleta, move="open", by=staff["enlace_obras"])
    change_status(
        petition=boleta, move="schedule", by=staff["enlace_obras"], given=Given(scheduled_for=local_today())
    )
    change_status(petition=boleta, move="note", by=staff["auxiliar"], given=Given(note="Llamó su vecina."))
    change_status(petition=boleta, move="attend", by=staff["enlace_obras"], given=Given(note="Se hizo."))
    assert [event for event, _way, _state in made()] == ["received", "referred", "scheduled", "attended"]


def test_refused_and_outside_petitions_are_told_too(office, receive):
    staff, refused, outside = office.staff, receive(office.to_check), receive()
    change_status(
        petition=refused, move="not_proceed", by=staff["auxiliar"], given=Given(note="Es calle privada.")
    )
    change_status(
        petition=outside,
        move="external",
        by=staff["auxiliar"],
        given=Given(note="Es de CFE.", institution="CFE"),
    )
    assert {event for event, _way, _state in made()} == {"received", "not_proceeding", "external"}


@pytest.mark.parametrize(("mode", "state"), [("off", None), ("review", "review"), ("auto", "waiting")])
def test_the_office_decides_what_is_told_and_what_somebody_reads_first(office, receive, mode, state):
    EventRule.objects.create(event="received", mode=mode)
    receive()
    assert [entry[2] for entry in made()] == ([state] if state else [])


def test_many_moves_make_their_messages_in_one_statement(office, receive, django_assert_num_queries):
    ids = [receive().pk for _ in range(5)]
    from backend.notifications.services.making import tell_of_moves

    moved = change_statuses(
        petitions=ids,
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="x", department=office.streets),
    )
    Message.objects.all().delete()
    with django_assert_num_queries(1):
        tell_of_moves(changes=moved.changes)
    assert Message.objects.count() == 5
    tell_of_moves(changes=moved.changes)
    assert Message.objects.count() == 5
