"""What ODK Collect submits, over real HTTP, first and again."""

from __future__ import annotations

import hashlib
import uuid

import pytest

from field.folio import format_folio
from field.models import Device, InboxRecord, Petition, PetitionAttachment
from tests.factories import CategoryFactory
from tests.field.odk.answers import held, jpeg, message
from tests.field.odk_client import filled, send, submission

pytestmark = pytest.mark.django_db(transaction=True)


def test_head_says_exactly_how_much_may_come(collect, settings):
    answer = collect.head("submission")
    assert answer.status_code == 204
    assert answer.headers["X-OpenRosa-Accept-Content-Length"] == str(settings.ODK_MAX_BYTES)
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert collect.get("submission").status_code == 405


def test_a_new_submission_becomes_a_petition_with_a_folio(collect, promotor, town):
    instance = str(uuid.uuid4())
    answer = send(collect, submission(instance=f"uuid:{instance}"))
    assert answer.status_code == 201
    petition = Petition.objects.select_related("petitioner", "category").get()
    assert format_folio(petition.folio) in message(answer)
    assert str(petition.pk) == instance
    assert petition.category.code == "bache"
    assert petition.description == "Un bache frente a la escuela."
    assert petition.answers == {"tamano": "Muy grande", "agua": True, "metros": 2.5, "color": "gris"}
    assert (petition.place, petition.accuracy_m, petition.location_method) == (town, 6.5, "gps")
    assert (petition.captured_by, petition.device) == (promotor, Device.objects.get())
    assert petition.petitioner.name == "María Peña"
    assert petition.petitioner.consent
    assert InboxRecord.objects.filter(kind="odk", state="filed", record_id=f"uuid:{instance}").exists()
    assert held() == {}


def test_an_identical_repeat_is_202_with_the_same_folio(collect):
    xml = submission()
    first, again = send(collect, xml), send(collect, xml)
    assert (first.status_code, again.status_code) == (201, 202)
    folio = format_folio(Petition.objects.get().folio)
    assert folio in message(first)
    assert folio in message(again)
    assert InboxRecord.objects.count() == 2


def test_a_repeat_that_brings_a_new_photo_is_201_and_adds_it(collect):
    xml = submission()
    assert send(collect, xml, uno=jpeg(10)).status_code == 201
    assert send(collect, xml, uno=jpeg(10)).status_code == 202
    assert send(collect, xml, dos=jpeg(20)).status_code == 201
    assert send(collect, xml, uno=jpeg(10), dos=jpeg(20)).status_code == 202
    digests = [hashlib.sha256(jpeg(colour)).hexdigest() for colour in (10, 20)]
    assert list(PetitionAttachment.objects.values_list("sha256", flat=True)) == digests


def test_parts_that_come_in_several_posts_are_one_petition_with_every_photo(collect):
    xml = submission()
    for colour, last in ((10, False), (90, False), (170, True)):
        parts = [
            ("xml_submission_file", ("form.xml", xml, "text/xml")),
            (f"{colour}.jpg", (f"{colour}.jpg", jpeg(colour), "image/jpeg")),
        ]
        data = {} if last else {"*isIncomplete*": "yes"}
        assert collect.post("submission", files=parts, data=data).status_code == 201
    assert Petition.objects.get().attachments.count() == 3


def test_the_same_instance_with_other_content_is_409_and_both_are_kept(collect):
    instance = f"uuid:{uuid.uuid4()}"
    send(collect, submission(instance=instance), foto=jpeg())
    other = submission(filled(end="2026-11-20T10:00:00.000-07:00"), instance=instance)
    for _time in range(2):
        assert send(collect, other, foto=jpeg()).status_code == 409
    assert InboxRecord.objects.filter(record_id=instance).count() == 2
    assert held() == {"odk": "changed", "attachment": "missing"}
    assert InboxRecord.objects.filter(state="held").count() == 2
    assert Petition.objects.get().attachments.count() == 1


@pytest.mark.parametrize(
    "xml",
    [
        b'<data id="aldaba" version="1"/>',
        b'<data id="aldaba" version="1"><meta><instanceID> </instanceID></meta></data>',
        b'<data id="aldaba" version="1"><meta><instanceID>' + b"x" * 200 + b"</instanceID></meta></data>",
        b"<data",
        b"",
        b"no es XML",
        '<?xml version="1.0" encoding="UTF-8"?><data>ñ</data>'.encode("latin-1"),
        b'<?xml version="1.0" encoding="klingon"?><data/>',
        b"<data>" + b"<a>" * 100 + b"</a>" * 100 + b"</data>",
        b'<!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><data>&b;</data>',
        b'<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]><data>&x;</data>',
        b'<!DOCTYPE data SYSTEM "http://127.0.0.1:1/x.dtd"><data/>',
    ],
    ids=[
        "none",
        "blank",
        "long",
        "broken",
        "empty",
        "text",
        "latin",
        "klingon",
        "deep",
        "laughs",
        "file",
        "dtd",
    ],
)
def test_what_has_no_instance_or_is_no_honest_xml_is_400_and_nothing_is_kept(collect, xml):
    answer = send(collect, xml)
    assert answer.status_code == 400
    assert "Nada se guardó" in message(answer)
    assert not InboxRecord.objects.exists()


def test_a_form_or_version_that_is_not_ours_is_404(collect):
    for meta in ({"form": "otro"}, {"version": "2026"}, {"version": "0123456789ab-0123456789ab"}):
        assert send(collect, submission(**meta)).status_code == 404
    assert not InboxRecord.objects.exists()


def test_a_form_filled_before_the_catalogue_changed_is_still_taken(collect):
    before = submission()
    CategoryFactory(code="fuga", name="Fuga")
    assert b"fuga" in collect.get("forms/aldaba.xml").content
    assert send(collect, before).status_code == 201
