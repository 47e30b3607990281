"""Whatever came or is sent to the tray breaks nothing."""

from __future__ import annotations

import pytest

from field.models import InboxRecord
from geo.clock import local_today
from tests.campaigns.rows import VisitFactory, encounter_record, send
from tests.field.tray.forms import TRAY, filled, page_of

pytestmark = pytest.mark.django_db


def test_what_a_citizen_or_a_program_wrote_is_text_on_every_page(office, hand_in):
    evil = "<script>alert(1)</script>"
    row = hand_in(
        category=evil, description=evil, address=evil, petitioner={"name": evil}, **{evil: {evil: evil}}
    )
    office.post(f"{page_of(row)}apartar/", {"reason": evil})
    for path in (TRAY, page_of(row), f"{TRAY}?estado=apartados"):
        assert evil not in office.get(path).content.decode()
    office.post(f"{page_of(row)}devolver/")
    assert evil not in office.get(TRAY).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"description": ["una", "lista"], "category": 7, "captured_at": {"a": 1}},
        {"location": "aquí", "petitioner": "María", "attachments": {"sha256": "x"}, "answers": [1]},
        {"location": {"type": "Point", "coordinates": ["a", None]}, "accuracy_m": "mucha"},
        {"description": "medio emoji \ud83d y \0 nulo", "category": "no-hay"},
        {"captured_at": "9999-12-31T23:59:59-12:00"},
        {"captured_at": "0001-01-01T00:00:00+14:00", "folio": None},
        {"id": "no es un uuid", "category": 10**30},
        {"kind": "de-otro-mundo", "x/y~z": {"~": 1}},
        {"device_clock": {"offset_ms": 1e300}, "category": "no-hay"},
    ],
)
def test_whatever_came_can_be_read_and_set_aside(office, hand_in, changes):
    row = hand_in(**changes)
    assert row.state == "held"
    assert office.get(TRAY).status_code == 200
    assert office.get(page_of(row)).status_code == 200
    assert office.post(page_of(row), filled(office, row)).status_code in (302, 422)
    assert office.post(f"{page_of(row)}apartar/", {"reason": "no es nada"}).status_code == 302
    assert office.get(f"{TRAY}?estado=apartados").status_code == 200


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "ayer", 7])
def test_a_door_whose_clock_went_mad_can_be_read_and_given_its_visit(office, device, at):
    visit = VisitFactory()
    send(device, encounter_record(visit, at=at))
    row = InboxRecord.objects.get()
    assert row.state == "held"
    assert office.get(page_of(row)).status_code == 200
    today = f"{local_today()}T10:00:00"
    assert office.post(page_of(row), filled(office, row, at=today)).status_code == 302
    assert visit.encounters.count() == 1


@pytest.mark.parametrize("seen", ["-1", "x", "9" * 40, "1e3"])
def test_a_form_that_was_tampered_with_breaks_nothing(office, hand_in, category, seen):
    row = hand_in(category="no-hay")
    sent = filled(office, row, category=category.code, seen=seen)
    assert office.post(page_of(row), sent).status_code in (302, 422)
    assert office.post(f"{page_of(row)}apartar/", {"reason": "x", "seen": seen}).status_code in (302, 404)


def test_there_is_no_such_record(office):
    assert office.get(f"{TRAY}999999/").status_code == 404
    assert office.post(f"{TRAY}999999/apartar/", {"reason": "x"}).status_code == 404


def test_a_photo_that_the_record_does_not_name_is_not_shown(office, hand_in):
    row = hand_in(category="no-hay")
    assert office.get(f"{page_of(row)}fotos/{'b' * 64}/").status_code == 404
