"""The day that a department gives for its work: what is proposed, and what is told of the day chosen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from backend.casework import timeline
from backend.casework.deadlines import is_working_day
from backend.casework.models import Holiday
from backend.casework.services.statuses import change_status
from field.models import Petition, Status
from geo.clock import local_today
from tests.casework.pages.reading import page_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_hand(office, receive) -> Petition:
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    return petition


def schedule(client: Client, petition: Petition, day: date) -> str:
    form = {"move": "schedule", "scheduled_for": day.isoformat(), "note": ""}
    answer = client.post(page_of(petition) + "mover/", form, follow=True)
    petition.refresh_from_db()
    assert petition.status == Status.SCHEDULED
    return text_of(answer)


def next_day(*, working: bool) -> date:
    today = local_today()
    return next(day for n in range(1, 15) if is_working_day(day := today + timedelta(n)) == working)


def test_the_next_working_day_is_proposed(in_hand, sign_in):
    day = next_day(working=True)
    Holiday.objects.create(date=day, name="Feria")
    proposed = next(later for n in range(1, 15) if is_working_day(later := day + timedelta(n)))
    assert f'value="{proposed.isoformat()}"' in text_of(sign_in("enlace").get(page_of(in_hand)))


def test_a_day_off_and_one_after_the_promise_are_told_and_taken(in_hand, sign_in):
    client = sign_in("enlace")
    assert "Se prometió a más tardar el" in text_of(client.get(page_of(in_hand)))
    page = schedule(client, in_hand, next_day(working=True))
    assert ": programada" in page.lower() or "program" in page.lower()
    assert "Ojo:" not in page
    assert "es inhábil" in schedule(client, in_hand, next_day(working=False))
    page = schedule(client, in_hand, in_hand.due_on + timedelta(1))
    assert "es después de la fecha comprometida" in page


def test_of_a_promise_that_has_run_out_nothing_is_said(in_hand, sign_in):
    Petition.objects.filter(pk=in_hand.pk).update(due_on=local_today() - timedelta(1))
    client = sign_in("enlace")
    assert "Se prometió a más tardar el" not in text_of(client.get(page_of(in_hand)))
    assert "Ojo:" not in schedule(client, in_hand, next_day(working=True))


def test_the_day_is_named(db):
    [doubt] = timeline.doubts_about(date(2093, 12, 6))
    assert "domingo 6 de diciembre de 2093" in doubt


def test_after_a_move_the_page_says_what_was_done(office, in_hand, sign_in):
    form = {"move": "refer_again", "department": office.streets.pk, "note": "Es de obra"}
    page = text_of(sign_in("auxiliar").post(page_of(in_hand) + "mover/", form, follow=True))
    assert ": la oficina la canalizó a Obras Públicas." in page
