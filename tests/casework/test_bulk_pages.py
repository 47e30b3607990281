"""What the pages of one move for many ask and tell."""

from __future__ import annotations

from datetime import timedelta

from backend.casework.services.statuses import change_status
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
