"""A tablet's queue, handed in as a file."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from field.models import Attachment, InboxRecord, Petition
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, UserFactory, petition_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return DeviceFactory()


@pytest.fixture
def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "tan").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def queue(device, picture):
    PlaceFactory(column=0)
    category = CategoryFactory()
    sha256 = hashlib.sha256(picture).hexdigest()
    named = {"sha256": sha256, "content_type": "image/jpeg", "bytes": len(picture)}
    records = [petition_record(category, device) for _ in range(3)]
    records[0]["attachments"] = [named]
    return {
        "format": "aldaba-queue",
        "version": 1,
        "device": {"id": str(device.pk), "name": device.name, "series": device.series_id},
        "exported_at": "2026-11-20T17:03:12-07:00",
        "records": records,
        "photos": [named | {"base64": base64.b64encode(picture).decode()}],
        "unreadable": [],
    }


@pytest.fixture
def take_in(tmp_path, capsys, settings):
    settings.MEDIA_ROOT = tmp_path / "media"

    def run(queue, *arguments):
        path = tmp_path / "cola.json"
        path.write_text(queue if isinstance(queue, str) else json.dumps(queue))
        call_command("import_queue", str(path), "--json", *arguments)
        return json.loads(capsys.readouterr().out)

    return run


def test_a_queue_file_is_filed_as_if_it_had_been_sent(take_in, queue, device):
    report = take_in(queue)
    assert report["records"] == {"stored": 3, "repeated": 0, "held": 0, "rejected": 0}
    assert report["photos"] == {"stored": 1, "repeated": 0, "refused": 0, "missing": 0}
    petition = Petition.objects.get(pk=queue["records"][0]["id"])
    assert (petition.device, petition.captured_by) == (device, device.user)
    assert Attachment.objects.count() == 1


def test_taking_it_in_twice_doubles_nothing(take_in, queue):
    take_in(queue)
    report = take_in(queue)
    assert report["records"]["repeated"] == 3
    assert report["photos"]["repeated"] == 1
    assert (Petition.objects.count(), InboxRecord.objects.count()) == (3, 3)


def test_what_is_wrong_in_it_is_told_and_the_rest_filed(take_in, queue):
    queue["records"][1]["category"] = "no-existe"
    queue["records"].append("basura")
    queue["photos"][0]["base64"] = "no es base64"
    queue["photos"] += [7, {"sha256": "a" * 64, "base64": "ñandú"}]
    report = take_in(queue)
    assert report["records"] == {"stored": 2, "repeated": 0, "held": 1, "rejected": 1}
    assert report["photos"]["refused"] == 3
    assert report["photos"]["missing"] == 1
    assert any("/category unknown_category" in problem for problem in report["problems"])


def test_the_file_of_a_tablet_unknown_here_needs_somebody_to_answer_for_it(take_in, queue):
    queue["device"]["id"] = str(uuid.uuid4())
    with pytest.raises(CommandError, match="--user"):
        take_in(queue)
    clerk = UserFactory()
    assert take_in(queue, "--user", clerk.username)["records"]["stored"] == 3
    assert Petition.objects.filter(captured_by=clerk).count() == 3


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": "aldaba-queue", "version": 9}'])
def test_another_file_is_refused_in_words(take_in, content):
    with pytest.raises(CommandError, match="archivo"):
        take_in(content)
