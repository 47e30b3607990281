"""The key in the address: who carries it, until when, and that it is in no log."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from backend.config.logs import QuietFormatter
from field.models import Device, InboxRecord, Petition
from field.services.devices import revoke_device
from field.sync.filing import file_records
from field.sync.inbox import refile_stranded
from field.sync.kinds import Filed, Incoming
from tests.field.odk.answers import held, jpeg
from tests.field.odk_client import send, submission

pytestmark = pytest.mark.django_db(transaction=True)


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
