"""What is found by a telephone, or by the number of a folio alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.casework.filters import Filters
from backend.casework.listing import page_for
from backend.casework.paging import DUE_FIRST
from field.folio import make_folio
from tests.casework.test_search import asked_by, found

WAYS = ["669 955 0000", "+52 1 669 955 0000", "52 (669) 955-00-00", "044 669 955 0000", "01 669 9550000"]


@pytest.mark.parametrize("kept", [*WAYS, "955 0000"])
@pytest.mark.parametrize("typed", [*WAYS, "955-0000", "tel. 6699550000"])
def test_a_telephone_is_found_however_it_was_typed_or_taken_down(office, receive, kept, typed):
    petition = receive(petitioner=asked_by("Zoila", kept))
    receive(petitioner=asked_by("Otra", "669 955 0001"))
    receive()
    assert found(office.staff["auxiliar"], typed) == [petition.pk]


@pytest.mark.parametrize("typed", ["667 955 0000", "1 669 955 0000 12", "55 0000", "9955 0001"])
def test_another_telephone_finds_nobody(office, receive, typed):
    receive(petitioner=asked_by("Zoila", "669 955 0000"))
    assert found(office.staff["auxiliar"], typed) == []


def test_a_telephone_is_no_help_to_those_who_do_not_see_who_asked(office, receive):
    receive(petitioner=asked_by("Zoila", "669 955 0000"))
    assert found(office.staff["supervisor"], "955 0000") == []


@pytest.fixture
def numbered(receive):
    """Three petitions of the number 231, the newest first, and two of others like it."""
    now = timezone.now()
    folios = [make_folio(*parts) for parts in ((26, "A7F", 231), (26, "B11", 231), (24, "A7F", 231))]
    made = [
        receive(folio=folio, captured_at=now - timedelta(days=300 * age)) for age, folio in enumerate(folios)
    ]
    for number in (2310, 1231):
        receive(folio=make_folio(26, "A7F", number))
    return [petition.pk for petition in made]


@pytest.mark.parametrize("typed", ["231", "00231", "0231", " 231 ", "folio 231", "No. 00231", "#231"])
def test_the_number_of_a_folio_finds_those_of_all_series_the_newest_first(office, numbered, typed):
    assert found(office.staff["auxiliar"], typed) == numbered
    assert found(office.staff["enlace"], typed) == numbered
    assert found(office.staff["enlace_obras"], typed) == []


def test_what_a_number_finds_turns_page_by_page(office, numbered):
    user, filters = office.staff["auxiliar"], Filters(q="231", status=("no_leida",))
    first = page_for(user, filters, order=DUE_FIRST, cursor=None, size=2)
    rest = page_for(user, filters, order=DUE_FIRST, cursor=first.next, size=2)
    assert [row.pk for row in (*first.rows, *rest.rows)] == numbered
    assert rest.next is None


@pytest.mark.parametrize("typed", ["0", "99999", "٢٣١"])
def test_a_number_that_no_folio_has_finds_nothing(office, numbered, typed):
    assert found(office.staff["auxiliar"], typed) == []


def test_a_house_is_found_by_its_street_and_number(office, receive):
    petition = receive(address="Benito Juárez 231")
    assert found(office.staff["auxiliar"], "juarez 231") == [petition.pk]
    assert found(office.staff["auxiliar"], "231") == []
