"""The week of which the inbox and the first page tell what is due, on each of its days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.casework.week import week_at_hand
from field.folio import format_folio
from field.models import Petition
from tests.casework.pages.reading import INBOX, text_of

#: Two weeks from a Monday on, far enough ahead that what is due in them is not overdue today.
MONDAY = date(2093, 11, 23)


@pytest.mark.parametrize(
    ("today", "first", "last", "said"),
    [
        (0, 0, 6, "esta semana"),
        (3, 3, 6, "esta semana"),
        (4, 4, 6, "esta semana"),
        (5, 7, 13, "del lunes 30 al domingo 6"),
        (6, 7, 13, "del lunes 30 al domingo 6"),
        (7, 7, 13, "esta semana"),
    ],
)
def test_the_week_is_what_is_left_of_it_and_at_its_end_the_next(today, first, last, said):
    week = week_at_hand(MONDAY + timedelta(today))
    assert (week.first, week.last) == (MONDAY + timedelta(first), MONDAY + timedelta(last))
    assert str(week) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "label", "due"),
    [
        (2, "Vencen esta semana", {2, 4}),
        (4, "Vencen esta semana", {4}),
        (5, "Vencen del lunes 30 al domingo 6", {7, 11}),
        (6, "Vencen del lunes 30 al domingo 6", {7, 11}),
        (7, "Vencen esta semana", {7, 11}),
    ],
)
def test_the_inbox_and_the_first_page_tell_of_the_same_week(
    office, receive, sign_in, monkeypatch, today, label, due
):
    monkeypatch.setattr("backend.casework.week.local_today", lambda: MONDAY + timedelta(today))
    monkeypatch.setattr("backend.reports.home.local_today", lambda: MONDAY + timedelta(today))
    folios = {}
    for day in (1, 2, 4, 7, 11, 14):
        petition = receive()
        Petition.objects.filter(pk=petition.pk).update(due_on=MONDAY + timedelta(day))
        folios[day] = format_folio(petition.folio)
    client = sign_in("enlace")
    answer = client.get(f"{INBOX}?view=week")
    page = text_of(answer)
    assert {day for day, folio in folios.items() if folio in page} == due
    assert label in page
    assert {tab.view.name: tab.count for tab in answer.context["tabs"]}["week"] == len(due)
    assert [
        figure.number for figure in client.get("/").context["figures"] if "vence" in str(figure.label)
    ] == [len(due)]
