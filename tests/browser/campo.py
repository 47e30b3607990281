"""The tablet in a real browser: a town to visit, and what a promotor's thumb does."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from backend.accounts.models import User
from campaigns.models import Encounter, Visit
from field.models import Category, PrivacyNotice
from field.services.devices import open_enrolment
from geo.clock import local_today
from tests.browser.conftest import CHROMIUM, PATIENCE
from tests.campaigns.rows import CrewFactory, ProgrammeFactory, TourFactory, VisitFactory
from tests.factories import (
    SIDE,
    SOUTH,
    WEST,
    CategoryFactory,
    DepartmentFactory,
    MunicipalityFactory,
    PlaceFactory,
    UserFactory,
)

PIN = "480317"
#: Within the first colonia, far from its borders.
INSIDE = {"latitude": SOUTH + SIDE / 2, "longitude": WEST + SIDE / 2, "accuracy": 6}
#: What the browser says of itself when there is no signal; nothing of the page's.
OFFLINE_NOISE = re.compile(r"ERR_INTERNET_DISCONNECTED|when fetching the script")


@dataclass
class Town:
    visit: Visit
    promotor: User
    light: Category
    pothole: Category


def make_town() -> Town:
    """Two neighbouring colonias, a visit to the first today, a catalogue and a privacy notice."""
    MunicipalityFactory()
    centro = PlaceFactory(column=0, name="Benito Juárez")
    PlaceFactory(column=1, name="Playa Sur")
    rosa = UserFactory(username="rosa", first_name="Rosa", last_name="Ibarra")
    other = UserFactory(username="tomas", first_name="Tomás", last_name="Leyva")
    crew = CrewFactory(name="Brigada Norte")
    crew.members.add(rosa, other)
    tour = TourFactory(programme=ProgrammeFactory(name="El Alcalde toca tu puerta"))
    visit = VisitFactory(tour=tour, place=centro, crew=crew, date=local_today())
    neighbour = VisitFactory(
        tour=tour, place=PlaceFactory(column=2, name="Loma Atravesada"), crew=crew,
        date=local_today() + dt.timedelta(days=3),
    )  # fmt: skip
    assert neighbour.pk
    streets = DepartmentFactory(code="obras-publicas", name="Obras Públicas")
    questions = [
        {"key": "poste", "label": "¿Qué número tiene el poste?", "type": "number"},
        {"key": "desde", "label": "¿Desde cuándo?", "type": "choice", "options": ["Hoy", "Esta semana"]},
        {"key": "cuadra", "label": "¿Afecta a toda la cuadra?", "type": "yes_no", "required": True},
    ]  # fmt: skip
    light = CategoryFactory(
        code="luminaria", name="Luminaria apagada", group="Alumbrado", icon="lightbulb-off",
        department=streets, questions=questions,
    )  # fmt: skip
    pothole = CategoryFactory(
        code="bache", name="Bache", group="Calles", icon="cone-striped", department=streets
    )
    for code, name, group, icon in OTHERS:
        CategoryFactory(code=code, name=name, group=group, icon=icon, department=streets)
    text = "El Ayuntamiento usa sus datos solo para atender su petición y decirle cómo va. Nadie más los ve."
    PrivacyNotice.objects.create(version="2026-1", text=text, published_at=timezone.now())
    return Town(visit, rosa, light, pothole)


OTHERS = [
    ("pavimentacion", "Pavimentación de calle", "Calles", "bricks"),
    ("banqueta", "Banqueta o guarnición dañada", "Calles", "bounding-box"),
    ("tope", "Tope o reductor de velocidad", "Calles", "triangle"),
    ("basura", "Basura no recolectada", "Limpieza", "trash3"),
    ("basurero", "Basurero clandestino", "Limpieza", "trash-fill"),
    ("fuga", "Fuga de agua", "Agua", "droplet"),
    ("drenaje", "Drenaje tapado", "Agua", "tsunami"),
]


def add_promise(town: Town) -> Encounter:
    """A door of the visit's colonia where a return was promised last week."""
    a_week_ago = timezone.now() - dt.timedelta(days=7)
    earlier = VisitFactory(tour=town.visit.tour, place=town.visit.place, date=a_week_ago.date())
    return Encounter.objects.create(
        visit=earlier, outcome="come_back", at=a_week_ago, received_at=a_week_ago,
        note="Casa verde, regresar por la tarde", location=town.visit.place.centre,
    )  # fmt: skip


def photo(colour: str = "orange") -> bytes:
    """A camera's picture: 3000 × 2000, with EXIF that says where it was taken."""
    image = Image.new("RGB", (3000, 2000), colour)
    exif = Image.Exif()
    exif[0x010F] = "Cámara de prueba"
    picture = io.BytesIO()
    image.save(picture, "JPEG", exif=exif)
    return picture.getvalue()


def start_browser(browser: Browser, origin: str, profile: Path) -> BrowserContext:
    """A browser of its own whose disk is ``profile``, so that it can be killed and started again."""
    context = browser.browser_type.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=["--no-sandbox"],
        base_url=origin,
        locale="es-MX",
        viewport={"width": 800, "height": 1280},
    )
    context.set_default_timeout(PATIENCE)
    return context


def kill_browser(context: BrowserContext, profile: Path) -> None:
    """Signal 9 to the browser on ``profile``, as a full memory ends it: what it had not written is lost.

    Till all its processes are gone: one that writes for it would keep the next browser from its disk.
    """
    for _turn in range(200):
        found = list(_processes_on(profile))
        if not found:
            break
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    with contextlib.suppress(Error):
        context.close()


def _processes_on(profile: Path) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={profile}".encode() in (process / "cmdline").read_bytes():
                yield int(process.name)


class Tablet:
    """One page of the app, and a thumb."""

    def __init__(self, context: BrowserContext, page: Page | None = None) -> None:
        self.context = context
        self.page = page or context.new_page()
        context.grant_permissions(["geolocation"])
        self.stand(INSIDE)

    def stand(self, spot: dict[str, float]) -> None:
        """Where the tablet is."""
        self.spot = spot
        self.context.set_geolocation(spot)  # type: ignore[arg-type]

    def located(self, how: str) -> None:
        """Wait till the screen says how good the fix is.

        A receiver tells the place every second. Chromium tells the one that it was given with the hour
        at which it was given, and one of a quarter of a minute ago is not taken for a fix any more.
        """
        self.stand(self.spot)
        expect(self.page.get_by_text(f"Ubicación {how}")).to_be_visible()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def type_pin(self, pin: str = PIN) -> None:
        for digit in pin:
            self.page.get_by_role("button", name=digit, exact=True).click()

    def title(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def enrol(self, town: Town) -> None:
        """Enrol with a code of the office's, by the address in its QR."""
        code = open_enrolment(user=town.promotor, name="Tableta 7", by=None).code
        self.page.goto(f"/campo/#alta={code}")
        self.type_pin()
        self.press("Seguir")
        self.type_pin()
        self.press("Dar de alta")
        self.title("Hoy")
        expect(self.page.get_by_role("link", name="Benito Juárez")).to_be_visible()

    def enter(self) -> None:
        """Open the app, and unlock it."""
        self.page.goto("/campo/")
        self.type_pin()
        self.press("Entrar")
        self.title("Hoy")

    def keep_the_app(self) -> None:
        """Wait till the service worker has all that the app needs without signal."""
        self.page.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")

    def to_first_door(self) -> None:
        self.page.get_by_role("link", name="Benito Juárez").click()
        self.press("Empezar: primera puerta")
        self.title("Puerta 1")

    def capture(
        self,
        *,
        words: str,
        picture: bytes | None = None,
        name: str | None = "María Peña",
        group: str | None = None,
    ) -> str:
        """From the category on, the four steps of a petition: the folio given."""
        page = self.page
        page.get_by_role("searchbox").fill("luminaria")
        page.get_by_role("button", name="Luminaria apagada").click()
        page.get_by_label("¿Qué número tiene el poste?").fill("1123")
        page.get_by_role("button", name="Esta semana").click()
        page.get_by_role("button", name="Sí", exact=True).click()
        page.get_by_label("¿Qué pasa?").fill(words)
        if picture:
            files = [{"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": picture}]
            page.locator("#camara").set_input_files(files)  # type: ignore[arg-type]
            expect(page.get_by_role("img", name="Foto 1")).to_be_visible()
        self.press("Seguir")
        self.located("buena: ±6 m")
        page.get_by_label("Referencia").fill("Frente a la tienda")
        self.press("Seguir")
        if name is None:
            self.press("Anónima")
        else:
            self.press("Da sus datos")
            page.get_by_label("Nombre").fill(name)
            page.get_by_label("Teléfono").fill("669 123 4567")
            page.get_by_label("La persona conoce el aviso").check()
        if group:
            page.get_by_label("Grupo que lo pide").fill(group)
        self.press("Guardar y dar folio")
        number = page.locator(".folio-number")
        expect(number).to_have_text(re.compile(r"^\d\d-[0-9A-Z]{3}-\d{5}-[0-9A-Z*]$"))
        return number.inner_text()

    def all_sent(self) -> None:
        """Wait, on «¿Se envió?», for the last of it."""
        self.page.goto("/campo/#/envios")
        self.press("Enviar ahora")
        expect(self.page.get_by_text("Todo está en la oficina")).to_be_visible()

    def settle(self) -> None:
        """No request of the tablet's may be under way when the test's rows go."""
        with contextlib.suppress(Error):
            self.page.wait_for_load_state("networkidle", timeout=5_000)
        for page in self.context.pages:
            page.close()
