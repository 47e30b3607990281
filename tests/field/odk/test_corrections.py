"""A submission corrected on the tablet, whatever order its versions come in."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from field.models import InboxRecord, Petition
from tests.field.odk.answers import held, jpeg
from tests.field.odk_client import send, submission

pytestmark = pytest.mark.django_db(transaction=True)


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
