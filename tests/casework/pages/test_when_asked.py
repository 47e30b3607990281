"""A paper of last Friday that is captured on Monday: asked then, received now, and promised from then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from backend.casework.deadlines import due_date
from backend.casework.given import Given
from backend.casework.models import Referral
from backend.casework.services.calendar import add_days
from backend.casework.services.statuses import change_status
from backend.casework.timeline import promise_of, story_of
from field.models import Petition, Petitioner, Status
from geo.clock import local_today, local_zone
from tests.casework.pages.reading import CAPTURE, page_of, text_of
from tests.casework.pages.test_capture import filled
from tests.factories import DeviceFactory

pytestmark = pytest.mark.django_db


def days_ago(working: int) -> date:
    """The latest day of which so many working days have gone by before today."""
    today = local_today()
    return next(day for n in range(1, 40) if due_date(day := today - timedelta(n), working) < today)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=local_zone())


@pytest.fixture
def asked(office, sign_in):
    """Capture a petition asked on a day, having been told what that comes to."""

    def _asked(day: date, **changes) -> Petition:
        body = filled(office, asked_on=day.isoformat(), told=day.isoformat(), **changes)
        answer = sign_in("auxiliar").post(CAPTURE, body)
        assert answer.status_code == 302, text_of(answer)
        return Petition.objects.get(pk=body["id"])

    return _asked


def test_it_was_asked_at_noon_of_that_day_and_received_now(office, asked):
    day = local_today() - timedelta(3)
    before = timezone.now()
    petition = asked(day)
    assert petition.captured_at == noon(day)
    assert before <= petition.received_at <= timezone.now()
    assert petition.status_at == petition.received_at
    assert Petitioner.objects.get().consented_at == petition.received_at


@pytest.mark.parametrize("day", ["", "today"])
def test_what_is_asked_today_is_asked_now(office, sign_in, day):
    text = local_today().isoformat() if day else ""
    sign_in("auxiliar").post(CAPTURE, filled(office, asked_on=text))
    petition = Petition.objects.get()
    assert petition.captured_at == petition.received_at
    assert petition.asked_earlier is None
    assert petition.due_on == due_date(local_today(), 10)


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "todavía no llega"), (366, "Hace más de un año"), (None, "field-errors")]
)
def test_a_day_that_cannot_be_is_said_beside_the_field(office, sign_in, days, said):
    day = "30/02/2026" if days is None else (local_today() - timedelta(days)).isoformat()
    answer = sign_in("auxiliar").post(CAPTURE, filled(office, asked_on=day, told=day))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Petition.objects.exists()


def test_a_year_ago_is_the_longest(asked):
    assert asked(local_today() - timedelta(365)).due_on < local_today()


def test_the_ten_days_run_from_the_day_it_was_asked(office, asked, sign_in):
    day = days_ago(3)
    petition = asked(day)
    assert petition.due_on == due_date(day, 10)
    promise = promise_of(petition)
    assert (promise.counted_from, promise.overdue, promise.as_today) == (day, False, True)
    # The department has had it since now: that is what it is measured by.
    referral = Referral.objects.get()
    assert (referral.at, referral.counted_from) == (petition.received_at, day)


def test_of_eleven_working_days_ago_it_is_overdue_from_the_beginning_and_the_page_says_so_first(
    office, sign_in
):
    day, client = days_ago(10), sign_in("auxiliar")
    told = {"category": "Luminaria apagada", "channel": "073", "asked_on": day.isoformat()}
    line = text_of(client.get(f"{CAPTURE}plazo/", told))
    assert "Quedará vencida desde que se guarde: 10 días hábiles desde el" in line
    body = filled(office, asked_on=day.isoformat())
    first = client.post(CAPTURE, body)
    assert first.status_code == 422
    assert "Quedará vencida desde que se guarde" in text_of(first)
    assert "Si así fue, guárdela otra vez." in text_of(first)
    assert f'name="told" value="{day.isoformat()}"' in text_of(first)
    assert not Petition.objects.exists()
    assert client.post(CAPTURE, body | {"told": day.isoformat()}).status_code == 302
    petition = Petition.objects.get()
    assert petition.due_on < local_today()
    assert promise_of(petition).overdue
    assert [row.pk for row in client.get("/boletas/?overdue=1").context["page"].rows] == [petition.pk]


def test_what_was_told_of_one_day_is_not_told_of_another(office, sign_in):
    day = days_ago(10)
    body = filled(office, asked_on=(day - timedelta(7)).isoformat(), told=day.isoformat())
    assert sign_in("auxiliar").post(CAPTURE, body).status_code == 422


def test_the_line_says_until_when_what_waits_for_a_check_and_nothing_of_today(office, sign_in):
    client, day = sign_in("auxiliar"), days_ago(2)

    def line(**told) -> str:
        asked = {"category": "Luminaria apagada", "channel": "recorrido", "asked_on": day.isoformat()}
        return text_of(client.get(f"{CAPTURE}plazo/", asked | told))

    assert "Vencerá el" in line()
    assert "10 días hábiles desde el" in line()
    assert "La oficina debe verificarla primero" in line(category="Topes")
    assert "Vencerá el" in line(category="Topes", channel="modulo")
    assert "todavía no llega" in line(asked_on=(local_today() + timedelta(1)).isoformat())
    for nothing in ({"asked_on": local_today().isoformat()}, {"asked_on": ""}, {"category": "nada"}):
        assert "<p" not in line(**nothing)
    # It goes on listening to category and channel where the day is an earlier one, and asks nothing else.
    assert "change from:#id_category" in line(category="")
    assert "change from:#id_category" not in line(asked_on=local_today().isoformat())


def test_what_waits_for_a_check_has_its_days_once_it_is_referred(office, asked):
    petition = asked(days_ago(10), category="Topes", channel="recorrido")
    assert (petition.status, petition.due_on, promise_of(petition)) == (Status.TO_VERIFY, None, None)
    given = Given(department=office.streets)
    change_status(petition=petition, move="proceed", by=office.staff["jefe"], given=given)
    petition.refresh_from_db()
    assert petition.due_on == due_date(local_today(), office.to_check.working_days)


def test_its_history_stays_in_order_and_tells_the_day(office, asked, sign_in):
    day = days_ago(2)
    petition = asked(day)
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    steps = story_of(petition, words=True)
    assert [step.move for step in steps] == ["receive", "open"]
    assert steps[0].at == petition.received_at < steps[1].at
    assert " (se había pedido el " in steps[0].text
    page = text_of(sign_in("auxiliar").get(page_of(petition)))
    assert "<dt>Pedida</dt>" in page
    assert "<dt>Capturada</dt>" in page


def test_a_change_of_the_calendar_counts_again_from_the_day_it_was_asked(office, asked):
    day = days_ago(2)
    petition = asked(day)
    added = petition.due_on
    add_days(first=added, last=added, name="Día local", move=True, by=office.staff["jefe"])
    petition.refresh_from_db()
    assert petition.due_on == due_date(day, 10, frozenset({added}))
    assert promise_of(petition).as_today


def test_another_department_gets_its_days_from_the_day_it_is_referred(office, asked):
    petition = asked(days_ago(10))
    given = Given(note="Es de obra", department=office.streets)
    change_status(petition=petition, move="refer_again", by=office.staff["jefe"], given=given)
    petition.refresh_from_db()
    assert petition.due_on == due_date(local_today(), 10)
    assert promise_of(petition).counted_from == local_today()


def test_the_receipt_offers_the_next_paper_of_that_day(office, asked, sign_in):
    day, client = days_ago(2), sign_in("auxiliar")
    receipt = text_of(client.get(page_of(asked(day)) + "acuse/"))
    assert "<dt>Pedida</dt>" in receipt
    address = f"{CAPTURE}?pedida={day.isoformat()}"
    assert address in receipt
    assert f'name="asked_on" value="{day.isoformat()}"' in text_of(client.get(address))
    for wrong in ("2093-01-01", "ayer", "1999-01-01"):
        shown = text_of(client.get(f"{CAPTURE}?pedida={wrong}"))
        assert f'name="asked_on" value="{local_today().isoformat()}"' in shown


def test_a_tablets_clock_moves_no_promise(office, receive):
    now = timezone.now()
    tablet = DeviceFactory(user=office.staff["promotor"])
    petition = receive(captured_at=now - timedelta(20), received_at=now, device_id=tablet.pk)
    assert petition.due_on == due_date(local_today(), 10)
    assert petition.asked_earlier is None
