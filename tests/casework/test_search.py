"""What is found by words, by name, by number; and that what was erased is found no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from backend.casework.filters import Filters
from backend.casework.given import Given
from backend.casework.listing import page_for
from backend.casework.models import SearchEntry
from backend.casework.paging import DUE_FIRST, NEWEST
from backend.casework.services.statuses import change_status
from field.models import Petition, Petitioner
from field.services.petitions import PetitionerIntake

PAGE = 50


def found(user, q, **filters):
    page = page_for(user, Filters(q=q, **filters), order=DUE_FIRST, cursor=None, size=PAGE)
    return [row.pk for row in page.rows]


def asked_by(name, phone="669 555 0000"):
    return PetitionerIntake(name=name, phone=phone, consent=True, notice="2026-1")


@pytest.mark.parametrize(
    "q",
    [
        "árboles",
        "ARBOL",
        '"árbol caído"',
        "benito juarez",
        "ibáñez",
        "Ibanez Peña",
        "-árbol",
        "--",
        "árbol -perro",
    ],
)
def test_words_are_found_whatever_their_accents_case_and_number(office, receive, q):
    tree = receive(
        description="Hay un árbol caído", address="Benito Juárez 5", petitioner=asked_by("Zoila Ibáñez Peña")
    )
    receive()
    hits = found(office.staff["enlace"], q)
    assert hits == ([] if q in ("--", "árbol -perro") else [tree.pk])


def test_a_name_is_found_by_those_alone_who_may_see_who_asked(office, receive):
    petition = receive(petitioner=asked_by("Zoila Ibáñez"))
    assert found(office.staff["auxiliar"], "zoila") == [petition.pk]
    assert found(office.staff["supervisor"], "zoila") == []
    assert found(office.staff["supervisor"], "luminaria") == [petition.pk]
    assert found(office.staff["supervisor"], "669 555 0000") == []


@pytest.mark.parametrize("q", ["luminaria", "lumina"])
def test_what_is_found_comes_newest_first_over_all_the_years_and_turns_page_by_page(office, receive, q):
    now = timezone.now()
    ages = [0, 1, 20, 100, 400, 1500, 3000]
    petitions = [receive(captured_at=now - timedelta(days=age)) for age in ages]
    user, cursor, seen, pages = office.staff["enlace"], None, [], []
    while cursor or not pages:
        page = page_for(user, Filters(q=q), order=DUE_FIRST, cursor=cursor, size=2)
        pages.append([row.pk for row in page.rows])
        seen += pages[-1]
        cursor = page.next
    assert seen == [petition.pk for petition in petitions]
    back = page_for(user, Filters(q=q), order=DUE_FIRST, cursor=page.previous, size=2)
    assert [row.pk for row in back.rows] == pages[-2]


def test_a_boleta_that_is_referred_is_found_where_it_went(office, receive):
    petition = receive(description="Cable caído")
    change_status(
        petition=petition,
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="Es de obras", department=office.streets),
    )
    assert found(office.staff["enlace"], "cable") == []
    assert found(office.staff["enlace_obras"], "cable") == [petition.pk]


def test_what_is_erased_of_a_person_is_found_no_more(office, receive):
    jefe = office.staff["jefe"]
    first, second = receive(petitioner=asked_by("Zoila Uno")), receive(petitioner=asked_by("Zoila Dos"))
    Petitioner.objects.filter(pk=first.pk).update(name="")
    Petitioner.objects.filter(pk=second.pk).delete()
    assert found(jefe, "zoila") == []
    Petition.objects.filter(pk=first.pk).update(description="(borrado)")
    assert found(jefe, "luminaria") == [second.pk]
    assert "zoil" not in "".join(SearchEntry.objects.values_list("words", flat=True))


def test_filters_narrow_what_words_find(office, receive):
    lamp, pothole = (
        receive(description="Frente al kínder"),
        receive(office.pothole, description="Frente al kínder"),
    )
    jefe = office.staff["jefe"]
    assert set(found(jefe, "kinder")) == {lamp.pk, pothole.pk}
    assert found(jefe, "kinder", category=(office.pothole.pk,)) == [pothole.pk]
    assert found(jefe, "kinder", department=(office.lights.pk,)) == [lamp.pk]
    assert found(jefe, "kinder", place=(lamp.place_id,), channel=("073",)) == []
    since = timezone.now() - timedelta(days=3)
    assert set(found(jefe, "kinder", captured_after=since)) == {lamp.pk, pothole.pk}
    assert found(jefe, "kinder", captured_before=since) == []


def test_a_status_that_moves_leaves_the_words_alone(office, receive):
    petition = receive()
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM casework_searchentry WHERE petition_id = %s", [petition.pk])
        before = cursor.fetchone()
        change_status(petition=petition, move="open", by=office.staff["enlace"])
        cursor.execute("SELECT xmin::text FROM casework_searchentry WHERE petition_id = %s", [petition.pk])
        assert cursor.fetchone() == before


def test_a_page_by_its_number_is_the_one_that_turning_leads_to(office, receive):
    now = timezone.now()
    for day in range(7):
        receive(captured_at=now - timedelta(days=day))
    user = office.staff["enlace"]
    first = page_for(user, Filters(), order=NEWEST, cursor=None, size=3)
    second = page_for(user, Filters(), order=NEWEST, cursor=first.next, size=3)
    jumped = page_for(user, Filters(), order=NEWEST, cursor=None, size=3, number=2)
    assert [row.pk for row in jumped.rows] == [row.pk for row in second.rows]
    assert (jumped.next, jumped.previous) == (second.next, second.previous)
    assert page_for(user, Filters(), order=NEWEST, cursor=None, size=3, number=9).rows == []


@pytest.mark.parametrize(
    "typed",
    [
        "{0}-{1}-{2}-{3}",
        "folio {0}-{1}-{2}-{3}",
        "Folio: {0}{1}{2}{3}",
        "#{0}-{1}-{2}-{3}",
        "No. {0} {1} {2} {3}",
        "{0}/{1}/{2}/{3}",
        "{0}-{1}-{2}",
        "boleta {0} {1} {2}",
        "  {0}{1}{2}{3}. ",
    ],
)
def test_a_folio_is_found_however_it_is_typed(office, receive, typed):
    petition, _other = receive(), receive()
    folio = petition.folio
    parts = folio[:2], folio[2:5].lower(), folio[5:10], folio[10:]
    assert found(office.staff["auxiliar"], typed.format(*parts)) == [petition.pk]


@pytest.mark.parametrize("words", ["no hay agua", "folio", "número", "no 3 lámparas", "calle 5"])
def test_words_that_look_like_a_number_are_words(office, receive, words):
    petition = receive(description="no hay agua con folio y número: 3 lámparas de la calle 5")
    assert found(office.staff["auxiliar"], words) == [petition.pk]
