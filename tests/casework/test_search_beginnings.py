"""The last word that somebody types may be but the beginning of one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.casework import search
from tests.casework.test_search import asked_by, found


@pytest.mark.parametrize(
    "q",
    ["Guadal", "GUADÁL", "gua", "lópez guad", "árbol guadal", "ramas cal", "inun", '"árbol caído" guadal'],
)
def test_a_word_is_found_by_its_beginning(office, receive, q):
    tree = receive(
        description="Hay un árbol caído, y ramas; inundaciones",
        address="Calzada Insurgentes",
        petitioner=asked_by("Guadalupe López"),
    )
    receive()
    assert found(office.staff["auxiliar"], q) == [tree.pk]
    assert found(office.staff["enlace"], q) == [tree.pk]


@pytest.mark.parametrize(
    "q", ["gu", "adalupe", "guadal lópez", '"árbol guadal"', "guadal 5", "guadal.", "xguadal"]
)
def test_two_letters_an_end_and_all_but_the_last_word_are_no_beginnings(office, receive, q):
    receive(description="Hay un árbol caído", petitioner=asked_by("Guadalupe López"))
    assert found(office.staff["auxiliar"], q) == []


def test_a_name_begins_for_those_alone_who_may_see_who_asked(office, receive):
    petition = receive(petitioner=asked_by("Guadalupe López"))
    supervisor = office.staff["supervisor"]
    assert found(supervisor, "guadal") == []
    assert found(supervisor, "lumina") == found(supervisor, "luminaria enci") == [petition.pk]


def test_filters_narrow_what_a_beginning_finds(office, receive):
    lamp = receive(description="Frente al kínder")
    pothole = receive(office.pothole, description="Frente al kínder")
    jefe, since = office.staff["jefe"], timezone.now() - timedelta(days=3)
    assert set(found(jefe, "kind", captured_after=since)) == {lamp.pk, pothole.pk}
    assert found(jefe, "frente kind", category=(office.pothole.pk,)) == [pothole.pk]
    assert found(jefe, "kind", department=(office.lights.pk,), captured_after=since) == [lamp.pk]
    assert found(jefe, "kind", captured_before=since) == []


@pytest.mark.parametrize("long_ago", [False, True])
def test_words_that_fill_a_page_by_themselves_are_looked_up_as_they_stand(
    office, receive, monkeypatch, long_ago
):
    monkeypatch.setattr(search, "_FILLS_A_PAGE", 2)
    at = timezone.now() - timedelta(days=900 if long_ago else 0)
    rosas = [receive(captured_at=at, petitioner=asked_by(f"Rosa {name}")) for name in ("Uno", "Dos")]
    rosario = receive(captured_at=at, petitioner=asked_by("Rosario"))
    everybody = {petition.pk for petition in (*rosas, rosario)}
    assert set(found(office.staff["jefe"], "rosa")) == everybody - {rosario.pk}
    assert set(found(office.staff["jefe"], "ros")) == everybody
    assert set(found(office.staff["jefe"], "rosa uno")) == {rosas[0].pk}
