"""Planning and running tours: what is allowed, and what a person is told when it is not."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.models import Programme, Tour, Visit
from campaigns.services import crews, tours, visits
from geo.clock import local_today
from geo.problems import Conflict, Invalid
from tests.campaigns.rows import (
    CrewFactory,
    EncounterFactory,
    ProgrammeFactory,
    TourFactory,
    VisitFactory,
    encounter_record,
    send,
)
from tests.factories import DeviceFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
LATER = dt.date(2026, 11, 22)


def pointers(error: Invalid) -> list[str]:
    return [each["pointer"] for each in error.errors]


def test_a_tour_is_planned_with_its_facts_and_who_made_it():
    director = UserFactory(role="director")

    tour = tours.plan_tour(
        programme=ProgrammeFactory(),
        name="  El Alcalde   toca tu puerta ",
        starts_on=TODAY,
        ends_on=LATER,
        planned_by=director,
    )

    tour.refresh_from_db()
    assert (tour.name, tour.stage, tour.created_by_id) == (
        "El Alcalde toca tu puerta",
        Tour.Stage.PLANNED,
        director.pk,
    )


def test_everything_wrong_with_a_tour_is_told_at_once():
    with pytest.raises(Invalid) as caught:
        tours.plan_tour(
            programme=ProgrammeFactory(), name=" ", starts_on=LATER, ends_on=TODAY, planned_by=None
        )

    assert pointers(caught.value) == ["/name", "/ends_on"]


def test_a_year_mistyped_is_caught():
    with pytest.raises(Invalid):
        tours.plan_tour(
            programme=ProgrammeFactory(),
            name="Centro",
            starts_on=TODAY,
            ends_on=TODAY.replace(year=2028),
            planned_by=None,
        )


def test_the_row_refuses_a_tour_that_ends_before_it_starts():
    with pytest.raises(IntegrityError, match="tour_ends_after_start"), transaction.atomic():
        TourFactory(starts_on=LATER, ends_on=TODAY)


def test_a_tours_dates_go_on_covering_its_visits():
    visit = VisitFactory(tour__starts_on=TODAY, tour__ends_on=LATER, date=LATER)
    facts = {"tour_id": visit.tour_id, "programme": visit.tour.programme, "name": "Norte"}

    with pytest.raises(Invalid, match=visit.place.name):
        tours.edit_tour(**facts, starts_on=TODAY, ends_on=TODAY)
    assert tours.edit_tour(**facts, starts_on=LATER, ends_on=LATER).name == "Norte"


def test_a_programme_is_made_once_however_it_is_written():
    one = tours.start_programme(name="Cerca de Ti")
    other = tours.start_programme(name=" cerca  de ti ")

    assert one == other
    assert Programme.objects.count() == 1
    with pytest.raises(Invalid):
        tours.start_programme(name=" ¡! ")


def test_programmes_whose_long_names_begin_alike_are_told_apart():
    begins = "El Alcalde toca tu puerta en las comunidades del"
    north = tours.start_programme(name=f"{begins} norte")
    south = tours.start_programme(name=f"{begins} sur")
    assert (north.name, south.name) == (f"{begins} norte", f"{begins} sur")
    assert tours.start_programme(name=f"{begins} SUR") == south


def test_cancelling_a_tour_and_undoing_it_leaves_its_visits_as_they_were():
    visit = VisitFactory(tour__starts_on=TODAY)

    assert tours.cancel_tour(tour_id=visit.tour_id).cancelled
    assert tours.cancel_tour(tour_id=visit.tour_id).cancelled
    assert not Visit.objects.standing().exists()

    assert not tours.restore_tour(tour_id=visit.tour_id).cancelled
    assert list(Visit.objects.standing()) == [visit]
    with pytest.raises(Conflict):
        tours.restore_tour(tour_id=visit.tour_id)


def test_a_visit_is_added_once_for_a_day_and_crew_also_without_a_crew():
    tour, place = TourFactory(starts_on=TODAY, ends_on=LATER), PlaceFactory()
    crew = CrewFactory()
    visits.add_visit(tour=tour, place=place, date=TODAY)
    visits.add_visit(tour=tour, place=place, date=TODAY, crew=crew)
    visits.add_visit(tour=tour, place=place, date=LATER, crew=crew)

    for repeated in (None, crew):
        with pytest.raises(Invalid) as caught:
            visits.add_visit(tour=tour, place=place, date=TODAY, crew=repeated)
        assert pointers(caught.value) == ["/place"]
    with pytest.raises(IntegrityError, match="visit_once"), transaction.atomic():
        Visit.objects.create(tour=tour, place=place, date=TODAY, crew=None)


def test_a_cancelled_visit_does_not_stand_in_the_way_of_making_it_again():
    visit = VisitFactory()
    visits.cancel_visit(visit_id=visit.pk)

    again = visits.add_visit(tour=visit.tour, place=visit.place, date=visit.date, crew=visit.crew)

    assert again.pk != visit.pk
    with pytest.raises(Invalid):
        visits.restore_visit(visit_id=visit.pk)


@pytest.mark.parametrize("date", [TODAY - dt.timedelta(days=1), LATER + dt.timedelta(days=1)])
def test_a_visit_falls_within_its_tour(date):
    tour = TourFactory(starts_on=TODAY, ends_on=LATER)

    with pytest.raises(Invalid) as caught:
        visits.add_visit(tour=tour, place=PlaceFactory(), date=date)

    assert "20 de noviembre" in caught.value.errors[0]["detail"]


def test_a_cancelled_tour_and_an_inactive_crew_take_no_visits():
    tour = TourFactory(starts_on=TODAY, ends_on=LATER)
    with pytest.raises(Invalid):
        visits.add_visit(tour=tour, place=PlaceFactory(), date=TODAY, crew=CrewFactory(active=False))

    tours.cancel_tour(tour_id=tour.pk)
    tour.refresh_from_db()
    with pytest.raises(Conflict):
        visits.add_visit(tour=tour, place=PlaceFactory(), date=TODAY)


def test_a_visit_moves_to_another_day_and_crew_with_its_doors():
    visit = VisitFactory(tour__starts_on=TODAY, tour__ends_on=LATER)
    EncounterFactory(visit=visit)
    crew = CrewFactory()

    moved = visits.move_visit(visit_id=visit.pk, date=LATER, crew=crew)

    assert (moved.date, moved.crew, moved.encounters.count()) == (LATER, crew, 1)


def test_a_visit_is_not_moved_onto_another_nor_once_it_is_closed():
    tour = TourFactory(starts_on=TODAY - dt.timedelta(days=2), ends_on=LATER)
    place, crew = PlaceFactory(), CrewFactory()
    VisitFactory(tour=tour, place=place, crew=crew, date=LATER)
    visit = VisitFactory(tour=tour, place=place, crew=crew, date=tour.starts_on)
    with pytest.raises(Invalid):
        visits.move_visit(visit_id=visit.pk, date=LATER, crew=crew)

    visits.close_visit(visit_id=visit.pk)
    with pytest.raises(Conflict, match="cerrada"):
        visits.move_visit(visit_id=visit.pk, date=TODAY, crew=crew)


def test_a_visit_where_doors_were_knocked_is_closed_not_cancelled():
    visit = EncounterFactory().visit

    with pytest.raises(Conflict):
        visits.cancel_visit(visit_id=visit.pk)
    closed = visits.close_visit(visit_id=visit.pk)
    assert closed.closed
    assert closed.closed_at is not None
    assert visits.close_visit(visit_id=visit.pk).closed_at == closed.closed_at


def test_a_visit_whose_only_door_was_undone_is_cancelled_like_one_where_nobody_knocked():
    mistaken = EncounterFactory(withdrawn_at=timezone.now())
    assert visits.cancel_visit(visit_id=mistaken.visit.pk).cancelled
    assert visits.restore_visit(visit_id=mistaken.visit.pk).stage == Visit.Stage.PLANNED


def test_reopening_brings_a_visit_back_to_where_it_stood():
    knocked = EncounterFactory().visit
    quiet = VisitFactory()
    for visit, stage in ((knocked, Visit.Stage.OPEN), (quiet, Visit.Stage.PLANNED)):
        visits.close_visit(visit_id=visit.pk)
        reopened = visits.reopen_visit(visit_id=visit.pk)
        assert (reopened.stage, reopened.closed_at) == (stage, None)
    with pytest.raises(Conflict):
        visits.reopen_visit(visit_id=quiet.pk)


def test_a_visit_still_to_come_or_cancelled_is_not_closed():
    tomorrow = local_today() + dt.timedelta(days=1)
    coming = VisitFactory(tour__starts_on=tomorrow)
    with pytest.raises(Conflict):
        visits.close_visit(visit_id=coming.pk)

    visits.cancel_visit(visit_id=coming.pk)
    with pytest.raises(Conflict):
        visits.close_visit(visit_id=coming.pk)
    assert visits.restore_visit(visit_id=coming.pk).stage == Visit.Stage.PLANNED


def test_the_row_refuses_a_closed_visit_without_its_time():
    with pytest.raises(IntegrityError, match="visit_closed_has_time"), transaction.atomic():
        VisitFactory(stage=Visit.Stage.CLOSED)


@pytest.mark.django_db(transaction=True)
def test_two_people_adding_the_same_visit_at_once_add_it_once(transactional_db):
    tour, place = TourFactory(), PlaceFactory()

    def add(_attempt):
        try:
            visits.add_visit(tour=tour, place=place, date=tour.starts_on)
        except Invalid as told:
            return told.errors[0]["code"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(add, range(4)))

    assert answers.count("repeated") == 3
    assert tour.visits.count() == 1


@pytest.mark.django_db(transaction=True)
def test_encounters_that_wait_for_a_visit_join_when_the_office_makes_it():
    device, visit_id = DeviceFactory(), uuid.uuid4()
    [receipt] = send(device, encounter_record(str(visit_id)))
    assert receipt["outcome"] == "held"

    visit = visits.add_visit(tour=TourFactory(), place=PlaceFactory(), date=local_today(), visit_id=visit_id)

    assert visit.encounters.count() == 1
    visit.refresh_from_db()
    assert visit.stage == Visit.Stage.OPEN


def test_a_crew_is_formed_and_changed_under_a_name_of_its_own():
    supervisor, one, other = UserFactory(role="supervisor"), UserFactory(), UserFactory()
    crew = crews.form_crew(name="Norte", supervisor=supervisor, members=[one])
    crews.form_crew(name="Sur", supervisor=supervisor)

    with pytest.raises(Invalid):
        crews.form_crew(name=" NORTE ", supervisor=supervisor)
    with pytest.raises(Invalid):
        crews.edit_crew(crew_id=crew.pk, name="sur", supervisor=supervisor, members=[])
    changed = crews.edit_crew(
        crew_id=crew.pk, name="norte", supervisor=supervisor, members=[other], active=False
    )
    assert (changed.name, changed.active, list(changed.members.all())) == ("norte", False, [other])
