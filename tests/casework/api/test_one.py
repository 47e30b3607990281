"""One petition of ``/api/v1/petitions/``."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from field.models import Status
from tests.casework.api.addresses import URL


def test_one_petition_comes_with_its_history_its_moves_and_who_asked(office, receive, sign_in):
    petition = receive(received_at=timezone.now())
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    properties = sign_in("enlace").get(f"{URL}{petition.pk}/").json()["properties"]
    assert [step["text"] for step in properties["history"]] == [
        "Se recibió en un recorrido y se canalizó a Alumbrado",
        "Alumbrado la abrió y la tiene en seguimiento",
    ]
    assert properties["petitioner"]["phone"] == "669 123 4567"
    assert [move["name"] for move in properties["moves"]] == ["schedule", "attend", "hand_back", "note"]
    assert properties["due_explained"].startswith("10 días hábiles: vence el")


def test_a_supervisor_reads_the_steps_but_neither_the_words_nor_who_asked(office, receive, sign_in):
    petition = receive()
    change_status(
        petition=petition, move="note", by=office.staff["auxiliar"], given=Given(note="Llamó llorando")
    )
    response = sign_in("supervisor").get(f"{URL}{petition.pk}/")
    assert response.json()["properties"]["petitioner"] is None
    assert "llorando" not in response.content.decode()
    assert "María" not in response.content.decode()


@pytest.mark.parametrize("person", ["enlace_obras", "asesor", "promotor", "supervisor", "auxiliar"])
def test_what_one_may_not_know_of_is_not_there(office, receive, sign_in, person):
    complaint = receive(office.complaint)
    response = sign_in(person).get(f"{URL}{complaint.pk}/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["no-es-nada", "8f14e45f-ceea-467f-a8c5-2b1d6f0c9e11", "%00"])
def test_what_is_not_a_petition_is_a_problem(office, sign_in, key):
    assert sign_in("jefe").get(f"{URL}{key}/").status_code in (404, 422)


def test_due_explained_names_the_day_that_does_not_count(office, receive, sign_in):
    petition = receive(received_at=datetime(2026, 11, 13, 18, tzinfo=UTC))
    assert petition.due_on == date(2026, 11, 30)
    explained = sign_in("jefe").get(f"{URL}{petition.pk}/").json()["properties"]["due_explained"]
    assert "30 de noviembre" in explained
    assert "16 de noviembre (Día de la Revolución)" in explained
    assert petition.status == Status.UNREAD
