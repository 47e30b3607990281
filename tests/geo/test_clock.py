"""Days and hours are the municipality's own."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.config.celery import app as celery_app
from geo import clock
from geo.middleware import LocalTimeMiddleware
from geo.models import Municipality


@pytest.fixture(autouse=True)
def knows_nothing() -> None:
    clock.forget_zone()
    clock._known.zone = None


def a_municipality(zone: str) -> Municipality:
    return Municipality.objects.create(name="M", centre=Point(-106.4, 23.2), time_zone=zone)


@pytest.mark.django_db
def test_before_a_municipality_is_loaded_the_settings_zone_holds(settings) -> None:
    settings.TIME_ZONE = "America/Hermosillo"
    assert clock.local_zone().key == "America/Hermosillo"


@pytest.mark.django_db
def test_the_zone_is_asked_for_once_and_again_when_the_municipality_changes() -> None:
    municipality = a_municipality("America/Mazatlan")
    with CaptureQueriesContext(connection) as queries:
        assert clock.local_zone().key == "America/Mazatlan"
        assert clock.local_zone().key == "America/Mazatlan"
    assert len(queries) == 1
    municipality.time_zone = "America/Tijuana"
    municipality.save()
    assert clock.local_zone().key == "America/Tijuana"


@pytest.mark.django_db
def test_another_process_sees_a_new_zone_within_a_minute(monkeypatch) -> None:
    a_municipality("America/Mazatlan")
    clock.local_zone()
    Municipality.objects.update(time_zone="America/Tijuana")  # no signal, as from another process
    assert clock.local_zone().key == "America/Mazatlan"
    moment = clock.time.monotonic() + clock.KEPT_S
    monkeypatch.setattr(clock.time, "monotonic", lambda: moment)
    assert clock.local_zone().key == "America/Tijuana"


@pytest.mark.django_db
def test_a_zone_that_does_not_exist_falls_back() -> None:
    a_municipality("America/Aldaba")
    assert clock.local_zone().key == "America/Mexico_City"


def test_with_the_database_away_the_last_known_zone_holds(monkeypatch) -> None:
    def away(*_arguments: object, **_options: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(Municipality.objects, "values_list", away)
    assert clock.local_zone().key == "America/Mexico_City"
    clock.remember_zone(ZoneInfo("America/Mazatlan"), seconds=0)
    assert clock.local_zone().key == "America/Mazatlan"


def test_today_is_the_day_in_the_municipality(monkeypatch) -> None:
    clock.remember_zone(ZoneInfo("America/Mazatlan"))
    late = dt.datetime(2026, 11, 21, 5, 30, tzinfo=dt.UTC)  # half past ten at night, the day before
    monkeypatch.setattr(clock.timezone, "now", lambda: late)
    assert clock.local_today() == dt.date(2026, 11, 20)
    assert clock.local_now().isoformat() == "2026-11-20T22:30:00-07:00"


def test_the_zone_is_active_during_the_request_and_no_longer() -> None:
    clock.remember_zone(ZoneInfo("America/Mazatlan"))
    before = timezone.get_current_timezone_name()
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    LocalTimeMiddleware(view)(HttpRequest())
    assert seen == ["America/Mazatlan"]
    assert timezone.get_current_timezone_name() == before


def test_the_zone_is_active_during_a_workers_task_and_no_longer() -> None:
    clock.remember_zone(ZoneInfo("America/Mazatlan"))
    before = timezone.get_current_timezone_name()
    task = celery_app.task(name="tests.zone")(timezone.get_current_timezone_name)
    assert task.apply().get() == "America/Mazatlan"
    assert timezone.get_current_timezone_name() == before


def test_a_day_begins_and_ends_as_the_municipality_has_it() -> None:
    clock.remember_zone(ZoneInfo("America/Mazatlan"))
    first, last = dt.date(2026, 11, 20), dt.date(2026, 11, 30)
    assert clock.start_of_day(first).isoformat() == "2026-11-20T00:00:00-07:00"
    since, until = clock.whole_days(first, last)
    assert (since, until.isoformat()) == (clock.start_of_day(first), "2026-12-01T00:00:00-07:00")
    assert clock.local_day(since) == first
    assert clock.local_day(until - dt.timedelta(microseconds=1)) == last


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-11-01", "2026-12-01"), ("2026-12-31", "2027-01-01"), ("2028-01-31", "2028-02-01")],
)
def test_the_month_after_begins_on_its_first_day(day, first) -> None:
    assert clock.next_month(dt.date.fromisoformat(day)) == dt.date.fromisoformat(first)
