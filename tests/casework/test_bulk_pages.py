"""What the pages of one move for many ask and tell."""

from __future__ import annotations

from datetime import timedelta

from backend.casework.services.statuses import change_status
from field.models import Petition
from geo.clock import local_today
from tests.casework.test_bulk import tick, words


def test_a_move_that_asks_for_nothing_leads_straight_to_its_preview(office, receive, enter, client):
    petition = receive()
    enter("enlace")
    where = tick(client, [petition])["Location"]
    page = words(client.get(where))
    assert '<button type="submit" name="move" value="open">' in page
    assert client.get(where, {"move": "open"}).context["move"] is None
    assert client.post(where, {"move": "open"})["Location"].endswith("/previa/")
    assert '<a href="?move=note#paso"' in page


def test_the_preview_says_that_the_day_is_no_working_day(office, receive, enter, client):
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    petition.refresh_from_db()
    enter("enlace")
    where = tick(client, [petition])["Location"]
    sunday = local_today() + timedelta(days=6 - local_today().weekday() or 7)
    page = client.get(
        client.post(where, {"move": "schedule", "scheduled_for": sunday.isoformat()})["Location"]
    )
    assert "es inhábil" in words(page)
    live = client.get(f"{where}dia/", {"scheduled_for": sunday.isoformat()})
    assert "es inhábil" in words(live)


def test_how_many_were_promised_for_before_that_day_is_told_as_it_is_picked_and_in_the_preview(
    office, receive, enter, client
):
    today = local_today()
    lamps = [receive() for _ in range(4)]
    for lamp, days in zip(lamps, (-1, 0, 5, 60), strict=True):
        change_status(petition=lamp, move="open", by=office.staff["enlace"])
        Petition.objects.filter(pk=lamp.pk).update(due_on=today + timedelta(days))
        lamp.refresh_from_db()
    enter("enlace")
    where = tick(client, lamps)["Location"]
    said = "Ojo: 2 se prometieron para antes del"
    far, soon = (today + timedelta(n) for n in (30, 0))
    assert said in words(client.get(f"{where}dia/", {"scheduled_for": far.isoformat()}))
    assert "prometi" not in words(client.get(f"{where}dia/", {"scheduled_for": soon.isoformat()}))
    page = client.get(client.post(where, {"move": "schedule", "scheduled_for": far.isoformat()})["Location"])
    assert said in words(page)
    one = tick(client, lamps[2:])["Location"]
    assert "Ojo: 1 se prometió para antes del" in words(
        client.get(client.post(one, {"move": "schedule", "scheduled_for": far.isoformat()})["Location"])
    )
