"""The office's tray: every act on what is held, over HTTP, and that nothing is lost by any."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from backend.accounts.models import User
from backend.accounts.navigation import held_count
from backend.casework.models import StatusChange
from field.folio import format_folio
from field.models import Correction, InboxRecord, Petition, PetitionAttachment
from field.services.petitions import PetitionIntake, receive_petitions
from field.services.tray import mend_record, set_aside
from field.sync.inbox import Sender, receive_records
from geo.problems import Conflict
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, UserFactory, petition_record

TRAY = "/bandeja/"
MAY = {User.Role.AUXILIAR, User.Role.JEFE, User.Role.DIRECTOR}
LONG_AGO = "2001-01-01T00:00:00-07:00"
pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return PlaceFactory(column=0)


@pytest.fixture
def device(town):
    return DeviceFactory()


@pytest.fixture
def category():
    return CategoryFactory(code="luminaria", name="Luminaria apagada", needs_check=True)


@pytest.fixture
def clerk():
    return UserFactory(role=User.Role.AUXILIAR)


@pytest.fixture
def office(client, clerk):
    client.force_login(clerk)
    return client


@pytest.fixture
def hand_in(device, category):
    """Hand a petition in with something in it changed: the row that it became."""

    def send(**changes):
        record = petition_record(category, device) | changes
        receive_records(records=[record], sender=Sender(device, device.user_id, timezone.now()))
        return InboxRecord.objects.order_by("pk").last()

    return send


def page_of(row):
    return f"{TRAY}{row.pk}/"


def filled(client, row, **changes):
    """What the record's form would send, with some of it changed."""
    form = client.get(page_of(row)).context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, dt.datetime):
            value = value.strftime("%Y-%m-%dT%H:%M:%S")
        if value not in (None, False):
            sent[bound.name] = "on" if value is True else value
    return {name: value for name, value in (sent | changes).items() if value is not None}


def words(answer):
    text = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", User.Role)
def test_only_the_office_sees_and_works_the_tray(client, hand_in, role):
    row = hand_in(category="no-hay")
    client.force_login(UserFactory(role=role))
    expected = 200 if role in MAY else 403
    assert client.get(TRAY).status_code == expected
    assert client.get(page_of(row)).status_code == expected
    acts = ["", "agregar/", "dejar/", "apartar/", "devolver/"]
    answers = [client.post(f"{page_of(row)}{act}", {"category": "luminaria"}).status_code for act in acts]
    if role not in MAY:
        assert set(answers) == {403}
        assert not Correction.objects.exists()
        assert InboxRecord.objects.get().state == "held"


def test_a_stranger_is_sent_to_sign_in(client, hand_in):
    row = hand_in(category="no-hay")
    for path in (TRAY, page_of(row)):
        assert client.get(path).status_code == 302
    for act in ("", "agregar/", "dejar/", "apartar/", "devolver/"):
        assert client.post(f"{page_of(row)}{act}").status_code == 302
    assert not Correction.objects.exists()


@pytest.mark.parametrize("role", [User.Role.AUXILIAR, User.Role.JEFE, User.Role.DIRECTOR])
def test_a_complaint_is_only_for_those_who_may_see_it(client, hand_in, role):
    CategoryFactory(code="queja", sensitive=True)
    row = hand_in(category="queja", captured_at=LONG_AGO, description="El inspector pidió dinero")
    client.force_login(UserFactory(role=role))
    sees = role != User.Role.AUXILIAR
    assert ("pidió dinero" in words(client.get(TRAY))) is sees
    assert client.get(page_of(row)).status_code == (200 if sees else 404)
    assert client.post(f"{page_of(row)}apartar/", {"reason": "x"}).status_code == (302 if sees else 404)


def test_another_version_of_a_complaint_is_a_complaint_too(office, hand_in, category):
    CategoryFactory(code="queja", sensitive=True)
    first = hand_in(category="queja", description="El inspector pidió dinero")
    again = hand_in(**json.loads(first.raw) | {"category": category.code, "description": "Otra cosa"})
    assert not again.first
    assert office.get(page_of(again)).status_code == 404
    assert "Otra cosa" not in words(office.get(TRAY))


def test_what_was_made_a_complaint_since_is_a_complaint(office, hand_in):
    first = hand_in()
    again = hand_in(**json.loads(first.raw) | {"description": "Otra cosa"})
    assert office.get(page_of(again)).status_code == 200
    Petition.objects.update(category=CategoryFactory(code="queja", sensitive=True))
    assert office.get(page_of(again)).status_code == 404


def test_a_word_in_the_text_makes_no_complaint(office, hand_in):
    CategoryFactory(code="queja", sensitive=True)
    row = hand_in(captured_at=LONG_AGO, description='"category":"queja"')
    assert office.get(page_of(row)).status_code == 200


# --- the list -----------------------------------------------------------------------------------


def test_the_list_groups_by_what_is_wrong_the_oldest_first(office, hand_in, device):
    hand_in(category="no-hay", description="tercera")
    hand_in(captured_at=LONG_AGO, description="primera")
    hand_in(captured_at="2026-11-20T10:00:00", description="segunda")
    hand_in(location=None, description="cuarta")
    text = words(office.get(TRAY))
    places = [text.index(word) for word in ("primera", "segunda", "tercera", "cuarta")]
    assert places == sorted(places)
    assert "La hora no es posible" in text
    assert str(device.user) in text
    assert device.name in text
    only = words(office.get(f"{TRAY}?que=4"))
    assert "tercera" in only
    assert "primera" not in only


@pytest.mark.parametrize("query", ["que=99", "que=x", "que=", "page=abc", "page=-4", "estado=nada"])
def test_an_address_made_by_hand_breaks_nothing(office, hand_in, query):
    hand_in(category="no-hay")
    assert office.get(f"{TRAY}?{query}").status_code == 200


def test_an_empty_tray_says_so(office, hand_in):
    hand_in()
    assert "Nada por componer" in words(office.get(TRAY))
    assert office.get(page_of(InboxRecord.objects.get())).status_code == 404


def test_the_menu_says_how_many_wait_for_a_person(client, hand_in, monkeypatch):
    monkeypatch.setattr("backend.accounts.navigation.held_count", held_count.__wrapped__)
    CategoryFactory(code="queja", sensitive=True)
    for category in ("no-hay", "no-hay", "queja"):
        hand_in(category=category, captured_at=LONG_AGO)
    for role, count in ((User.Role.AUXILIAR, 2), (User.Role.JEFE, 3)):
        client.force_login(UserFactory(role=role))
        assert f'<span class="menu-count">{count}</span>' in client.get("/").content.decode()


def test_three_hundred_take_as_many_queries_as_one(office, device, category, django_assert_max_num_queries):
    records = [petition_record(category, device) | {"category": "x"} for _n in range(150)]
    for _half in range(2):
        records = [record | {"id": str(uuid.uuid4())} for record in records]
        receive_records(records=records, sender=Sender(device, device.user_id, timezone.now()))
    with django_assert_max_num_queries(10):
        answer = office.get(TRAY)
    assert words(answer).count("No existe esa categoría.") == 50
    assert "Página 1 de 6" in words(answer)


# --- mend and file ------------------------------------------------------------------------------


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
    said = "Dos\nrenglones \n y un final "
    row = hand_in(category="no-hay", description=said, answers={"a": [1, None]})
    by_browser = said.replace("\n", "\r\n")
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


# --- two versions -------------------------------------------------------------------------------


@pytest.fixture
def versions(hand_in):
    first = hand_in(description="Un foco fundido")
    record = json.loads(first.raw)
    photo = {"sha256": "a" * 64, "content_type": "image/jpeg", "bytes": 10}
    person = record["petitioner"] | {"phone": "669 000 0000"}
    again = record | {"description": "Dos focos fundidos", "petitioner": person, "attachments": [photo]}
    return first, hand_in(**again)


def test_both_versions_stand_side_by_side_with_what_differs(office, versions):
    answer = office.get(page_of(versions[1]))
    assert {row.label for row in answer.context["compared"] if row.differs} == {
        "Qué pide",
        "Teléfono",
        "Fotos",
    }
    text = words(answer)
    assert "Un foco fundido" in text
    assert "Dos focos fundidos" in text


def test_a_version_is_added_as_a_note_with_its_photos(office, clerk, versions):
    answer = office.post(f"{page_of(versions[1])}agregar/")
    assert answer.status_code == 302
    petition = Petition.objects.get()
    assert petition.description == "Un foco fundido"
    note = StatusChange.objects.get(move="note")
    assert note.by == clerk
    assert "Dos focos fundidos" in note.note
    assert "669 000 0000" in note.note
    assert PetitionAttachment.objects.get().sha256 == "a" * 64
    assert InboxRecord.objects.get(pk=versions[1].pk).state == "filed"
    assert Correction.objects.get().act == "joined"
    office.post(f"{page_of(versions[1])}agregar/")
    assert StatusChange.objects.filter(move="note").count() == 1


def test_the_first_version_is_kept(office, versions):
    office.post(f"{page_of(versions[1])}dejar/")
    assert InboxRecord.objects.get(pk=versions[1].pk).state == "aside"
    assert not StatusChange.objects.filter(move="note").exists()
    assert Correction.objects.get().act == "kept_first"


def test_a_version_of_what_is_filed_is_not_filed_beside_it(office, versions):
    answer = office.post(page_of(versions[1]), {})
    assert answer.status_code == 302
    assert Petition.objects.count() == 1
    assert not Correction.objects.exists()


def test_the_later_version_may_be_filed_where_the_first_was_not(office, hand_in, category):
    first = hand_in(category="no-hay")
    again = hand_in(**json.loads(first.raw) | {"category": category.code})
    assert office.post(f"{page_of(again)}agregar/").status_code == 302
    assert not Correction.objects.exists()
    assert office.post(page_of(again), filled(office, again)).status_code == 302
    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.state, again.state) == ("aside", "filed")
    assert Petition.objects.count() == 1


# --- set aside ----------------------------------------------------------------------------------


def test_a_record_is_set_aside_with_a_reason_and_taken_back(office, clerk, hand_in):
    row = hand_in(category="no-hay")
    answer = office.post(f"{page_of(row)}apartar/", {"reason": "Es una prueba"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == "aside"
    assert "Nada por componer" in words(office.get(TRAY))
    aside = words(office.get(f"{TRAY}?estado=apartados"))
    assert "Es una prueba" in aside
    assert str(clerk) in aside
    office.post(f"{page_of(row)}devolver/")
    row.refresh_from_db()
    assert row.state == "held"
    assert [one.act for one in row.corrections.all()] == ["set_aside", "taken_back"]
    assert "Es una prueba" in words(office.get(page_of(row)))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_without_a_reason_nothing_is_set_aside(office, hand_in, reason):
    row = hand_in(category="no-hay")
    answer = office.post(f"{page_of(row)}apartar/", {"reason": reason})
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode() or "errorlist" in answer.content.decode()
    assert not Correction.objects.exists()


def test_what_was_set_aside_is_still_acknowledged_as_held(office, hand_in, device):
    row = hand_in(category="no-hay")
    office.post(f"{page_of(row)}apartar/", {"reason": "prueba"})
    sender = Sender(device, device.user_id, timezone.now())
    assert receive_records(records=[json.loads(row.raw)], sender=sender)[0]["outcome"] == "held"
    assert InboxRecord.objects.count() == 1


# --- hostile and odd --------------------------------------------------------------------------


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


# --- two people ---------------------------------------------------------------------------------


def test_the_second_of_two_people_is_told_that_it_is_done(office, hand_in, category):
    row = hand_in(category="no-hay")
    sent = filled(office, row, category=category.code)
    office.post(page_of(row), sent)
    answer = office.post(page_of(row), sent, follow=True)
    assert "Otra persona acaba de atender" in words(answer)
    assert Petition.objects.count() == Correction.objects.count() == 1


def test_a_form_of_before_another_persons_act_is_refused(hand_in, clerk):
    row = hand_in(category="no-hay")
    set_aside(record=row, reason="x", by=clerk)
    with pytest.raises(Conflict):
        mend_record(record=row, changes=[], by=clerk, seen=0)
    InboxRecord.objects.filter(pk=row.pk).update(state="held")
    with pytest.raises(Conflict):
        mend_record(record=row, changes=[], by=clerk, seen=0)


def test_the_form_offers_nobody_who_may_not_capture(office, hand_in):
    UserFactory(username="enlace1", role=User.Role.ENLACE)
    row = hand_in(category="no-hay")
    names = [
        value for value, _label in office.get(page_of(row)).context["form"].fields["captured_by"].choices
    ]
    assert "enlace1" not in names
    assert get_user_model().objects.filter(username="enlace1").exists()
