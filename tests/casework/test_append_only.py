"""A boleta's history and its referrals: nobody rewrites them, the law alone takes words and photos out."""

from __future__ import annotations

import io
from typing import Any

import pytest

from backend.casework import persons
from backend.casework.given import Given
from backend.casework.models import Referral, StatusChange
from backend.casework.services.statuses import change_status
from field.models import Petition
from field.services.attachments import store_attachment
from tests.casework.conftest import Office, Receive
from tests.field.pictures import picture
from tests.past import assert_refused

HISTORY = [
    "DELETE FROM casework_statuschange",
    "UPDATE casework_statuschange SET note = ''",
    "UPDATE casework_statuschange SET at = at - interval '1 day'",
    "UPDATE casework_statuschange SET by_id = NULL",
    "UPDATE casework_statuschange SET to_status = 'concluida'",
    "UPDATE casework_statuschange SET evidence_id = NULL",
    "DELETE FROM casework_referral",
    "UPDATE casework_referral SET due_on = due_on + 30",
    "UPDATE casework_referral SET reason = 'otra cosa'",
]


def rows() -> list[Any]:
    return [*StatusChange.objects.order_by("pk").values(), *Referral.objects.order_by("pk").values()]


@pytest.fixture
def attended(office: Office, receive: Receive, settings: Any, tmp_path: Any) -> Petition:
    settings.MEDIA_ROOT = tmp_path
    petition, by = receive(), office.staff["director"]
    photo = store_attachment(source=io.BytesIO(picture()), user=by).attachment
    change_status(
        petition=petition,
        move="refer_again",
        by=by,
        given=Given(note="La señora Peña lo pidió", department=office.streets),
    )
    change_status(petition=petition, move="open", by=by)
    change_status(
        petition=petition, move="attend", by=by, given=Given(note="Se habló con ella", evidence=photo)
    )
    return petition


@pytest.mark.parametrize("sql", HISTORY)
def test_history_is_rewritten_by_nobody(attended: Petition, sql: str) -> None:
    before = rows()
    assert_refused(sql)
    assert rows() == before


def test_a_petition_with_a_history_is_not_deleted(attended: Petition) -> None:
    assert_refused("DELETE FROM casework_statuschange WHERE petition_id = %s", attended.pk)


def test_erasing_takes_words_and_photos_out_and_leaves_every_step(attended: Petition) -> None:
    before = rows()
    told = persons.read(attended.pk)
    assert {passage.key.partition(":")[0] for passage in told} == {"note", "reason", "evidence"}
    persons.write(attended.pk, {passage.key: "" for passage in told})
    assert persons.read(attended.pk) == []
    erased = {"note": "", "evidence_id": None, "reason": ""}
    assert rows() == [row | {name: erased[name] for name in erased if name in row} for row in before]
    assert_refused("UPDATE casework_statuschange SET note = 'x'")
