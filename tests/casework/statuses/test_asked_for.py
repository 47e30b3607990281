"""What a move asks for, told all at once."""

from __future__ import annotations

from datetime import date

import pytest

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from field.models import Status
from geo.problems import Invalid, NotAllowed, NotFound
from tests.casework.statuses.moves import stand


def test_what_is_asked_for_is_told_all_at_once_with_pointers(office, receive):
    petition = receive()
    with pytest.raises(Invalid) as caught:
        change_status(
            petition=petition, move="refer_again", by=office.staff["auxiliar"], given=Given(note="  ")
        )
    assert [error["pointer"] for error in caught.value.errors] == ["/note", "/department"]


def test_a_note_of_which_nothing_can_be_seen_is_none(office, receive):
    petition = stand(receive(), Status.IN_HAND)
    with pytest.raises(Invalid) as caught:
        change_status(
            petition=petition, move="attend", by=office.staff["enlace"], given=Given(note="\u200b\u2060")
        )
    assert [error["code"] for error in caught.value.errors] == ["required"]


@pytest.mark.parametrize("day", [None, date(2020, 1, 1), date(2200, 1, 1)])
def test_a_date_must_be_there_and_near_in_the_future(office, receive, day):
    petition = stand(receive(), Status.IN_HAND)
    with pytest.raises(Invalid) as caught:
        change_status(
            petition=petition, move="schedule", by=office.staff["enlace"], given=Given(scheduled_for=day)
        )
    assert [error["pointer"] for error in caught.value.errors] == ["/scheduled_for"]


def test_referring_to_where_it_is_already_changes_nothing(office, receive):
    with pytest.raises(Invalid, match="Revise"):
        change_status(
            petition=receive(),
            move="refer_again",
            by=office.staff["auxiliar"],
            given=Given(note="x", department=office.lights),
        )


def test_closing_unvalidated_is_only_for_boletas_with_nobody_to_call(office, receive):
    named, anonymous = receive(), receive(petitioner=None)
    clerk = office.staff["auxiliar"]
    for petition in (named, anonymous):
        stand(petition, Status.ATTENDED)
    with pytest.raises(NotAllowed):
        change_status(petition=named, move="close_unreachable", by=clerk, given=Given(note="Se vio"))
    change_status(petition=anonymous, move="close_unreachable", by=clerk, given=Given(note="Se vio"))
    assert anonymous.status == Status.CLOSED


def test_an_unknown_move_does_not_exist(office, receive):
    with pytest.raises(NotFound):
        change_status(petition=receive(), move="vanish", by=office.staff["director"])
