"""ODK Collect over real HTTP: each answer that OpenRosa asks for."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from backend.config.celery import app
from backend.config.logs import QuietFormatter
from campaigns.models import Encounter, Programme, Tour, Visit
from field.folio import format_folio
from field.models import Device, InboxRecord, Petition, PetitionAttachment, PrivacyNotice
from field.odk.visits import visits_csv
from field.services.devices import open_enrolment, revoke_device
from field.sync.filing import file_records
from field.sync.inbox import refile_stranded
from field.sync.kinds import Filed, Incoming
from tests.factories import CategoryFactory, PlaceFactory
from tests.field.odk_client import filled, point, send, submission

pytestmark = pytest.mark.django_db(transaction=True)

QUESTIONS = [
    {"key": "tamano", "label": "¿De qué tamaño?", "type": "choice", "options": ["Chico", "Muy grande"]},
    {"key": "agua", "label": "¿Tiene agua?", "type": "yes_no"},
    {"key": "metros", "label": "¿Cuántos metros?", "type": "number"},
    {"key": "color", "label": "¿De qué color?", "type": "text"},
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture(autouse=True)
def town(db):
    CategoryFactory(code="bache", name="Bache", questions=QUESTIONS)
    PrivacyNotice.objects.create(version="2026-1", text="Sus datos…", published_at=timezone.now())
    return PlaceFactory(column=0, code="C0000", name="Centro")


@pytest.fixture
def visit(town):
    today = timezone.localdate()
    programme = Programme.objects.create(code="toca", name="El Alcalde toca tu puerta")
    tour = Tour.objects.create(programme=programme, name="Centro", starts_on=today, ends_on=today)
    return Visit.objects.create(tour=tour, place=town, date=today)


@pytest.fixture
def key(promotor):
    opened = open_enrolment(user=promotor, name="Collect 1", by=None)
    return opened.odk["general"]["server_url"].rpartition("/")[2]


@pytest.fixture
def collect(live_server, key):
    with httpx.Client(base_url=f"{live_server.url}/odk/key/{key}/", timeout=60) as client:
        yield client


def jpeg(colour: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (colour, 30, 60)).save(out, "JPEG")
    return out.getvalue()


def message(response: httpx.Response) -> str:
    root = ElementTree.fromstring(response.content)
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    return root[0].text or ""


def held() -> dict[str, str]:
    """What is held, by kind: the code of its first error."""
    rows = InboxRecord.objects.filter(state="held").values_list("kind", "errors")
    return {kind: errors[0]["code"] for kind, errors in rows}


# --- what a tablet downloads --------------------------------------------------------------------


def test_every_answer_says_that_it_is_openrosa_and_none_opens_a_session(collect, visit):
    for path in ("formList", "forms/aldaba.xml", "forms/aldaba/manifest", "forms/aldaba/visitas.csv", "nada"):
        answer = collect.get(path)
        if path == "nada":
            continue
        assert answer.status_code == 200
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        assert answer.headers["Content-Language"] == "es"
        assert answer.headers["Date"]
        assert "Set-Cookie" not in answer.headers
        if not path.endswith(".csv"):
            assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"


def test_the_list_names_the_form_and_its_hash_is_of_the_very_bytes(collect):
    root = ElementTree.fromstring(collect.get("formList").content)
    assert root.tag == "{http://openrosa.org/xforms/xformsList}xforms"
    (item,) = root
    told = {child.tag.rpartition("}")[2]: child.text for child in item}
    assert set(told) == {"formID", "name", "version", "hash", "downloadUrl", "manifestUrl"}
    assert all(told.values())
    xml = collect.get(told["downloadUrl"]).content
    assert told["hash"] == "md5:" + hashlib.md5(xml).hexdigest()
    data = ElementTree.fromstring(xml).find(".//{*}instance/{*}data")
    assert (data.get("id"), data.get("version")) == (told["formID"], told["version"])


def test_another_form_is_not_listed_nor_handed_out(collect):
    assert len(ElementTree.fromstring(collect.get("formList?formID=otro").content)) == 0
    assert collect.get("forms/otro.xml").status_code == 404
    assert collect.get("forms/otro/manifest").status_code == 404


def test_a_description_is_sent_only_when_asked_for(collect):
    assert b"descriptionText" not in collect.get("formList").content
    assert b"<descriptionText>Puertas" in collect.get("formList?verbose=true").content


def test_without_a_catalogue_the_list_is_empty(collect):
    from field.models import Category

    Category.objects.update(active=False)
    assert len(ElementTree.fromstring(collect.get("formList").content)) == 0


def test_the_manifest_brings_the_tablets_visits_as_an_entity_list(collect, visit):
    root = ElementTree.fromstring(collect.get("forms/aldaba/manifest").content)
    assert root.tag == "{http://openrosa.org/xforms/xformsManifest}manifest"
    (item,) = root
    told = {child.tag.rpartition("}")[2]: child.text for child in item}
    assert item.get("type") == "entityList"
    assert told["filename"] == "visitas.csv"
    data = collect.get(told["downloadUrl"])
    assert told["hash"] == "md5:" + hashlib.md5(data.content).hexdigest()
    header, row = data.text.strip().split("\r\n")
    assert header == "name,label,__version,kind,place,date,geometry"
    assert row.startswith(f"{visit.pk}.")
    assert "Centro" in row
    assert "El Alcalde toca tu puerta" in row


def test_the_list_is_the_tablets_own(collect, visit, director):
    from campaigns.models import Crew

    visit.crew = Crew.objects.create(name="Otra", supervisor=director)
    visit.save()
    assert collect.get("forms/aldaba/visitas.csv").text.count("\r\n") == 1


# --- what a tablet submits ----------------------------------------------------------------------


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


def test_too_much_is_413(collect, settings):
    long = submission(filled(petition={"category": "bache", "description": "x" * (10 * 2**20)}))
    assert send(collect, long).status_code == 413
    settings.ODK_MAX_BYTES = 20_000
    assert send(collect, submission(), foto=b"x" * 20_000).status_code == 413
    assert not InboxRecord.objects.exists()


# --- corrections --------------------------------------------------------------------------------


def test_a_correction_is_201_and_kept_for_a_person(collect):
    instance, edited = f"uuid:{uuid.uuid4()}", f"uuid:{uuid.uuid4()}"
    send(collect, submission(instance=instance))
    correction = submission(instance=edited, edits=instance)
    assert send(collect, correction).status_code == 201
    assert send(collect, correction).status_code == 202
    assert held() == {"odk": "edited"}
    assert str(Petition.objects.get().pk) == instance.removeprefix("uuid:")


def test_a_correction_of_a_version_already_corrected_is_202_and_a_conflict(collect):
    original, one, two, three = (f"uuid:{uuid.uuid4()}" for _ in range(4))
    send(collect, submission(instance=original))
    assert send(collect, submission(instance=one, edits=original)).status_code == 201
    assert send(collect, submission(instance=two, edits=one)).status_code == 201
    assert send(collect, submission(instance=three, edits=original)).status_code == 202
    codes = InboxRecord.objects.filter(state="held").order_by("pk").values_list("errors__0__code", flat=True)
    assert list(codes) == ["edited", "edited", "edit_conflict"]
    assert Petition.objects.count() == 1


def test_a_late_retry_of_the_original_after_its_correction_is_202(collect):
    original, edited = f"uuid:{uuid.uuid4()}", f"uuid:{uuid.uuid4()}"
    xml = submission(instance=original)
    send(collect, xml)
    send(collect, submission(instance=edited, edits=original))
    assert send(collect, xml).status_code == 202
    assert Petition.objects.count() == 1


def test_a_correction_that_outruns_its_original_is_filed_and_the_original_kept(collect):
    original, edited = f"uuid:{uuid.uuid4()}", f"uuid:{uuid.uuid4()}"
    assert send(collect, submission(instance=edited, edits=original), foto=jpeg()).status_code == 201
    assert send(collect, submission(instance=original)).status_code == 202
    petition = Petition.objects.get()
    assert str(petition.pk) == original.removeprefix("uuid:")
    assert petition.attachments.count() == 1
    assert held() == {"odk": "superseded"}


# --- doors --------------------------------------------------------------------------------------


def choice(device: Device, word: str) -> str:
    """The row of the tablet's list in which ``word`` stands."""
    lines = visits_csv(device=device).decode().splitlines()
    return next(line for line in lines if word in line).partition(",")[0]


def test_a_petition_at_a_visit_is_a_door_too(collect, visit):
    collect.get("formList")
    door = {"visit": choice(Device.objects.get(), "Centro"), "outcome": "petition"}
    assert send(collect, submission(filled(door=door))).status_code == 201
    encounter = Encounter.objects.get()
    assert (encounter.visit, encounter.outcome) == (visit, "petition")
    assert encounter.petitions.get() == Petition.objects.get()
    assert held() == {}


def test_a_door_without_a_petition_and_the_return_to_it(collect, visit):
    collect.get("formList")
    device = Device.objects.get()
    now = timezone.localtime().isoformat(timespec="milliseconds")
    door = {
        "visit": choice(device, "Centro"),
        "outcome": "come_back",
        "note": "Por la tarde",
        "door_location": point(),
    }
    answer = send(collect, submission({"start": now, "end": now, "door": door}))
    assert answer.status_code == 201
    assert "Folio" not in message(answer)
    first = Encounter.objects.get()
    assert (first.outcome, first.note, first.accuracy_m) == ("come_back", "Por la tarde", 6.5)
    door = {"visit": choice(device, "Volver"), "outcome": "nothing_to_ask"}
    assert send(collect, submission({"start": now, "end": now, "door": door})).status_code == 201
    assert Encounter.objects.get(outcome="nothing_to_ask").follows == first
    assert "Volver" not in visits_csv(device=device).decode()
    assert held() == {}


def test_a_visit_that_is_not_here_holds_the_door_and_files_the_petition(collect):
    door = {"visit": f"{uuid.uuid4()}.abcdef01", "outcome": "petition"}
    assert send(collect, submission(filled(door=door))).status_code == 201
    assert Petition.objects.count() == 1
    assert held() == {"encounter": "not_here_yet"}


# --- what is not as it must be ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"end": "2031-01-01T00:00:00.000-07:00"}, "impossible_time"),
        ({"end": "ayer"}, "time"),
        ({"petition": {"category": "nadie", "location": "1 2 0 3"}}, "unknown_category"),
        ({"petition": {"category": "bache"}}, "nowhere"),
        ({"petition": {"category": "bache", "location": "norte"}}, "model_type"),
        ({"petition": {"category": "bache", "location": "nan nan 0 nan"}}, "coordinates"),
    ],
)
def test_a_petition_that_cannot_be_filed_is_held_with_its_photos(collect, changes, code):
    answer = send(collect, submission(filled(**changes)), foto=jpeg())
    assert answer.status_code == 201
    assert held() == {"petition": code, "attachment": "not_here_yet"}
    assert not Petition.objects.exists()


def test_a_photo_that_is_none_costs_only_itself(collect):
    answer = send(collect, submission(), uno=jpeg(), roto=b"no soy una foto")
    assert answer.status_code == 201
    assert "roto.jpg" in message(answer)
    assert Petition.objects.get().attachments.count() == 1
    assert held() == {"attachment": "refused"}


@pytest.mark.parametrize(
    "end", ["2026-11-20T10:00:00.000-07", "2026-11-20T10:00:00.000-0700", "2026-11-20T17:00:00.000Z"]
)
def test_times_are_read_as_each_collect_writes_them(collect, end, monkeypatch):
    now = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
    monkeypatch.setattr("field.odk.views.timezone.now", lambda: now)
    assert send(collect, submission(filled(end=end))).status_code == 201
    assert Petition.objects.get().captured_at == dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)


def test_without_consent_no_person_is_kept(collect):
    petition = filled()["petition"] | {"consent": "no"}
    assert send(collect, submission(filled(petition=petition))).status_code == 201
    assert not hasattr(Petition.objects.get(), "petitioner")
    # Nor for one whom the form never asked: a client of another making may say anything.
    assert send(collect, submission(filled(petition=petition | {"who": "anonymous"}))).status_code == 201


def test_a_body_that_is_no_form_or_was_cut_is_400(collect, live_server):
    assert (
        collect.post("submission", content=b"<data/>", headers={"Content-Type": "text/xml"}).status_code
        == 400
    )
    assert collect.post("submission", files={"otro": ("a.xml", b"<a/>")}).status_code == 400
    boundary = "zzz"
    part = 'Content-Disposition: form-data; name="xml_submission_file"; filename="a.xml"'
    cut = f"--{boundary}\r\n{part}\r\n\r\n".encode() + submission()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    assert collect.post("submission", content=cut, headers=headers).status_code == 400
    assert not InboxRecord.objects.exists()


# --- keys ---------------------------------------------------------------------------------------


def test_the_qr_key_enrols_on_first_use_also_by_several_requests_at_once(collect):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: collect.get("formList").status_code, range(4)))
    assert answers == [200] * 4
    assert Device.objects.count() == 1


def test_a_strangers_key_is_403(live_server):
    for path in ("formList", "forms/aldaba.xml", "submission"):
        answer = httpx.get(f"{live_server.url}/odk/key/123.abc/{path}")
        assert answer.status_code == (405 if path == "submission" else 403)
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert not Device.objects.exists()


def test_a_revoked_key_gets_no_form_but_what_it_submits_is_kept_for_a_person(collect):
    collect.get("formList")
    revoke_device(device=Device.objects.get(), by=None)
    assert collect.get("formList").status_code == 403
    assert collect.head("submission").status_code == 204
    assert send(collect, submission(), foto=jpeg()).status_code == 202
    assert held() == {"odk": "revoked", "attachment": "not_here_yet"}
    assert not Petition.objects.exists()
    # Somebody answers for it, as the office's tray does.
    (row,) = InboxRecord.objects.filter(kind="odk")
    body = json.loads(row.raw) | {"accept": True}
    incoming = Incoming(row.record_id, row.kind, body, row.received_at, row.device, row.user_id)
    (outcome,) = file_records([incoming])
    assert isinstance(outcome, Filed)
    refile_stranded()
    assert Petition.objects.get().attachments.count() == 1


def test_a_key_revoked_long_ago_is_403_and_nothing_is_kept(collect, settings):
    collect.get("formList")
    device = revoke_device(device=Device.objects.get(), by=None)
    Device.objects.update(revoked_at=device.revoked_at - dt.timedelta(days=settings.ODK_GRACE_DAYS + 1))
    assert collect.head("submission").status_code == 403
    assert send(collect, submission()).status_code == 403
    assert not InboxRecord.objects.exists()


def test_the_key_is_in_no_log(collect, key, monkeypatch):
    """Neither a refusal's nor a crash's, with its traceback."""
    log = io.StringIO()
    (handler,) = (one for one in logging.getLogger().handlers if isinstance(one.formatter, QuietFormatter))
    monkeypatch.setattr(handler, "stream", log)
    monkeypatch.setattr(logging.getLogger("httpx"), "disabled", True)

    def crash(*, device: Device) -> bytes:
        raise RuntimeError(f"http://aldaba/odk/key/{key}/formList")

    monkeypatch.setattr("field.odk.views.visits_csv", crash)
    assert collect.get("forms/otro.xml").status_code == 404
    assert collect.get("no-hay-nada").status_code == 404
    assert send(collect, b"<data").status_code == 400
    assert collect.get("forms/aldaba/manifest").status_code == 500
    written = log.getvalue()
    assert "/odk/key/…/no-hay-nada" in written
    assert "RuntimeError" in written
    assert key not in written


# --- at once ------------------------------------------------------------------------------------


def test_the_same_submission_from_four_connections_is_one_petition(live_server, key, collect):
    collect.get("formList")
    xml = submission()

    def hand_in(_n: int) -> int:
        with httpx.Client(base_url=f"{live_server.url}/odk/key/{key}/", timeout=60) as client:
            return send(client, xml, foto=jpeg()).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(hand_in, range(4)))
    assert set(answers) <= {201, 202}
    assert 201 in answers
    assert Petition.objects.get().attachments.count() == 1
    assert held() == {}


def test_an_original_and_its_correction_at_once_are_one_petition(live_server, key, collect):
    collect.get("formList")
    original, edited = f"uuid:{uuid.uuid4()}", f"uuid:{uuid.uuid4()}"
    both = [submission(instance=original), submission(instance=edited, edits=original)]

    def hand_in(xml: bytes) -> int:
        with httpx.Client(base_url=f"{live_server.url}/odk/key/{key}/", timeout=60) as client:
            return send(client, xml).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(hand_in, both * 2)) <= {201, 202}
    assert Petition.objects.count() == 1
    assert list(held()) == ["odk"]
    assert held()["odk"] in ("edited", "superseded")


def test_corrections_of_one_version_at_once_are_one_correction_and_one_conflict(live_server, key, collect):
    original = f"uuid:{uuid.uuid4()}"
    send(collect, submission(instance=original))
    corrections = [submission(edits=original) for _ in range(3)]

    def hand_in(xml: bytes) -> int:
        with httpx.Client(base_url=f"{live_server.url}/odk/key/{key}/", timeout=60) as client:
            return send(client, xml).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(hand_in, corrections)) == [201, 202, 202]


def test_a_body_sent_in_chunks_is_read_whole(key, collect, rf):
    """As gunicorn hands one over: without a length, and ended for us."""
    from field.odk.multipart import submission_parts

    request = httpx.Request("POST", "http://x/", files={"xml_submission_file": ("a.xml", submission())})
    body = request.read()
    django = rf.post("/")
    django.META |= {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    django.META["CONTENT_TYPE"] = request.headers["Content-Type"]
    with submission_parts(django) as parts:
        assert parts.xml.startswith(b"<?xml")


def test_a_large_photo_goes_to_disk_and_not_to_memory(rf):
    from field.odk.multipart import submission_parts

    files = [
        ("xml_submission_file", ("a.xml", b"<a/>")),
        ("x.jpg", ("x.jpg", b"x" * 8 * 2**20, "image/jpeg")),
    ]
    request = httpx.Request("POST", "http://x/", files=files)
    django = rf.generic("POST", "/", request.read(), content_type=request.headers["Content-Type"])
    with submission_parts(django) as parts:
        path = Path(parts.files[0].temporary_file_path())
        assert path.exists()
    assert not path.exists()


def test_without_the_database_the_answer_is_503_in_collects_own_words(collect, monkeypatch):
    def away(key: str) -> Device:
        raise OperationalError

    monkeypatch.setattr("field.odk.views.device_of", away)
    answer = send(collect, submission())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Nada se perdió" in message(answer)
