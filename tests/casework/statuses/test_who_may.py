"""Who may move a boleta, and is offered to."""

from __future__ import annotations

import pytest

from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.selectors import moves_for
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES
from field.models import Status
from geo.problems import NotAllowed, NotFound
from tests.casework.statuses.moves import MAY, asked, stand


@pytest.mark.parametrize("person", list(MAY))
@pytest.mark.parametrize("move", list(MOVES))
def test_each_role_makes_the_moves_that_are_its_own_and_no_other(office, receive, person, move):
    petition = stand(receive(petitioner=None), sorted(MOVES[move].sources)[0])
    user = office.staff[person]
    if move in MAY[person]:
        step = change_status(petition=petition, move=move, by=user, given=asked(move, office))
        assert step.to_status == (MOVES[move].target or sorted(MOVES[move].sources)[0])
    else:
        with pytest.raises(NotAllowed):
            change_status(petition=petition, move=move, by=user, given=asked(move, office))
        assert StatusChange.objects.filter(petition=petition).count() == 1


@pytest.mark.parametrize("status", [Status.UNREAD, Status.CLOSED])
def test_who_may_not_make_a_move_is_told_so_wherever_the_boleta_stands(office, receive, status):
    petition = stand(receive(), status)
    with pytest.raises(NotAllowed, match="Enlace"):
        change_status(
            petition=petition, move="attend", by=office.staff["promotor"], given=Given(note="Listo")
        )


@pytest.mark.parametrize("move", list(MOVES))
def test_a_liaison_of_another_department_does_not_even_find_it(office, receive, move):
    petition = stand(receive(), sorted(MOVES[move].sources)[0])
    with pytest.raises(NotFound):
        change_status(
            petition=petition, move=move, by=office.staff["enlace_obras"], given=asked(move, office)
        )


def test_the_buttons_of_a_page_are_the_moves_that_would_be_let_through(office, receive):
    petition = stand(receive(), Status.ATTENDED)
    assert [move.name for move in moves_for(office.staff["enlace"], petition)] == ["note"]
    assert [move.name for move in moves_for(office.staff["auxiliar"], petition)] == [
        "refer_again",
        "validate_positive",
        "validate_negative",
        "no_answer",
        "dispute",
        "note",
    ]
    assert moves_for(office.staff["promotor"], petition) == []


def test_a_liaison_is_offered_nothing_on_another_departments_boleta(office, receive):
    assert moves_for(office.staff["enlace_obras"], receive()) == []
