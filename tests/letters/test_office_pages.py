"""What the office sets for its letters, over HTTP."""

from __future__ import annotations

from django.urls import reverse

from backend.letters.models import Letterhead, LetterSeries
from backend.letters.services.issuing import issue_letter
from geo.clock import local_today


def test_a_template_is_tried_as_it_is_typed_and_its_faults_are_told(receive, sign_in):
    receive()
    page = sign_in("jefe").post(
        reverse("letters:template-try"),
        {"kind": "respuesta", "subject": "{asunto}", "body": "{vence} {nada}"},
    )
    text = page.content.decode()
    assert "luminaria apagada" in text
    assert "{nada}" in text
    assert "María" not in text


def test_a_template_with_a_wrong_placeholder_goes_back_with_its_words(sign_in):
    data = {"kind": "respuesta", "name": "Mía", "subject": "x", "body": "{folio.__class__}", "active": "on"}
    answer = sign_in("jefe").post(reverse("letters:template-new"), data)
    assert answer.status_code == 422
    assert "{folio.__class__}" in answer.content.decode()
    data["body"] = "{folio}"
    assert sign_in("jefe").post(reverse("letters:template-new"), data).status_code == 302


def test_a_series_in_use_keeps_its_code_and_the_last_one_stays_in_use(office, draft, sign_in):
    issue_letter(letter=draft(), by=office.staff["jefe"])
    series = LetterSeries.objects.get(code="DAC")
    address = reverse("letters:series", args=[series.pk])
    good = {"code": "DAC", "name": series.name, "format": "{año}/{serie}/{numero}", "active": "on"}
    jefe = sign_in("jefe")
    assert jefe.post(address, good | {"code": "OTRA"}).status_code == 422
    assert jefe.post(address, {k: v for k, v in good.items() if k != "active"}).status_code == 422
    assert jefe.post(address, good | {"format": "{serie}"}).status_code == 422
    assert jefe.post(address, good).status_code == 302
    assert issue_letter(letter=draft(), by=office.staff["jefe"]).number == f"{local_today().year}/DAC/0002"


def test_the_letterhead_is_kept_and_shown_on_the_next_paper(office, sign_in):
    data = {"office": "Oficina del Pueblo", "answer_days": 5, "signer_name": "Ana", "signer_post": "Jefa"}
    assert sign_in("jefe").post(reverse("letters:letterhead"), data).status_code == 302
    assert Letterhead.current().office == "Oficina del Pueblo"
