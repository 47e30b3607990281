"""Letters when somebody is erased: no table and no file names them, and the register stays whole."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from backend.letters.models import Letter, LetterCounter, State
from backend.letters.services.drafts import LetterText, edit_draft
from backend.letters.services.issuing import issue_letter, record_delivery
from backend.privacy.export import export_of
from backend.privacy.finding import Sought, candidates
from backend.privacy.services import fulfilment, retention
from field.models import Attachment, Petition, Status
from geo.clock import local_today
from geo.problems import Conflict
from tests.letters.people import (
    ADDRESS,
    NAME,
    WHO,
    cancellation,
    files_that_tell,
    letters_of_her,
    rows_that_tell,
    text_of,
)


@pytest.fixture
def hers(receive):
    return receive(petitioner=WHO, address=ADDRESS)


@pytest.fixture
def letters(office, receive, hers):
    return letters_of_her(hers, receive(), office.staff["director"])


@pytest.fixture
def forget(office, hers, django_capture_on_commit_callbacks):
    """Erase her; what was chosen otherwise than proposed."""

    def _forget(**choices):
        by = office.staff["jefe"]
        asked = cancellation(hers, by)
        chosen = {f"{hers.pk}/letters/{key.replace('_', ':', 1)}": choice for key, choice in choices.items()}
        with django_capture_on_commit_callbacks(execute=True):
            fulfilment.anonymise(request=asked, choices=chosen, typed=asked.number, by=by)

    return _forget


def test_no_table_and_no_file_names_her_afterwards(letters, forget, tmp_path):
    assert {"letters_letter", "letters_letterstep", "field_petitioner"} <= rows_that_tell()
    assert len(files_that_tell(tmp_path)) == 6
    forget()
    assert rows_that_tell() == set()
    assert files_that_tell(tmp_path) == set()
    # What was theirs is gone, not only unnamed.
    gone = {letters[name].pdf_id for name in ("answer", "outside", "void", "reply")}
    gone |= {letters["answer"].scan_id, letters["came"].scan_id}
    assert not Attachment.objects.filter(pk__in=gone).exists()


def test_the_register_keeps_every_number_day_and_fingerprint(letters, forget):
    told = (
        "number",
        "year",
        "sequence",
        "date",
        "received_on",
        "delivered_on",
        "state",
        "kind",
        "signer_name",
    )
    before = list(Letter.objects.order_by("pk").values(*told))
    last = list(LetterCounter.objects.order_by("pk").values("last"))
    steps = {letter.pk: letter.steps.count() for letter in letters.values()}
    forget()
    assert list(Letter.objects.order_by("pk").values(*told)) == before
    assert list(LetterCounter.objects.order_by("pk").values("last")) == last
    for letter in Letter.objects.all():
        assert letter.steps.count() == steps[letter.pk] + 1
        assert letter.forgotten_at is not None
    answer = letters["answer"]
    assert answer.pdf_id in answer.steps.last().note


def test_what_others_said_and_where_others_live_stays(letters, forget):
    forget()
    outside = Letter.objects.get(pk=letters["outside"].pk)
    assert outside.party_name == "Ing. Rogelio Tirado"
    assert outside.body == (
        "Se pide revisar [dato suprimido], y también Juárez 9, donde vive Roberto Lizárraga."
    )


def test_the_paper_goes_though_somebody_chose_to_keep_it_once_its_words_go(letters, forget, tmp_path):
    forget(**{f"{letters['answer'].pk}_pdf": "keep", f"{letters['outside'].pk}_pdf": "keep"})
    assert not Letter.objects.exclude(pdf=None).exists()
    assert files_that_tell(tmp_path) == set()


def test_a_letter_that_says_nothing_of_her_keeps_its_paper(office, receive, hers, forget, draft):
    plain = issue_letter(
        letter=draft(
            "institucion", petitions=[hers], party_institution="CFE", body="Se pide.", subject="Poste"
        ),
        by=office.staff["director"],
    )
    forget()
    plain.refresh_from_db()
    assert (plain.pdf_id is None, plain.forgotten_at) == (False, None)


def test_a_copy_without_her_can_be_drawn_and_says_that_it_is_one(letters, forget, sign_in):
    forget()
    answer = sign_in("auxiliar").get(reverse("letters:pdf", args=[letters["answer"].pk]))
    text = text_of(answer.content)
    assert "Copia sin datos personales" in text
    assert letters["answer"].number in text
    assert "Xóchitl" not in text
    page = sign_in("auxiliar").get(reverse("letters:letter", args=[letters["answer"].pk])).content.decode()
    assert "se suprimieron los datos personales" in page
    assert "Abrir una copia sin datos" in page


def test_a_draft_that_somebody_has_open_does_not_bring_her_back(office, letters, forget):
    draft = letters["draft"]
    forget()
    text = LetterText(party_name=NAME, subject="x", body="x")
    with pytest.raises(Conflict):
        edit_draft(letter=draft, text=text, by=office.staff["director"], seen_at=draft.edited_at)
    assert rows_that_tell() == set()


def test_a_scan_that_another_letter_has_too_stays_until_that_one_goes(office, receive, letters, forget):
    elsewhere = letters_of_her(receive(), receive(), office.staff["director"])["answer"]
    shared = letters["answer"].scan
    record_delivery(
        letter=elsewhere, by=office.staff["director"], delivery="en_mano", on=local_today(), scan=shared
    )
    forget()
    assert Attachment.objects.filter(pk=shared.pk).exists()


def test_she_is_handed_her_letters_with_their_papers_and_no_one_elses(office, letters, hers):
    asked = cancellation(hers, office.staff["jefe"])
    with zipfile.ZipFile(io.BytesIO(export_of(asked))) as archive:
        page = archive.read("datos.html").decode()
        papers = [text_of(archive.read(name)) for name in archive.namelist() if name.endswith(".pdf")]
    assert f"Estimada {NAME}" in page
    assert letters["answer"].number in page
    assert sum(NAME in paper for paper in papers) == 5
    # That letter goes to an office: she is told that it speaks of her.
    assert "puede pedir que se le lea lo que dicen de usted" in page
    assert letters["outside"].number in page
    assert "Lizárraga" not in page
    assert not any("Lizárraga" in paper for paper in papers)


def test_she_is_found_by_a_letter_though_another_petitioned(office, receive, draft, hers):
    letters_of_her(receive(), receive(), office.staff["director"])
    assert len(candidates(Sought(name="zamudio xochitl"))) >= 2


def test_retention_reaches_letters_too(office, letters, hers, tmp_path, django_capture_on_commit_callbacks):
    Petition.objects.filter(pk=hers.pk).update(
        status=Status.CLOSED, status_at=timezone.now() - timedelta(days=9 * 365)
    )
    rule = retention.edit_rule(kind="closed", months=60, in_force=True, by=office.staff["jefe"])
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.apply_rule(rule=rule).erased == 1
    assert rows_that_tell() == set()
    assert files_that_tell(tmp_path) == set()
    assert Letter.objects.get(pk=letters["void"].pk).state == State.CANCELLED
