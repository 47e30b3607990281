"""What of a submission is not as it must be, and what is kept of it."""

from __future__ import annotations

import datetime as dt

import pytest

from field.models import Petition
from tests.field.odk.answers import held, jpeg, message
from tests.field.odk_client import filled, send, submission

pytestmark = pytest.mark.django_db(transaction=True)


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
