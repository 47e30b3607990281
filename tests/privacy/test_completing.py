"""A request that lacks something: asked for once, and the days of the law wait meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.models import Holiday
from backend.privacy.models import ArcoRequest
from backend.privacy.services import completing, requests
from geo.problems import Conflict, Invalid, NotAllowed
from tests.casework.conftest import Office
from tests.privacy.test_arco import SAID

MONDAY = date(2026, 11, 2)


@pytest.fixture
def chief(office: Office) -> User:
    return office.staff["jefe"]


def registered(chief: User, on: date = MONDAY) -> ArcoRequest:
    return requests.register_request(by=chief, received_on=on, right="access", **SAID)


@contextmanager
def at(day: date) -> Iterator[None]:
    """Noon of a local day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: datetime.combine(day, time(19), UTC))
        yield


def test_the_person_has_ten_working_days_and_the_twenty_begin_anew(chief: User) -> None:
    Holiday.objects.create(date=date(2026, 11, 18), name="Aniversario de la ciudad")
    with at(MONDAY + timedelta(days=2)):
        arco = completing.ask_to_complete(request=registered(chief), missing="Copia de la INE", by=chief)
    # From the 4th: the 16th is of rest by law, the 18th by the municipality.
    assert arco.complete_by == date(2026, 11, 20)
    with at(date(2026, 11, 10)):
        with pytest.raises(Conflict, match="anote primero"):
            requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Sí.")
        arco = completing.note_completed(request=arco, on=date(2026, 11, 10), by=chief)
        assert arco.due_on == date(2026, 12, 10)
        requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Sí.")


def test_it_is_asked_once_and_within_five_working_days(chief: User) -> None:
    with at(MONDAY + timedelta(days=7)):  # the fifth
        arco = completing.ask_to_complete(request=registered(chief), missing="INE", by=chief)
        with pytest.raises(Conflict):
            completing.ask_to_complete(request=arco, missing="Otra", by=chief)
        with pytest.raises(Conflict, match="a tiempo"):
            completing.drop_request(request=arco, by=chief)
    with at(MONDAY + timedelta(days=8)), pytest.raises(Conflict, match="cinco días"):
        completing.ask_to_complete(request=registered(chief), missing="INE", by=chief)


def test_what_nobody_completes_is_taken_as_not_presented(office: Office, chief: User) -> None:
    with at(MONDAY):
        arco = completing.ask_to_complete(request=registered(chief), missing="INE", by=chief)
        with pytest.raises(Invalid):
            completing.note_completed(request=arco, on=MONDAY + timedelta(days=1), by=chief)
        with pytest.raises(NotAllowed):
            completing.drop_request(request=arco, by=office.staff["auxiliar"])
    assert arco.complete_by
    with at(arco.complete_by + timedelta(days=1)):
        arco = completing.drop_request(request=arco, by=chief)
        assert (arco.open, arco.outcome) == (False, "dropped")
        with pytest.raises(Conflict):
            completing.note_completed(request=arco, on=MONDAY, by=chief)


def test_the_page_asks_waits_and_goes_on(office: Office, chief: User, client: Any) -> None:
    with at(MONDAY):
        arco = registered(chief)
        client.force_login(chief)
        page = f"/privacidad/{arco.pk}/"
        assert client.post(f"{page}completar/", {"missing": ""}).status_code == 422
        client.post(f"{page}completar/", {"missing": "Copia de la INE"})
        told = client.get(page).content.decode()
        assert "Copia de la INE" in told
        assert "La completó" in told
        assert "Texto de la respuesta" not in told
        assert "tenerla por no presentada" not in told
        assert "Que la persona la complete" in client.get("/privacidad/").content.decode()
        assert client.post(f"{page}completada/", {"on": "2030-01-01"}).status_code == 422
        client.post(f"{page}completada/", {"on": "2026-11-02"})
        assert "Texto de la respuesta" in client.get(page).content.decode()


def test_the_only_causes_are_the_twelve_of_the_law() -> None:
    fractions = [label.split(".")[0] for label in map(str, ArcoRequest.Cause.labels)]
    assert fractions == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


@pytest.mark.parametrize(("day", "noted"), [(date(2026, 11, 5), ""), (date(2026, 11, 6), "Ya habían pasado")])
def test_three_working_days_to_say_that_it_is_not_the_municipality_s(
    chief: User, client: Any, day: date, noted: str
) -> None:
    arco = registered(chief)
    client.force_login(chief)
    with at(day):
        page = client.get(f"/privacidad/{arco.pk}/").content.decode()
        assert ("5 de noviembre (artículo 47). Si es el caso" in page) == bool(noted)
        requests.resolve_request(request=arco, by=chief, outcome="refused", cause="competence", letter="No.")
    step = arco.steps.get(act="refused")
    assert step.text.startswith(noted)
    assert bool(step.text) == bool(noted)


def test_the_three_days_matter_to_no_other_refusal(chief: User) -> None:
    arco = registered(chief)
    with at(date(2026, 11, 20)):
        requests.resolve_request(request=arco, by=chief, outcome="refused", cause="identity", letter="No.")
    assert arco.steps.get(act="refused").text == ""
