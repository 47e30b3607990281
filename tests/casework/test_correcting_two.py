"""Two people correct one boleta: each changes what they changed, and where both did, the second decides."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from backend.casework.corrections import WHERE, Said, clashes, said_by
from backend.casework.models import StatusChange
from backend.casework.questions import ANSWER
from field.models import Petition, Petitioner
from geo.problems import Conflict, NotFound
from tests.casework.test_correcting import correct
from tests.factories import SIDE, SOUTH, WEST, PlaceFactory

_texts = st.sampled_from(["", "a", "b"])
_says = st.builds(
    Said,
    category=st.integers(1, 2),
    description=_texts,
    phone=_texts,
    lon_lat=st.sampled_from([None, (1.0, 2.0)]),
    place=_texts,
    answers=st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["a", "b"])),
)


def in_turn(*acts: Callable[[], object]) -> list[object]:
    """What each of several people gets who press at once; the problem, where one is told so."""
    results: list[object] = []

    def run(act: Callable[[], object]) -> None:
        try:
            results.append(act())
        except Conflict as problem:
            results.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


def test_different_fields_both_hold(office, receive):
    petition = receive(address="Juárez 5", reference="Casa azul")
    seen = said_by(petition)
    correct(petition, office.staff["jefe"], phone="6690000000", address="Juárez 7")
    step = correct(petition, office.staff["auxiliar"], seen=seen, description="Otra cosa", reference="")
    now = Petition.objects.get()
    assert (now.description, now.address, now.reference) == ("Otra cosa", "Juárez 7", "")
    assert Petitioner.objects.get().phone == "6690000000"
    assert step
    assert "calle y número" not in step.note


def test_of_the_same_field_the_second_is_told_and_writes_nothing(office, receive):
    petition = receive()
    seen = said_by(petition)
    correct(petition, office.staff["jefe"], description="Lo primero")
    with pytest.raises(Conflict, match="mientras usted escribía"):
        correct(petition, office.staff["auxiliar"], seen=seen, description="Lo segundo", phone="6690000000")
    assert Petition.objects.get().description == "Lo primero"
    assert Petitioner.objects.get().phone == "669 123 4567"


def test_the_same_said_twice_is_one_correction(office, receive):
    petition = receive()
    seen = said_by(petition)
    correct(petition, office.staff["jefe"], description="Lo mismo")
    assert correct(petition, office.staff["auxiliar"], seen=seen, description="Lo mismo") is None
    assert StatusChange.objects.filter(move="correct").count() == 1


def test_point_and_colonia_are_one_thing_that_two_may_not_say_half_each(office, receive):
    esperanza = PlaceFactory(column=1, code="C0001", name="Esperanza")
    petition = receive()
    seen = said_by(petition)
    there = (WEST + SIDE * 1.5, SOUTH + SIDE / 2)
    correct(petition, office.staff["jefe"], lon_lat=there, place="C0001")
    with pytest.raises(Conflict, match="lo mismo"):
        correct(petition, office.staff["auxiliar"], seen=seen, lon_lat=None)
    assert Petition.objects.get().place == esperanza


def test_what_became_reserved_meanwhile_is_out_of_reach_of_who_may_not_see_it(office, receive):
    petition = receive()
    seen = said_by(petition)
    correct(petition, office.staff["jefe"], category=office.complaint.pk)
    with pytest.raises(NotFound):
        correct(petition, office.staff["auxiliar"], seen=seen, description="Otra cosa")
    correct(petition, office.staff["director"], seen=seen, description="Otra cosa")
    now = Petition.objects.get()
    assert (now.category, now.department, now.description) == (
        office.complaint,
        office.control,
        "Otra cosa",
    )


def test_who_answers_the_questions_of_a_category_that_is_its_no_more_decides_about_it(office, receive):
    office.lamp.questions = [{"key": "poste", "label": "Número de poste", "type": "text"}]
    office.lamp.save()
    petition = receive(answers={"poste": "12"})
    seen = said_by(petition)
    correct(petition, office.staff["jefe"], category=office.pothole.pk)
    mine = replace(seen, answers={"poste": "14"})
    assert clashes(seen=seen, to=mine, now=said_by(Petition.objects.get())) == ["category"]
    with pytest.raises(Conflict):
        correct(petition, office.staff["auxiliar"], seen=seen, answers={"poste": "14"})
    assert correct(petition, office.staff["auxiliar"], seen=seen, phone="6690000000")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_in_the_same_field_one_is_told(office, receive):
    petition = receive()
    seen, by = said_by(petition), office.staff["auxiliar"]
    told = in_turn(*(lambda n=n: correct(petition, by, seen=seen, description=f"Dicho {n}") for n in "12"))
    assert sorted(isinstance(one, Conflict) for one in told) == [False, True]
    assert StatusChange.objects.filter(move="correct").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_in_different_fields_both_hold(office, receive):
    petition = receive()
    seen, by = said_by(petition), office.staff["auxiliar"]
    in_turn(
        lambda: correct(petition, by, seen=seen, description="Otra cosa"),
        lambda: correct(petition, by, seen=seen, reference="Casa azul"),
    )
    now = Petition.objects.get()
    assert (now.description, now.reference) == ("Otra cosa", "Casa azul")
    assert StatusChange.objects.filter(move="correct").count() == 2


@given(seen=_says, to=_says, now=_says)
def test_what_somebody_did_not_change_is_never_undone(seen, to, now):
    mine = seen.differing(to)
    both = clashes(seen=seen, to=to, now=now)
    result = now.taking(mine, to)
    for part in {*seen.parts, *to.parts, *now.parts}:
        wanted = to if part in mine else now
        assert result.parts.get(part, "") == wanted.parts.get(part, "")
        undone = part in mine and part in seen.differing(now) and part in now.differing(to)
        assert not undone or part in both or (part.startswith(ANSWER) and "category" in both)
    assert WHERE not in both or (seen.lon_lat, seen.place) != (to.lon_lat, to.place)
    assert clashes(seen=now, to=result, now=now) == []
