"""The pages of the law of personal data: they fit every size, read aloud well, and erase only on purpose."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from backend.casework.services.statuses import append_note
from backend.privacy.keeping import Kept
from backend.privacy.services import requests, retention
from backend.privacy.services.blocking import block, open_blocked
from backend.privacy.services.looks import record_looks
from field.folio import format_folio
from field.models import Petition
from geo.clock import local_today
from tests.casework.conftest import office, receive

__all__ = ["office", "receive"]
SHOTS = os.environ.get("SHOTS", "")
SAID = {
    "holder": "María Peña",
    "identity_shown": "INE vigente",
    "contact": "maria@example.org",
    "means": "modulo",
    "asked": "Que supriman mis datos: ya no vivo ahí.",
}


@pytest.fixture
def arco(office, receive):
    chief = office.staff["jefe"]
    petitions = [
        receive(description="Soy María Peña y la luminaria no enciende.", address="Juárez 5"),
        receive(office.pothole),
    ]
    append_note(petition=petitions[0], by=chief, note="Llamó la señora Peña, del 669 123 4567.")
    made = requests.register_request(by=chief, received_on=local_today(), right="cancellation", **SAID)
    requests.tick_subjects(request=made, by=chief, petitions=[one.pk for one in petitions])
    return made


def look(page, name: str, size: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}-{size}.png", full_page=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_every_page_fits_and_is_accessible(
    page, office, arco, sign_in, visit, assert_fits, assert_accessible, size
):
    director = office.staff["director"]
    record_looks(
        user=director, purpose="boleta", petitions=list(Petition.objects.values_list("pk", flat=True))
    )
    sign_in(director)
    day = local_today().isoformat()
    requests.resolve_request(request=arco, by=director, outcome="granted", letter="Procede.")
    retention.edit_rule(kind="blocked", months=84, in_force=True, by=director)
    kept = Kept([{"where": "Boleta", "what": "Nombre", "says": "María Peña"}])
    blocked = block(kept=kept, told="ARCO-2026-0009")
    assert blocked
    open_blocked(blocked=blocked, reason="Órgano Interno de Control, oficio OIC-112/2027", by=director)
    pages = {
        "solicitudes": "/privacidad/",
        "nueva": "/privacidad/nueva/",
        "solicitud": f"/privacidad/{arco.pk}/",
        "acuse": f"/privacidad/{arco.pk}/acuse/",
        "buscar": f"/privacidad/{arco.pk}/buscar/",
        "suprimir": f"/privacidad/{arco.pk}/suprimir/",
        "consultas": f"/privacidad/consultas/?day={day}",
        "conservacion": "/privacidad/conservacion/",
        "bloqueados": "/privacidad/bloqueados/",
        "bloqueado": f"/privacidad/bloqueados/{blocked.pk}/",
    }
    for name, path in pages.items():
        visit(path, size)
        look(page, name, size)
        assert_fits()
        assert_accessible()


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_is_answered_looked_through_and_done(page, page_errors, office, arco, sign_in, visit):
    sign_in(office.staff["jefe"])
    visit(f"/privacidad/{arco.pk}/")
    page.get_by_label("Procede", exact=True).check()
    page.get_by_label("Texto de la respuesta").fill("Procede la cancelación de sus datos.")
    page.locator("form[action$='/responder/'] button").click()
    page.get_by_role("link", name="Ver qué se suprime").click()
    page.get_by_label("Para suprimir, escriba").fill("ARCO")
    page.get_by_role("button", name="Suprimir para siempre").click()
    page.get_by_text(f"Escriba {arco.number}, tal cual").wait_for()
    page_errors.clear()  # the browser tells of the 422
    assert Petition.objects.filter(petitioner__name="María Peña").count() == 2
    page.get_by_label("Para suprimir, escriba").fill(arco.number)
    page.get_by_role("button", name="Suprimir para siempre").click()
    page.get_by_text("Las boletas y sus cifras siguen.").wait_for()
    assert Petition.objects.filter(petitioner__name="").count() == 2
    first = Petition.objects.order_by("captured_at").first()
    visit(f"/boletas/{format_folio(first.folio)}/")
    text = page.locator("main").inner_text()
    assert "Peña" not in text
    assert not re.search(r"669 ?123", text)


@pytest.mark.django_db(transaction=True)
def test_a_request_is_registered_and_its_persons_boletas_ticked(page, office, receive, sign_in, visit):
    mine, other = receive(), receive()
    sign_in(office.staff["jefe"])
    visit("/privacidad/nueva/")
    page.get_by_label("Acceso: saber qué datos se tienen").check()
    page.get_by_label("de quién son los datos").fill("Maria Peña")
    page.get_by_label("cómo se identificó").fill("INE")
    page.get_by_label("dónde recibir la respuesta").fill("módulo")
    page.get_by_label("cómo llegó").select_option("modulo")
    page.get_by_label("qué pide, en sus palabras").fill("Ver mis datos.")
    page.get_by_role("button", name="Registrar").click()
    page.get_by_role("link", name="Buscar sus datos").click()
    page.get_by_label(f"Es suya: {format_folio(mine.folio)}").check()
    page.get_by_role("button", name="Guardar lo marcado").click()
    page.get_by_text("Se marcaron datos como suyos").wait_for()
    expect(page.get_by_role("link", name=format_folio(mine.folio))).to_have_count(1)
    expect(page.get_by_role("link", name=format_folio(other.folio))).to_have_count(0)
