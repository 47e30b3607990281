"""The register of letters: what was issued or received stays as it was, whoever asks the database."""

from __future__ import annotations

from typing import Any

import pytest

from backend.letters.models import Letter, LetterCounter, LetterStep
from backend.letters.services.drafts import discard_draft
from backend.letters.services.forgetting import forget_in_letter
from backend.letters.services.issuing import issue_letter
from tests.past import assert_refused

FIXED = {
    "id": "id + 1000",
    "kind": "'recibido'",
    "series_id": "series_id + 1",
    "year": "year - 1",
    "sequence": "sequence + 1",
    "number": "'DAC/9999/2026'",
    "date": "date - 1",
    "received_on": "current_date - 30",
    "their_number": "'X'",
    "party_name": "'Otra persona'",
    "party_post": "'Otro cargo'",
    "party_institution": "'Otra institución'",
    "subject": "'Otro asunto'",
    "body": "'Otro texto'",
    "copies": "'Otra copia'",
    "signer_name": "'Otra firma'",
    "signer_post": "'Otro cargo'",
    "with_map": "NOT with_map",
    "pdf_id": "NULL",
    "answers_id": "id",
    "request": "gen_random_uuid()",
    "prepared_by_id": "prepared_by_id + 1",
    "entered_at": "entered_at - interval '1 day'",
    "forgotten_at": "now()",
}
#: What becomes of a letter that is out; its draft's life besides.
STILL_WRITTEN = {
    *(
        "state",
        "reason",
        "reserved",
        "answer_due_on",
        "answered_on",
        "delivery",
        "delivered_on",
        "delivered_to",
    ),
    *("scan_id", "words", "edited_at"),
}


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Letter, LetterStep, LetterCounter)]


@pytest.fixture
def issued(office: Any, draft: Any) -> Letter:
    return issue_letter(letter=draft(), by=office.staff["director"])


def test_every_column_is_either_fixed_or_still_written() -> None:
    assert {field.column for field in Letter._meta.concrete_fields} == STILL_WRITTEN | set(FIXED)


@pytest.mark.parametrize("column", FIXED)
def test_an_issued_letter_stays_as_it_was(issued: Letter, column: str) -> None:
    before = rows()
    assert_refused(f"UPDATE letters_letter SET {column} = {FIXED[column]}")
    assert rows() == before


def test_what_came_and_what_was_thrown_away_stay_as_they_were(
    office: Any, draft: Any, received: Letter
) -> None:
    assert_refused("UPDATE letters_letter SET body = '' WHERE id = %s", received.pk)
    thrown = discard_draft(letter=draft(), by=office.staff["director"], reason="Repetido")
    assert_refused("UPDATE letters_letter SET body = '' WHERE id = %s", thrown.pk)


def test_no_letter_is_deleted_nor_any_step(office: Any, draft: Any, issued: Letter) -> None:
    assert_refused("DELETE FROM letters_letter WHERE id = %s", issued.pk)
    assert_refused("DELETE FROM letters_letter WHERE id = %s", draft().pk)
    assert_refused("DELETE FROM letters_letterstep")
    assert_refused("UPDATE letters_letterstep SET note = 'x'")
    assert_refused("UPDATE letters_letterstep SET by_id = NULL")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE letters_lettercounter SET last = last - 1",
        "UPDATE letters_lettercounter SET last = last + 2",
        "UPDATE letters_lettercounter SET last = last + 1, year = year + 1",
        "DELETE FROM letters_lettercounter",
    ],
)
def test_a_counter_gives_the_next_number_and_no_other(issued: Letter, sql: str) -> None:
    assert_refused(sql)


def test_erasing_takes_people_out_and_keeps_the_number(issued: Letter) -> None:
    kept = {name: getattr(issued, name) for name in ("kind", "number", "sequence", "date", "signer_name")}
    forget_in_letter(letter=issued, texts={"party_name": "", "body": "", "pdf": ""})
    issued.refresh_from_db()
    assert (issued.party_name, issued.body, issued.pdf) == ("", "", None)
    assert {name: getattr(issued, name) for name in kept} == kept
    assert_refused("UPDATE letters_letter SET body = 'Otro texto'")
