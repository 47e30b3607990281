"""What a boleta says is put right, and its history keeps what stood before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.corrections import Said, said_by
from backend.casework.filters import parse_filters
from backend.casework.listing import page_for
from backend.casework.models import StatusChange
from backend.casework.paging import NEWEST
from backend.casework.selectors import visible_to
from backend.casework.services.correcting import better_department, correct_boleta
from backend.casework.services.echoes import join_petitions
from backend.casework.services.statuses import change_status
from field.models import Petition, Petitioner, Status
from field.persons import sources
from geo.problems import Conflict, Invalid, NotAllowed, NotFound
from tests.casework.statuses.moves import stand
from tests.factories import SIDE, SOUTH, WEST, PlaceFactory


def correct(petition: Petition, by: User, seen: Said | None = None, **changes: Any) -> StatusChange | None:
    """Correct a boleta as somebody would who has it before them."""
    now = Petition.objects.get(pk=petition.pk)
    seen = seen or said_by(now)
    given = {name: changes.pop(name) for name in ("consent", "opens") if name in changes}
    return correct_boleta(petition=now, to=replace(seen, **changes), by=by, seen=seen, **given)


def test_what_is_not_personal_is_told_as_it_was_and_as_it_is(office, receive):
    petition = receive()
    step = correct(
        petition,
        office.staff["auxiliar"],
        category=office.pothole.pk,
        description="Es un bache",
        lon_lat=None,
    )
    assert step
    assert (step.move, step.by, step.from_status, step.to_status) == (
        "correct",
        office.staff["auxiliar"],
        Status.UNREAD,
        Status.UNREAD,
    )
    point = f"{SOUTH + SIDE / 2:.6f}, {WEST + SIDE / 2:.6f}"
    assert step.note.splitlines() == [
        "Categoría: Luminaria apagada → Bache",
        f"Punto en el mapa: {point} → ninguno",
        "Qué pide: «La luminaria no enciende.» → «Es un bache»",
    ]


def test_of_personal_data_the_history_keeps_only_which_were_corrected(office, receive):
    petition = receive(address="Juárez 5")
    step = correct(petition, office.staff["auxiliar"], name="Ana Paz", phone="6690000000", address="Juárez 7")
    assert step
    assert step.note == "Se corrigió, sin guardar lo que decía: nombre, teléfono, calle y número."
    person = Petitioner.objects.get(petition=petition)
    assert (person.name, person.phone, person.phone_digits) == ("Ana Paz", "6690000000", "6690000000")
    everything = " ".join(StatusChange.objects.filter(petition=petition).values_list("note", flat=True))
    assert "Peña" not in everything
    assert "Juárez" not in everything


def test_department_and_due_date_stay_and_the_better_department_is_offered(office, receive):
    petition = receive()
    due = petition.due_on
    correct(petition, office.staff["auxiliar"], category=office.pothole.pk)
    petition = Petition.objects.get()
    assert (petition.department, petition.due_on, petition.status) == (office.lights, due, Status.UNREAD)
    assert better_department(petition) == office.streets
    correct(petition, office.staff["auxiliar"], category=office.lamp.pk)
    assert better_department(Petition.objects.get()) is None


def test_a_moved_point_is_placed_as_on_arrival(office, receive):
    esperanza = PlaceFactory(column=1, code="C0001", name="Esperanza")
    petition = receive(accuracy_m=8)
    correct(petition, office.staff["auxiliar"], lon_lat=(WEST + SIDE * 1.5, SOUTH + SIDE / 2), place="C0001")
    now = Petition.objects.get()
    assert (now.place, now.certainty, now.accuracy_m) == (esperanza, "certain", None)
    assert now.cell not in (None, petition.cell)
    assert now.location_method == "map"


def test_a_colonia_takes_the_place_of_a_point_that_was_taken_away(office, receive):
    esperanza = PlaceFactory(column=1, code="C0001", name="Esperanza")
    correct(receive(), office.staff["auxiliar"], lon_lat=None, place="C0001")
    now = Petition.objects.get()
    assert (now.place, now.location, now.cell, now.certainty) == (esperanza, None, None, "certain")


def test_a_colonia_settles_a_doubtful_point(office, receive):
    esperanza = PlaceFactory(column=1, code="C0001", name="Esperanza")
    petition = receive(lon_lat=(WEST + SIDE * 0.999, SOUTH + SIDE / 2), accuracy_m=40)
    assert (petition.certainty, petition.candidates) == ("uncertain", ["C0000", "C0001"])
    correct(petition, office.staff["auxiliar"], place="C0001")
    now = Petition.objects.get()
    assert (now.place, now.certainty, now.candidates) == (esperanza, "certain", [])
    assert now.location == petition.location


def test_a_point_and_a_colonia_that_contradict_each_other_are_refused(office, receive):
    PlaceFactory(column=1, code="C0001", name="Esperanza")
    with pytest.raises(Invalid) as caught:
        correct(receive(), office.staff["auxiliar"], place="C0001")
    assert [error["code"] for error in caught.value.errors] == ["elsewhere"]


def test_it_is_found_by_what_it_says_now(office, receive):
    petition = receive()
    correct(petition, office.staff["auxiliar"], name="Ofelia Rangel", description="Banqueta rota")
    for text in ("ofelia", "banqueta"):
        filters = parse_filters(QueryDict(f"q={text}"))
        found = page_for(office.staff["jefe"], filters, order=NEWEST, cursor=None, size=5)
        assert found.rows == [petition]


def test_nothing_changed_writes_nothing(office, receive):
    petition = receive()
    assert correct(petition, office.staff["auxiliar"]) is None
    assert petition.status_changes.count() == 1


@pytest.mark.parametrize("person", ["promotor", "supervisor", "asesor", "enlace"])
def test_only_the_office_corrects(office, receive, person):
    with pytest.raises(NotAllowed):
        correct(receive(), office.staff[person], description="Otra cosa")


def test_what_is_reserved_is_corrected_by_who_may_see_it(office, receive):
    petition = receive(office.complaint)
    with pytest.raises(NotFound):
        correct(petition, office.staff["auxiliar"], description="Otra cosa")
    assert correct(petition, office.staff["jefe"], description="Otra cosa")


@pytest.mark.parametrize("status", [Status.UNREAD, Status.IN_HAND, Status.SCHEDULED, Status.DISPUTED])
def test_what_becomes_reserved_leaves_a_department_that_may_not_read_it(office, receive, status):
    petition = stand(receive(), status)
    correct(petition, office.staff["auxiliar"], category=office.complaint.pk)
    now = Petition.objects.get()
    assert (now.department, now.status) == (office.control, Status.UNREAD)
    assert not visible_to(office.staff["enlace"]).exists()
    assert not visible_to(office.staff["auxiliar"]).exists()
    assert visible_to(office.staff["enlace_control"]).exists()


def test_a_category_made_reserved_later_moves_nothing_that_is_corrected_otherwise(office, receive):
    petition = stand(receive(), Status.CLOSED)
    Petition.objects.update(department=office.streets)
    type(office.lamp).objects.filter(pk=office.lamp.pk).update(sensitive=True)
    assert correct(petition, office.staff["jefe"], phone="6690000000")
    now = Petition.objects.get()
    assert (now.department, now.status, now.due_on) == (office.streets, Status.CLOSED, petition.due_on)


def test_nothing_becomes_reserved_for_a_department_that_is_no_longer_active(office, receive):
    type(office.control).objects.filter(pk=office.control.pk).update(active=False)
    petition = receive()
    with pytest.raises(Conflict, match="Contraloría, que ya no está activa"):
        correct(petition, office.staff["auxiliar"], category=office.complaint.pk)
    now = Petition.objects.get()
    assert (now.category, now.department) == (office.lamp, office.lights)
    assert petition.status_changes.count() == 1


@pytest.mark.parametrize("status", [Status.ATTENDED, Status.CLOSED])
def test_what_is_answered_becomes_reserved_only_where_it_may_be_read(office, receive, status):
    petition = stand(receive(), status)
    with pytest.raises(Conflict, match="no podría leerla"):
        correct(petition, office.staff["jefe"], category=office.complaint.pk)
    assert Petition.objects.get().category == office.lamp


def test_what_ceases_to_be_reserved_is_meant_and_tells_nothing_of_what_it_said(office, receive):
    petition, jefe = (
        receive(office.complaint, description="El inspector Ruiz pidió dinero"),
        office.staff["jefe"],
    )
    with pytest.raises(Invalid) as caught:
        correct(petition, jefe, category=office.lamp.pk, description="No prende")
    assert [error["pointer"] for error in caught.value.errors] == ["/opens"]
    step = correct(petition, jefe, category=office.lamp.pk, description="No prende", opens=True)
    assert step
    assert "Ruiz" not in step.note
    assert "lo que pide" in step.note
    now = Petition.objects.get()
    assert (now.department, better_department(now)) == (office.control, office.lights)
    assert visible_to(office.staff["auxiliar"]).exists()


def test_the_category_of_a_joined_boleta_stays_until_it_is_split(office, receive):
    one, other = receive(), receive()
    join_petitions(petitions=[one.pk, other.pk], by=office.staff["auxiliar"])
    for petition in (one, other):
        with pytest.raises(Conflict, match="sepárela primero"):
            correct(petition, office.staff["auxiliar"], category=office.pothole.pk)
    assert correct(one, office.staff["auxiliar"], description="Otras palabras")


def test_somebody_is_noted_only_with_their_consent(office, receive):
    petition = receive(petitioner=None)
    with pytest.raises(Invalid) as caught:
        correct(petition, office.staff["auxiliar"], name="Ana")
    assert [error["pointer"] for error in caught.value.errors] == ["/consent"]
    assert correct(petition, office.staff["auxiliar"], name="Ana", consent=True)
    person = Petitioner.objects.get()
    assert (person.name, person.consent, person.consented_at is None) == ("Ana", True, False)


def test_who_was_erased_is_not_written_anew(office, receive):
    petition = receive()
    source = next(one for one in sources() if one.code == "petition")
    source.write(petition.pk, {"name": "", "phone": ""})
    assert Petitioner.objects.get().erased_at
    with pytest.raises(Invalid, match="Revise"):
        correct(petition, office.staff["director"], name="María Peña")
    assert correct(petition, office.staff["director"], description="No prende")


def test_the_words_that_stood_before_are_within_the_laws_reach(office, receive):
    petition = receive(description="Soy María Peña y no prende")
    correct(petition, office.staff["auxiliar"], description="No prende")
    history = next(one for one in sources() if one.code == "casework")
    assert any("María Peña" in passage.text for passage in history.read(petition.pk))


def test_a_move_after_a_correction_is_not_hindered(office, receive):
    petition = receive()
    seen = petition.status_at
    correct(petition, office.staff["auxiliar"], description="Otra cosa")
    change_status(petition=petition, move="open", by=office.staff["enlace"], seen_at=seen)
    assert Petition.objects.get().status == Status.IN_HAND
    assert timezone.now() >= Petition.objects.get().status_at
