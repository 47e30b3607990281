"""A person is found in all that was written in the work on boletas, by an index of each text."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, models
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.casework.models import Referral, StatusChange
from backend.privacy.finding import Sought, candidates, telling
from backend.validation.models import Call
from campaigns.models import Encounter
from field.models import Petition, Petitioner
from field.services.petitions import PetitionerIntake
from tests.campaigns.rows import EncounterFactory
from tests.casework.conftest import Receive

NAME, NUMBER, EMAIL = "Zoraida Xicoténcatl", "669 999 8877", "zoraida@correo.test"
#: Each text of the work, the index by which it is found, and how a petition gets one.
TEXTS: dict[str, tuple[str, Any, str, Callable[[Petition, str], object]]] = {
    "step": (
        "status_change_note",
        StatusChange,
        "note",
        lambda petition, text: StatusChange.objects.create(
            petition=petition, move="open", to_status="en_seguimiento", at=timezone.now(), note=text
        ),
    ),
    "referral": (
        "referral_reason",
        Referral,
        "reason",
        lambda petition, text: Referral.objects.create(
            petition=petition,
            department=petition.category.department,
            at=timezone.now(),
            working_days=10,
            due_on="2026-12-15",
            reason=text,
        ),
    ),
    "call": (
        "validation_call_words",
        Call,
        "words",
        lambda petition, text: Call.objects.create(
            petition=petition, result="positive", words=text, at=timezone.now()
        ),
    ),
    "door": (
        "encounter_note",
        Encounter,
        "note",
        lambda petition, text: EncounterFactory(
            visit__crew=None, outcome="petition", note=text
        ).petitions.add(petition),
    ),
    "door undone": (
        "encounter_withdrawn_why",
        Encounter,
        "withdrawn_why",
        lambda petition, text: EncounterFactory(
            visit__crew=None, outcome="petition", withdrawn_why=text
        ).petitions.add(petition),
    ),
}


@pytest.fixture(params=TEXTS)
def write(request: Any) -> Callable[[Petition, str], object]:
    return TEXTS[request.param][3]


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Habló ZORAIDA, de los Xicotencatl de enfrente", Sought(NAME)),
        ("Quien abrió dice que es Xicoténcatl Zoraida.", Sought("zoraida xicotencatl")),
        ("Llamar al (669) 999-88-77 por la tarde", Sought(phone=NUMBER)),
        ("999 88 77, o al 911", Sought(phone="+52 1 669 999 8877")),
        ("Son 3 lámparas; tel. 9 9 9.8 8.7 7", Sought(phone=NUMBER)),
        ("Que le escriban a Zoraida@Correo.TEST", Sought(email=EMAIL)),
        ("Escribir a zoraida@correo.test", Sought("Nadie Conocido", NUMBER, EMAIL)),
        ("La buscó Zoraida Xicoténcatl", Sought("Otra", besides=(Sought(NAME),))),
    ],
)
def test_who_is_named_is_found_however_they_are_written(
    receive: Receive, write: Any, text: str, sought: Sought
) -> None:
    petition, _other = receive(), receive()
    write(petition, text)
    if not sought.besides:  # those are told of elsewhere
        assert candidates(sought) == [petition]
    assert _found(sought) == 1


@pytest.mark.parametrize(
    "text",
    ["Habló Zoraida, sin más", "999 y luego 12345 y 8877", "66 99 99 88 de 77", "otra@correo.test", "%", "_"],
)
def test_who_is_not_named_is_not_found(receive: Receive, write: Any, text: str) -> None:
    write(receive(), text)
    assert candidates(Sought(NAME, NUMBER, EMAIL)) == []
    assert _found(Sought(NAME, NUMBER, EMAIL)) == 0


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_is_looked_through_by_its_index(receive: Receive, name: str) -> None:
    index, model, column, put = TEXTS[name]
    put(receive(), "Nadie contestó")
    one = model.objects.order_by("pk").last()
    put_again(one, 2_000, **{column: "Se habló con quien abrió la puerta y se le dejó el folio"})
    rows = telling(model.objects.order_by(), column, Sought(NAME, NUMBER, EMAIL))
    plan = _plan_of(model, rows)
    assert plan.count(f"Bitmap Index Scan on {index}") == 3, plan


def test_an_e_mail_is_looked_up_by_its_index(receive: Receive) -> None:
    person = PetitionerIntake(name="Alguien", email="Zoraida@correo.test", consent=True, notice="2026-1")
    own, _other = receive(petitioner=person), receive()
    with CaptureQueriesContext(connection) as queries:
        assert candidates(Sought(email=EMAIL)) == [own]
    [asked] = [query["sql"] for query in queries if "UPPER" in query["sql"]]
    assert """UPPER("field_petitioner"."email"::text) = UPPER(""" in asked
    rows = Petitioner.objects.exclude(email="").filter(email__iexact=EMAIL)
    assert "petitioner_email" in _plan_of(Petitioner, rows)


def put_again(one: models.Model, times: int, **changes: str) -> None:
    """As many rows more like one, but for these columns: what a plan is made for."""
    for name, value in changes.items():
        setattr(one, name, value)
    rows = [copy(one) for _ in range(times)]
    for row in rows:
        row.pk = uuid4() if isinstance(one.pk, UUID) else None
    type(one).objects.bulk_create(rows)


def _plan_of(model: type[models.Model], rows: QuerySet[Any]) -> str:
    """How the database would go about it, knowing what there is now."""
    with connection.cursor() as cursor:
        # Of few rows, a table is always read whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"ANALYZE {model._meta.db_table}")
    return rows.explain()


def test_finding_costs_the_same_however_many_there_are(receive: Receive) -> None:
    counts = []
    for _round in range(2):
        for _number in range(3):
            petition = receive(description=f"Mi vecina {NAME}")
            for _index, _model, _column, put in TEXTS.values():
                put(petition, f"{NAME}, {NUMBER}, {EMAIL}")
        with CaptureQueriesContext(connection) as queries:
            candidates(Sought(NAME, NUMBER, EMAIL))
        counts.append(len(queries))
    assert counts == [10, 10]


def _found(sought: Sought) -> int:
    tables = ((model, column) for _index, model, column, _write in TEXTS.values())
    return sum(telling(model.objects.all(), column, sought).count() for model, column in tables)
