"""The day that a department gives for its work: what is proposed, and what is told of the day chosen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from backend.casework import timeline
from backend.casework.deadlines import is_working_day
from backend.casework.models import Holiday
from backend.casework.services.statuses import change_status
from backend.notifications.models import Message
from field.models import Petition, Status
from geo.clock import local_today
from tests.casework.pages.reading import page_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_hand(office, receive) -> Petition:
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    return petition


def press(client: Client, petition: Petition, day: date, told: str = "") -> tuple[bool, str]:
    """Whether the press of the button scheduled it, and the page that came."""
    form = {"move": "schedule", "scheduled_for": day.isoformat(), "told": told}
    answer = client.post(page_of(petition) + "mover/", form, follow=True)
    petition.refresh_from_db()
    done = petition.status == Status.SCHEDULED
    assert answer.status_code == (200 if done else 422)
    return done, text_of(answer)


def picked(client: Client, petition: Petition, day: object) -> str:
    """What the page tells as the day is picked."""
    return text_of(client.get(page_of(petition) + "dia/", {"scheduled_for": str(day)}))


def next_day(*, working: bool) -> date:
    today = local_today()
    return next(day for n in range(1, 15) if is_working_day(day := today + timedelta(n)) == working)


def test_the_next_working_day_is_proposed(in_hand, sign_in):
    day = next_day(working=True)
    Holiday.objects.create(date=day, name="Feria")
    proposed = next(later for n in range(1, 15) if is_working_day(later := day + timedelta(n)))
    assert f'value="{proposed.isoformat()}"' in text_of(sign_in("enlace").get(page_of(in_hand)))


def test_a_day_without_a_doubt_is_taken_at_once(in_hand, sign_in):
    client, day = sign_in("enlace"), next_day(working=True)
    assert "Se prometió a más tardar el" in text_of(client.get(page_of(in_hand)))
    assert picked(client, in_hand, day).strip() == ""
    done, page = press(client, in_hand, day)
    assert done
    assert "la programó para el" in page
    assert "Ojo:" not in page


@pytest.mark.parametrize("which", ["day off", "after the promise"])
def test_a_doubt_is_told_as_the_day_is_picked_and_at_the_first_press_before_anybody_is_written_to(
    in_hand, sign_in, which
):
    client = sign_in("enlace")
    day, said = next_day(working=False), "es inhábil"
    if which == "after the promise":
        later = (in_hand.due_on + timedelta(n) for n in range(1, 9))
        day, said = next(one for one in later if is_working_day(one)), "es después de la fecha comprometida"
    live = picked(client, in_hand, day)
    assert said in live
    assert f'name="told" value="{day.isoformat()}"' in live
    done, page = press(client, in_hand, day)
    assert not done
    assert said in page
    assert "Si así debe ser, oprima otra vez «Programar»." in page
    assert f'name="told" value="{day.isoformat()}"' in page
    assert not Message.objects.filter(event="scheduled").exists()
    done, page = press(client, in_hand, day, told=day.isoformat())
    assert done
    assert "Ojo:" not in page
    assert Message.objects.filter(event="scheduled").count() == 1


def test_what_was_told_of_one_day_is_not_told_of_another(in_hand, sign_in):
    day = next_day(working=False)
    done, page = press(sign_in("enlace"), in_hand, day, told=(day + timedelta(7)).isoformat())
    assert not done
    assert "es inhábil" in page


@pytest.mark.parametrize("day", ["", "ayer", "2020-01-05", "9999-99-99"])
def test_of_what_is_no_day_to_come_nothing_is_told(in_hand, sign_in, day):
    assert picked(sign_in("enlace"), in_hand, day).strip() == ""


def test_the_page_comes_with_what_is_amiss_with_the_day_that_it_proposes(in_hand, sign_in):
    Petition.objects.filter(pk=in_hand.pk).update(due_on=local_today())
    page = text_of(sign_in("enlace").get(page_of(in_hand)))
    assert "es después de la fecha comprometida" in page
    in_hand.refresh_from_db()
    day = next_day(working=True)
    assert f'name="told" value="{day.isoformat()}"' in page
    assert press(sign_in("enlace"), in_hand, day, told=day.isoformat())[0]


def test_of_a_promise_that_has_run_out_nothing_is_said(in_hand, sign_in):
    Petition.objects.filter(pk=in_hand.pk).update(due_on=local_today() - timedelta(1))
    client = sign_in("enlace")
    assert "Se prometió a más tardar el" not in text_of(client.get(page_of(in_hand)))
    assert picked(client, in_hand, next_day(working=True)).strip() == ""
    assert press(client, in_hand, next_day(working=True))[0]


def test_the_day_is_named(db):
    [doubt] = timeline.doubts_about(date(2093, 12, 6))
    assert "domingo 6 de diciembre de 2093" in doubt


def test_after_a_move_the_page_says_what_was_done(office, in_hand, sign_in):
    form = {"move": "refer_again", "department": office.streets.pk, "note": "Es de obra"}
    page = text_of(sign_in("auxiliar").post(page_of(in_hand) + "mover/", form, follow=True))
    assert ": la oficina la canalizó a Obras Públicas." in page
