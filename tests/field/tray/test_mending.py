"""What is held is mended in the tray and filed."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.utils import timezone

from backend.casework.models import StatusChange
from field.folio import format_folio
from field.models import Correction, Petition
from field.services.petitions import PetitionIntake, receive_petitions
from field.sync.inbox import Sender, receive_records
from tests.factories import CategoryFactory, petition_record
from tests.field.tray.forms import LONG_AGO, TRAY, filled, page_of, words

pytestmark = pytest.mark.django_db


def test_a_wrong_time_is_mended_and_the_petition_filed(office, clerk, hand_in):
    row = hand_in(captured_at=LONG_AGO)
    raw = row.raw
    assert "La hora no es posible" in words(office.get(page_of(row)))
    now = timezone.localtime().replace(microsecond=0)
    answer = office.post(page_of(row), filled(office, row, captured_at=now.strftime("%Y-%m-%dT%H:%M:%S")))
    assert answer.status_code == 302
    petition = Petition.objects.get()
    assert petition.captured_at == now
    row.refresh_from_db()
    assert (row.state, row.raw, row.errors) == ("filed", raw, [])
    correction = Correction.objects.get()
    assert (correction.act, correction.by) == ("mended", clerk)
    assert correction.changes == [{"pointer": "/captured_at", "before": LONG_AGO, "after": now.isoformat()}]
    assert StatusChange.objects.filter(petition=petition).exists()
    assert "Se corrigió" in words(office.get(page_of(row)))


def test_a_time_without_a_zone_is_taken_as_it_reads(office, hand_in):
    naive = (timezone.localtime() - dt.timedelta(hours=2)).replace(microsecond=0, tzinfo=None)
    row = hand_in(captured_at=naive.isoformat())
    assert office.post(page_of(row), filled(office, row)).status_code == 302
    assert Petition.objects.get().captured_at == timezone.make_aware(naive)


def test_an_unknown_category_is_chosen_anew(office, hand_in, category):
    row = hand_in(category="no-hay")
    office.post(page_of(row), filled(office, row, category=category.code))
    assert Petition.objects.get().category == category


def test_nothing_else_changes_by_mending_one_thing(office, hand_in, category):
    said = "Dos\nrenglones \n y un final"
    row = hand_in(category="no-hay", description=f"{said} ", answers={"a": [1, None]})
    by_browser = f"{said} ".replace("\n", "\r\n")
    office.post(page_of(row), filled(office, row, category=category.code, description=by_browser))
    petition = Petition.objects.get()
    assert petition.description == said
    assert petition.answers == {"a": [1, None]}
    assert [change["pointer"] for change in Correction.objects.get().changes] == ["/category"]


def test_a_folio_that_is_taken_gives_way_to_one_of_the_office(office, hand_in):
    other = Petition.objects.get(pk=hand_in().record_id)
    row = hand_in(folio=format_folio(other.folio))
    assert office.get(page_of(row)).context["form"]["new-folio"].value() is True
    office.post(page_of(row), filled(office, row))
    petition = Petition.objects.get(pk=row.record_id)
    assert petition.folio != other.folio
    note = StatusChange.objects.get(petition=petition, move="note")
    assert format_folio(other.folio) in note.note


def test_a_folio_typed_wrong_is_typed_right(office, hand_in, device, category):
    right = petition_record(category, device)["folio"]
    row = hand_in(folio=right[:-1] + ("A" if right[-1] != "A" else "B"))
    office.post(page_of(row), filled(office, row, folio=right))
    assert Petition.objects.get().folio == right


def test_a_place_is_given_by_point_or_address(office, hand_in):
    one = hand_in(location=None)
    office.post(page_of(one), filled(office, one, address="Juárez 5"))
    two = hand_in(location={"type": "Point", "coordinates": [23.2, -106.4]}, address="")
    assert two.state == "held"
    assert "latitud" in words(office.post(page_of(two), filled(office, two, location="23.2")))
    office.post(page_of(two), filled(office, two, location="23.205, -106.445"))
    petition = Petition.objects.get(pk=two.record_id)
    assert petition.location.coords == (-106.445, 23.205)
    assert petition.place is not None
    assert Petition.objects.get(pk=one.record_id).address == "Juárez 5"


def test_an_id_that_is_taken_gets_an_identity_of_its_own(office, hand_in, category):
    now, taken = timezone.now(), uuid.uuid4()
    by_desk = PetitionIntake(taken, category, "modulo", captured_at=now, received_at=now)
    receive_petitions(intakes=[by_desk])
    row = hand_in(id=str(taken))
    assert row.errors[0]["code"] == "taken"
    office.post(page_of(row), filled(office, row) | {"new-id": "on"})
    assert Petition.objects.count() == 2
    row.refresh_from_db()
    assert row.state == "filed"


def test_what_is_still_wrong_is_said_beside_its_field_and_nothing_is_kept(office, hand_in):
    row = hand_in(folio="26-A7F-00042-0", captured_at=LONG_AGO)
    answer = office.post(page_of(row), filled(office, row, captured_at="1999-01-01T10:00:00"))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert "La hora no es posible" in str(errors["captured_at"])
    assert "Hay un error al escribir el folio" in str(errors["folio"])
    row.refresh_from_db()
    assert row.state == "held"
    assert not Correction.objects.exists()
    assert not Petition.objects.exists()


def test_what_nothing_can_be_filed_without_is_asked_for(office, hand_in):
    row = hand_in(category="no-hay")
    answer = office.post(page_of(row), filled(office, row))
    assert answer.status_code == 422
    assert "category" in answer.context["form"].errors
    assert not Correction.objects.exists()


def test_it_can_be_filed_as_it_is_once_the_catalogue_has_what_it_lacked(office, hand_in):
    row = hand_in(category="nueva")
    CategoryFactory(code="nueva")
    assert office.post(page_of(row), filled(office, row, category="nueva")).status_code == 302
    assert Petition.objects.get().category.code == "nueva"


def test_a_person_who_was_not_there_before_comes_with_consent_or_not_at_all(office, hand_in, category):
    row = hand_in(category="no-hay", petitioner=None)
    named = filled(office, row, category=category.code, **{"petitioner-name": "Ana"})
    assert office.post(page_of(row), named).status_code == 422
    assert not Petition.objects.exists()
    assert office.post(page_of(row), named | {"petitioner-consent": "on"}).status_code == 302
    person = Petition.objects.get().petitioner
    assert (person.name, person.consent) == ("Ana", True)


def test_a_clerk_may_find_that_it_is_a_complaint_and_then_it_is_out_of_sight(office, hand_in):
    CategoryFactory(code="queja", sensitive=True)
    other = Petition.objects.get(pk=hand_in().record_id)
    row = hand_in(category="no-hay", folio=format_folio(other.folio))
    answer = office.post(page_of(row), filled(office, row, category="queja") | {"new-folio": "on"})
    assert answer.status_code == 302
    assert Petition.objects.get(pk=row.record_id).category.code == "queja"
    assert office.get(page_of(row)).status_code == 404


def test_the_next_one_with_the_same_trouble_follows(office, hand_in, category):
    one, _other, three = hand_in(category="a"), hand_in(captured_at=LONG_AGO), hand_in(category="b")
    answer = office.post(page_of(one), filled(office, one, category=category.code))
    assert answer["Location"] == page_of(three)
    answer = office.post(page_of(three), filled(office, three, category=category.code))
    assert answer["Location"] == TRAY


def test_a_retry_of_what_was_mended_is_a_repeat(office, hand_in, device, category):
    row = hand_in(category="no-hay")
    office.post(page_of(row), filled(office, row, category=category.code))
    receipt = receive_records(
        records=[json.loads(row.raw)], sender=Sender(device, device.user_id, timezone.now())
    )[0]
    assert receipt["outcome"] == "repeated"
    assert receipt["folio"] == format_folio(Petition.objects.get().folio)
    assert Petition.objects.count() == 1
