"""Letters of no boleta: found by their words, handed over, erased, and let go by rule."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from backend.letters.models import Kind, Letter
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.letters.services.incoming import Incoming, receive_letter
from backend.letters.services.issuing import issue_letter
from backend.privacy.export import export_of
from backend.privacy.finding import Sought, letter_candidates
from backend.privacy.models import ArcoRequest
from backend.privacy.retaining import due
from backend.privacy.services import fulfilment, requests, retention
from geo.clock import local_today
from tests.letters.people import ADDRESS, NAME, files_that_tell, rows_that_tell, scan_of, text_of
from tests.past import unguarded

LONG_AGO = timedelta(days=9 * 365)


@pytest.fixture
def exchange(office):
    """Her letter, which became no boleta, and our answer."""
    by = office.staff["director"]
    came = receive_letter(
        letter=Incoming(
            NAME, "", "", "", None, local_today(), f"Carta de {NAME}", f"Vivo en {ADDRESS}, tel. 669 987-6543"
        ),
        by=by,
        scan=scan_of(f"Yo, {NAME}, pido luz", by),
    )
    text = LetterText(
        party_name=NAME, subject="Su carta", body=f"Estimada {NAME}", signer_name="G", signer_post="D"
    )
    reply = draft_letter(kind=Kind.ANSWER, by=by, answers=came)
    return [came, issue_letter(letter=edit_draft(letter=reply, text=text, by=by), by=by)]


def asked(office, right, letters):
    by = office.staff["jefe"]
    arco = requests.register_request(
        by=by,
        received_on=local_today(),
        right=right,
        holder=NAME,
        identity_shown="INE",
        contact="módulo",
        means="modulo",
        asked="Eso.",
    )
    requests.tick_subjects(request=arco, by=by, letters=[letter.pk for letter in letters])
    return requests.resolve_request(request=arco, by=by, outcome="granted", letter="Procede.")


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(name="zamudio xochitl"), 2),
        (Sought(phone="(669) 987 6543"), 1),
        (Sought(name="Otra Persona"), 0),
        (Sought(), 0),
        (Sought(name="%_'", phone="12", email=" "), 0),
    ],
)
def test_they_are_found_however_written(exchange, sought, found):
    assert len(letter_candidates(sought)) == found


def test_they_are_ticked_looked_through_and_erased_from_the_pages(
    office, exchange, sign_in, tmp_path, django_capture_on_commit_callbacks
):
    jefe = sign_in("jefe")
    said = {"right": "cancellation", "holder": NAME, "identity_shown": "INE", "contact": "módulo"}
    by = office.staff["jefe"]
    arco = requests.register_request(by=by, received_on=local_today(), means="modulo", asked="Eso.", **said)
    found = jefe.get(reverse("privacy:find", args=[arco.pk])).content.decode()
    assert all(f"Oficio {letter.number}, sin boleta" in found for letter in exchange)
    ticks = {"letter": [letter.pk for letter in exchange] + ["x", "9" * 30]}
    assert jefe.post(reverse("privacy:find", args=[arco.pk]), ticks).status_code == 302
    assert arco.subjects.count() == 2
    assert exchange[0].number in jefe.get(reverse("privacy:request", args=[arco.pk])).content.decode()
    requests.resolve_request(request=arco, by=by, outcome="granted", letter="Procede.")
    page = jefe.get(reverse("privacy:erase", args=[arco.pk])).content.decode()
    assert f"passage:letters/{exchange[0].pk}:body" in page
    with django_capture_on_commit_callbacks(execute=True):
        jefe.post(reverse("privacy:erase", args=[arco.pk]), {"typed": arco.number})
    assert rows_that_tell() == set()
    assert files_that_tell(tmp_path) == set()
    assert [letter.number for letter in Letter.objects.order_by("pk")] == [one.number for one in exchange]


def test_what_somebody_kept_stays(office, exchange):
    arco = asked(office, "cancellation", exchange[:1])
    kept = {f"letters/{exchange[0].pk}:body": "redact"}
    fulfilment.anonymise(request=arco, choices=kept, typed=arco.number, by=office.staff["jefe"])
    assert Letter.objects.get(pk=exchange[0].pk).body.startswith(f"Vivo en {ADDRESS}")


def test_they_are_handed_over(office, exchange):
    arco = asked(office, "access", exchange)
    with zipfile.ZipFile(io.BytesIO(export_of(arco))) as archive:
        page = archive.read("datos.html").decode()
        papers = [text_of(archive.read(name)) for name in archive.namelist() if name.endswith(".pdf")]
    assert f"Vivo en {ADDRESS}" in page
    assert len(papers) == 2
    assert all(NAME in paper for paper in papers)


def test_the_rule_lets_go_of_old_ones_on_which_nothing_is_owed(
    office, exchange, draft, tmp_path, django_capture_on_commit_callbacks
):
    by = office.staff["jefe"]
    owed = receive_letter(
        letter=Incoming("Otra", "", "", "", None, local_today(), "x", answer_due_on=local_today()), by=by
    )
    official = receive_letter(letter=Incoming("Ing. T", "", "CFE", "", None, local_today(), "x"), by=by)
    about = issue_letter(letter=draft(), by=office.staff["director"])
    asked_about = receive_letter(letter=Incoming("Ella", "", "", "", None, local_today(), "x"), by=by)
    asked(office, "access", [asked_about])
    assert not due("letters", 60).exists()
    with unguarded(Letter):
        Letter.objects.update(entered_at=timezone.now() - LONG_AGO)
    assert set(due("letters", 60)) == set(exchange)
    ArcoRequest.objects.update(holder="x")
    rule = retention.edit_rule(kind="letters", months=60, in_force=True, by=by)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.apply_rule(rule=rule).erased == 2
    assert rows_that_tell() == set()
    assert files_that_tell(tmp_path) == set()
    kept = Letter.objects.filter(pk__in=[owed.pk, official.pk, about.pk, asked_about.pk])
    assert not kept.exclude(forgotten_at=None).exists()
    assert retention.apply_rule(rule=rule).erased == 0
