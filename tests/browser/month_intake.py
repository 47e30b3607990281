"""How a month's forty petitions come in: by a tablet, at the desk, by telephone, by letter and by e-mail."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from playwright.sync_api import expect

from backend.casework.workflow import CORRECTED
from field.folio import format_folio, make_folio
from field.models import Petition
from tests.browser.month import Asked, Month, petitions
from tests.browser.month_desks import YEAR, Person, pdf_text


def receive_tour_and_desk(month: Month) -> None:
    """Monday the 2nd: a tablet is enrolled and hands in its tour, twice; others come to the desk."""
    month.begin_day(2)
    page = month["director"].visit("/tabletas/")
    page.get_by_role("link", name="Dar de alta una tableta").first.click()
    page.get_by_label("Nombre de la tableta").fill("Tableta 1")
    page.get_by_label("Quién la llevará").select_option(str(month.office.staff["promotor"].pk))
    page.get_by_role("button", name="Obtener el código").click()
    tablet = month.desk("promotor").context.request
    enrolled = tablet.post("/api/v1/devices/enrol", data={"code": page.locator(".code").inner_text()}).json()
    tour = [asked for asked in petitions() if asked.channel == "recorrido"]
    records = [as_record(month, asked, enrolled["folio_prefix"]) for asked in tour]
    month.folio |= {n: format_folio(record["folio"]) for n, record in enumerate(records)}
    headers = {"Authorization": f"Bearer {enrolled['token']}"}
    for _try in range(2):  # the answer to the first is lost on the way
        answer = tablet.post("/api/v1/sync", data={"records": records}, headers=headers)
        assert answer.status == 200, answer.text()
    assert Petition.objects.count() == len(tour)
    desk = [asked for asked in petitions() if asked.channel == "modulo"]
    capture_on_page(month, desk[0])
    capture_all(month, desk)


def as_record(month: Month, asked: Asked, series: str) -> dict:
    office = month.office
    kinds = {one.name: one for one in (office.lamp, office.pothole, office.to_check, office.complaint)}
    person = {**asked.person, "consent": True, "notice": "2026-1"} if asked.person else None
    return {
        "kind": "petition",
        "id": str(uuid4()),
        "folio": make_folio(YEAR % 100, series, asked.number + 1),
        "captured_at": month.clock.now().isoformat(),
        "category": kinds[asked.category].code,
        "description": asked.words,
        "answers": {},
        "location": {"type": "Point", "coordinates": list(asked.lon_lat)},
        "accuracy_m": 6,
        "location_method": "gps",
        "address": asked.address,
        "petitioner": person,
        "attachments": [],
    }


def capture_on_page(month: Month, asked: Asked) -> None:
    """One is taken down as a person does: words, channel, person, and a touch on the map; its papers open."""
    auxiliar = month["auxiliar"]
    page = auxiliar.visit("/boletas/nueva/")
    page.get_by_label("Categoría").fill(asked.category)
    page.get_by_label("Qué pide, con sus palabras").fill(asked.words)
    page.get_by_label("Por qué canal llegó").select_option(asked.channel)
    page.get_by_label("Nombre").fill(asked.person["name"])
    page.get_by_label("Teléfono").fill(asked.person["phone"])
    page.get_by_label("La persona conoce el aviso").check()
    page.get_by_label("Calle y número").fill(asked.address)
    page.locator("[data-map-ready]").click(position={"x": 200, "y": 150})
    expect(page.locator("[data-pick-answer]")).to_have_text("El punto está en Centro: queda escrito abajo.")
    auxiliar.look("captura")
    page.get_by_role("button", name="Guardar y dar folio").click()
    folio = page.locator(".big-folio").inner_text()
    month.folio[asked.number] = folio
    auxiliar.look("acuse")
    assert folio in pdf_text(auxiliar, page.get_by_role("link", name="Acuse en PDF").get_attribute("href"))
    page.get_by_role("link", name="Ver la boleta").click()
    page.get_by_role("link", name="Corregir", exact=True).click()
    page.get_by_label("Referencia").fill("Frente al kiosco")
    page.get_by_role("button", name="Guardar lo corregido").click()
    expect(page.get_by_text("Corregida.")).to_be_visible()
    month.noted("auxiliar", CORRECTED, folio)
    auxiliar.look("corregida")
    paper = page.get_by_role("link", name="Boleta en PDF").get_attribute("href")
    assert folio in pdf_text(auxiliar, paper)


def capture_all(month: Month, asked: list[Asked]) -> None:
    for one in asked:
        if one.number not in month.folio:
            month.folio[one.number] = capture(month["auxiliar"], one)


def receive_calls_letters_and_messages(month: Month) -> None:
    """Tuesday the 3rd: the telephone, the post and the office's accounts."""
    month.begin_day(3)
    auxiliar = month["auxiliar"]
    asked = petitions()[28]
    page = auxiliar.visit("/oficios/recibidos/nuevo/")
    page.get_by_label("Institución, grupo o colonia").fill("Comité de vecinos de Centro")
    page.get_by_label("Asunto").fill("Piden luz en la plaza")
    page.get_by_role("button", name="Registrar y dar número").click()
    page.get_by_role("button", name="Capturar la petición que trae").click()
    expect(page.get_by_label("Qué pide")).to_have_value(re.compile("Piden luz en la plaza"))
    page.get_by_label("Categoría").fill(asked.category)
    page.get_by_label("Calle y número").fill(asked.address)
    page.get_by_label("Nombre").fill(asked.person["name"])
    page.get_by_label("Teléfono").fill(asked.person["phone"])
    page.get_by_label("Correo").fill(asked.person["email"])
    page.get_by_label("La persona conoce el aviso").check()
    page.get_by_role("button", name="Guardar y dar folio").click()
    month.folio[asked.number] = page.locator(".big-folio").inner_text()
    capture_all(month, petitions()[20:])
    assert Petition.objects.count() == len(month.folio) == 40


def capture(person: Person, asked: Asked, begin: dict[str, Any] | None = None) -> str:
    """Take a petition down by the capture form's own fields; its folio."""
    lon, lat = asked.lon_lat
    form = {
        "id": str(uuid4()),
        "lon": lon,
        "lat": lat,
        "channel": asked.channel,
        "category": asked.category,
        "description": asked.words,
        "address": asked.address,
        **asked.person,
        **({"consent": "on"} if asked.person else {}),
    }
    answer = person.post("/boletas/nueva/", form | (begin or {}))
    assert answer.status == 302, answer.text()
    return answer.headers["location"].split("/")[2]
