"""At the door with the tablet: a door of each kind, petitions with photos, folios, and who may see what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from playwright.sync_api import expect

from backend.accounts.models import User
from campaigns.models import Encounter
from field.folio import format_folio
from field.models import Attachment, Petition
from tests.browser.campo import PIN, Tablet, Town, add_promise, make_town, photo
from tests.factories import SIDE, SOUTH, WEST, DeviceFactory, petition_record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

#: The bytes of a photo as the tablet keeps them, in hexadecimal: what it hashed.
HASHES_KEPT = """async () => {
  const open = indexedDB.open("aldaba-campo");
  const db = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const keys = db.transaction("photos").objectStore("photos").getAllKeys();
  return new Promise((done) => (keys.onsuccess = () => (db.close(), done(keys.result))));
}"""


#: Till a form half filled lies there with a photo.
PHOTO_IN_A_DRAFT = """async () => {
  const open = indexedDB.open("aldaba-campo");
  const db = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  for (let turn = 0; turn < 200; turn += 1) {
    const rows = db.transaction("drafts").objectStore("drafts").getAll();
    const found = await new Promise((done) => (rows.onsuccess = () => done(rows.result)));
    if (found.some((row) => row.photos.length)) return db.close();
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the photo was not kept");
}"""


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def tablet(context, page, town) -> Iterator[Tablet]:
    page.set_viewport_size({"width": 800, "height": 1280})
    tablet = Tablet(context, page)
    tablet.enrol(town)
    yield tablet
    tablet.settle()


def test_a_door_of_each_kind_and_a_petition_are_in_the_office(tablet, page, town):
    promise = add_promise(town)
    page.reload()
    tablet.type_pin()
    tablet.press("Entrar")
    expect(page.get_by_text("1 por volver")).to_be_visible()
    page.get_by_role("link", name="Benito Juárez").click()
    tablet.press("Casa verde, regresar por la tarde")
    expect(page.get_by_text("Se quedó de volver")).to_be_visible()
    for number, outcome in enumerate(
        ("Nada que pedir", "No había nadie", "Volver después", "No quiso atender"), 1
    ):
        tablet.title(f"Puerta {number}")
        tablet.located("buena")
        tablet.press(outcome)
    tablet.title("Puerta 5")
    tablet.press("Hubo petición")
    folio = tablet.capture(words="No enciende desde el lunes", picture=photo(), group="Comité de la cuadra")
    kept = page.evaluate(HASHES_KEPT)
    tablet.press("Otra petición aquí")
    second = tablet.capture(words="La de la esquina tampoco", name=None)
    tablet.press("Terminar la puerta")
    tablet.title("Puerta 6")
    tablet.all_sent()

    doors = Encounter.objects.filter(visit=town.visit).order_by("at")
    assert list(doors.values_list("outcome", flat=True)) == [
        "nothing_to_ask", "nobody_home", "come_back", "refused", "petition",
    ]  # fmt: skip
    assert Encounter.objects.get(outcome="nothing_to_ask").follows_id == promise.pk
    first, other = Petition.objects.order_by("captured_at")
    assert [format_folio(first.folio), format_folio(other.folio)] == [folio, second]
    assert set(Encounter.objects.get(outcome="petition").petitions.all()) == {first, other}
    assert first.answers == {"poste": 1123, "desde": "Esta semana", "cuadra": True}
    assert (first.location.x, first.location.y) == pytest.approx((WEST + SIDE / 2, SOUTH + SIDE / 2))
    assert (first.accuracy_m, first.location_method, first.reference) == (6, "gps", "Frente a la tienda")
    assert (first.on_behalf_of, other.on_behalf_of) == ("Comité de la cuadra", "")
    assert first.petitioner.name == "María Peña"
    assert first.petitioner.consented_at
    assert first.captured_by == town.promotor
    assert not hasattr(other, "petitioner")
    attachment = Attachment.objects.get()
    with default_storage.open(attachment.file.name) as stored:
        content = stored.read()
    assert [hashlib.sha256(content).hexdigest()] == kept == [attachment.sha256]
    assert "Cámara".encode() not in content


def test_a_folio_opens_the_public_look_up(tablet, page, context, origin):
    tablet.press("Petición fuera de visita")
    folio = tablet.capture(words="Poste ladeado", name=None)
    expect(page.get_by_role("img", name=f"Código QR del folio {folio}")).to_be_visible()
    whatsapp = page.get_by_role("link", name="WhatsApp").get_attribute("href")
    assert whatsapp.startswith("https://wa.me/?text=")
    assert folio in whatsapp
    assert page.get_by_role("link", name="SMS").get_attribute("href").startswith("sms:?body=")
    tablet.all_sent()
    looked = context.new_page()
    looked.goto(f"/publico/folio/?folio={folio}")
    expect(looked.locator("main")).to_contain_text(f"Folio {folio}")


def test_a_poor_fix_at_a_border_is_said_and_can_be_put_right_on_the_map(tablet, page):
    edge = {"latitude": SOUTH + SIDE / 2, "longitude": WEST + SIDE - 0.0002, "accuracy": 60}
    tablet.stand(edge)
    tablet.press("Petición fuera de visita")
    page.get_by_role("button", name="Bache").click()
    page.get_by_label("¿Qué pasa?").fill("Bache hondo")
    tablet.press("Seguir")
    tablet.located("mala: ±60 m")
    expect(page.locator(".notice")).to_contain_text("Está en el límite: puede ser Benito Juárez o Playa Sur.")
    tablet.press("Seguir")
    tablet.press("No, la mejoro")
    tablet.press("En el mapa")
    page.locator(".map").click(position={"x": 200, "y": 150})
    tablet.press("Seguir")
    tablet.press("Anónima")
    tablet.press("Guardar y dar folio")
    expect(page.locator(".folio-number")).to_be_visible()
    tablet.all_sent()
    petition = Petition.objects.get()
    assert petition.location_method == "map"
    assert petition.location.x < WEST + SIDE - 0.0005


def test_a_neighbour_adds_their_voice_to_an_open_petition(context, page, town, client):
    other = DeviceFactory(user=town.promotor, token="de-otra-tableta")
    record = petition_record(town.light, other)
    client.post(
        "/api/v1/sync",
        {"records": [record]},
        content_type="application/json",
        headers={"authorization": "Bearer de-otra-tableta"},
    )
    tablet = Tablet(context, page)
    tablet.enrol(town)
    tablet.press("Petición fuera de visita")
    page.get_by_role("searchbox").fill("luminaria")
    page.get_by_role("button", name="Luminaria apagada").click()
    page.get_by_role("button", name="Sí", exact=True).click()
    tablet.press("Seguir")
    expect(page.get_by_role("heading", name="Ya hay 1 petición abierta de lo mismo cerca")).to_be_visible()
    folio = format_folio(record["folio"])
    expect(page.get_by_role("button", name="Sumar su voz")).to_contain_text(f"a 0 m · folio {folio}")
    tablet.press("Sumar su voz")
    tablet.press("Seguir")
    tablet.press("Anónima")
    tablet.press("Guardar y dar folio")
    expect(page.locator(".folio-number")).to_be_visible()
    tablet.all_sent()
    tablet.settle()
    voice = Petition.objects.exclude(pk=record["id"]).get()
    assert voice.description == ""
    assert str(voice.echo_of_id) == record["id"]


def test_a_form_half_filled_outlives_the_page(tablet, page):
    tablet.press("Petición fuera de visita")
    page.get_by_role("button", name="Bache").click()
    page.get_by_label("¿Qué pasa?").fill("Un bache frente a la escuela")
    files = [{"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo()}]
    page.locator("#camara").set_input_files(files)
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
    page.evaluate(PHOTO_IN_A_DRAFT)
    page.goto("about:blank")
    page.goto("/campo/")
    tablet.type_pin()
    tablet.press("Entrar")
    expect(page.get_by_text("Quedó una petición a medias")).to_be_visible()
    tablet.press("Seguir con ella")
    expect(page.get_by_label("¿Qué pasa?")).to_have_value("Un bache frente a la escuela")
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()


def test_a_locked_tablet_captures_and_shows_nothing(tablet, page):
    tablet.press("Bloquear")
    tablet.press("Capturar sin abrir")
    tablet.press("Benito Juárez")
    tablet.press("Hubo petición")
    tablet.capture(words="Dicho con la tableta bloqueada")
    tablet.press("Terminar la puerta")
    expect(page.get_by_role("button", name="Hubo petición")).to_be_visible()
    page.goto("/campo/#/ajustes")
    expect(page.get_by_label("PIN de Rosa Ibarra")).to_be_visible()
    assert not Petition.objects.exists()
    tablet.type_pin("135799")
    tablet.press("Entrar")
    expect(page.get_by_role("alert")).to_contain_text("El PIN no es correcto")
    tablet.type_pin()
    tablet.press("Entrar")
    tablet.title("Hoy")
    tablet.all_sent()
    assert Petition.objects.get().description == "Dicho con la tableta bloqueada"
    assert Encounter.objects.get().outcome == "petition"


def test_two_people_share_a_tablet_and_each_signs_what_they_capture(tablet, page):
    page.goto("/campo/#/personal")
    tablet.press("Tomás Leyva")
    for _turn in range(2):
        tablet.type_pin("925173")
        tablet.press("Seguir")
    expect(page.get_by_text("Tomás Leyva ya puede abrir la tableta")).to_be_visible()
    tablet.press("Bloquear")
    tablet.press("Tomás Leyva")
    tablet.type_pin("925173")
    tablet.press("Entrar")
    tablet.press("Petición fuera de visita")
    tablet.capture(words="Capturada por Tomás", name=None)
    tablet.all_sent()
    assert Petition.objects.get().captured_by == User.objects.get(username="tomas")
    # Rosa forgot hers: Tomás gives her another.
    page.goto("/campo/#/personal")
    tablet.press("Darle otro PIN")
    for _turn in range(2):
        tablet.type_pin("618402")
        tablet.press("Seguir")
    expect(page.get_by_text("Rosa Ibarra ya puede abrir la tableta")).to_be_visible()
    tablet.press("Bloquear")
    tablet.press("Rosa Ibarra")
    tablet.type_pin("618402")
    tablet.press("Entrar")
    tablet.title("Hoy")


def test_screens_fit_and_are_accessible(tablet, page, assert_fits, assert_accessible):
    tablet.press("Petición fuera de visita")
    tablet.capture(words="La luminaria no enciende", picture=photo())

    def look() -> None:
        for width, height in ((800, 1280), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            assert_fits()
        assert_accessible()

    for path in ("hoy", "envios", "ajustes", "personal", "alta"):
        page.goto(f"/campo/#/{path}")
        expect(page.locator("#page")).to_have_attribute("data-screen", path)
        look()
    page.goto("/campo/#/hoy")
    tablet.to_first_door()
    look()
    tablet.press("Hubo petición")
    tablet.title("¿Qué pide?")
    look()


def test_the_shell_is_the_same_for_everybody_and_strict(client):
    response = client.get("/campo/")
    page = response.content.decode()
    assert not response.cookies
    assert "nonce" not in page
    assert not re.search(r"<style|<script(?![^>]*src=)|\son\w+=", page)
    assert "'nonce" not in response.headers["Content-Security-Policy"]
    manifest = client.get("/campo/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    assert {icon["sizes"] for icon in manifest.json()["icons"]} == {"192x192", "512x512"}
    assert PIN not in page
