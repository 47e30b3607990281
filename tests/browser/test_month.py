"""A month in the office, played through its pages: forty petitions by five channels, to their end.

One test, because it is one story: what is counted on the last day came about on the days before.
"""

from __future__ import annotations

import io

import gpxpy
import pytest
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from backend.casework.worklists.models import WorkList
from backend.letters.defaults import furnish
from backend.letters.models import Letterhead
from backend.validation.models import CallItem
from field.folio import format_folio
from field.models import PrivacyNotice, Status
from tests.browser import month_figures as figures
from tests.browser.month import Month
from tests.browser.month_desks import Clock, Person
from tests.browser.month_intake import receive_calls_letters_and_messages, receive_tour_and_desk
from tests.browser.month_letters import answer_in_writing, refer_outside
from tests.notifications.conftest import Office, folder, lines, mail_server, office

__all__ = ["folder", "lines", "mail_server", "office"]
pytestmark = [
    pytest.mark.month,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("empty_cache"),
]


@pytest.fixture
def month(office: Office, open_context, origin: str, mail_server, monkeypatch, settings, tmp_path) -> Month:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    settings.MEDIA_ROOT = tmp_path
    PrivacyNotice.objects.create(version="2026-1", text="Sus datos se usan…", published_at=clock.now())
    furnish()
    Letterhead.objects.create(signer_name="Lic. Guadalupe Ibarra", signer_post="Directora")

    def desk(who: str) -> Person:
        context = open_context()
        return Person(office.staff[who], context, context.new_page(), origin)

    return Month(office, clock, desk)


def test_a_month_in_the_office(month: Month, page, mail_server, lines):
    receive_tour_and_desk(month)
    receive_calls_letters_and_messages(month)
    verify_and_refer(month)
    join_and_split(month)
    refer_outside(month)
    open_many_at_once(month)
    make_a_work_list(month)
    attend(month)
    answer_in_writing(month)
    insist_and_hand_back(month)
    keep_it_reserved(month)
    call_through_the_list(month)
    take_up_the_dispute(month)
    month.begin_day(30, hour=18)
    count_up(month, page, mails=mail_server.taken, lines=lines())


def verify_and_refer(month: Month) -> None:
    """Wednesday the 4th: the office checks what promoters took, and sends on what went astray."""
    month.begin_day(4)
    month.by_page("auxiliar", "Procede: canalizar", "proceed", 9, {"Dependencia": "Obras Públicas"})
    why = "Esa calle es una vía federal y no se permiten topes."
    month.by_page("auxiliar", "No procede", "not_proceed", 10, {"Por qué no procede": why})
    moved = {"Dependencia": "Obras Públicas", "Motivo": "La lámpara cayó con el poste y rompió la banqueta."}
    month.by_page("jefe", "Canalizar a otra dependencia", "refer_again", 12, moved)
    month.by_form("enlace_obras", "hand_back", 17, note="Es un registro de luz, no un bache.")
    month.by_form("auxiliar", "not_proceed", 17, note="El registro es de un particular.")
    month.by_page("jefe", "Revisar de nuevo", "reconsider", 17, {"Por qué se revisa": "Sí es municipal."})
    month.by_form("jefe", "proceed", 17, department=month.office.lights.pk)


def join_and_split(month: Month) -> None:
    """Three neighbours ask for one lamp; one of them turns out to mean another."""
    auxiliar, (first, second, third) = month["auxiliar"], (month.folio[n] for n in range(3))
    page = auxiliar.visit(f"/boletas/{first}/")
    near = page.locator("#voces")
    for other in (second, third):
        near.locator("li", has_text=other).get_by_role("checkbox").check()
    near.get_by_role("button", name="Juntar las marcadas").click()
    expect(page.locator("#avisos")).to_contain_text("Quedó junta con otras 2")
    auxiliar.look("boleta-voces")
    page.get_by_role("button", name=f"Separar {third}").click()
    expect(page.locator("#avisos")).to_contain_text("se separó y sigue por su lado")
    month.ledger.joined = {first, second}


def open_many_at_once(month: Month) -> None:
    """Thursday the 5th: the liaison of lights reads one, then ticks all the unread and looks first."""
    month.begin_day(5)
    liaison = month["enlace"]
    page = liaison.visit(f"/boletas/{month.folio[3]}/")
    expect(page.locator("#ahora .status").first).to_have_text("En seguimiento")
    month.ledger.write("enlace", "open", month.folio[3])
    liaison.look("boleta-enlace")
    page = liaison.visit("/boletas/?status=no_leida")
    folios = page.locator(".inbox-list tbody .folio").all_text_contents()
    page.get_by_label("Marcar todas las de esta página").check()
    liaison.look("bandeja-marcadas")
    page.get_by_role("button", name="Qué hacer con las marcadas").click()
    page.get_by_role("link", name="Marcar como leída").click()
    page.get_by_role("button", name="Ver qué pasaría").click()
    expect(page.locator(".figures")).to_contain_text(f"{len(folios)} se moverían")
    liaison.look("varias-previa")
    page.get_by_role("button", name="Hacerlo con").click()
    expect(page.locator(".figures")).to_contain_text("se movieron")
    for folio in folios:
        month.ledger.write("enlace", "open", folio)
    month.opened("enlace_obras", 6, 7, 8, 16, 24, 25, 26)


def make_a_work_list(month: Month) -> None:
    """The crew of lights takes three of the map along, as a spreadsheet and for its GPS."""
    liaison = month["enlace"]
    page = liaison.visit("/mapas/rezago/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    for nth in range(3):
        page.locator("[data-pick-boleta]").nth(nth).check()
    liaison.look("rezago-marcadas")
    page.get_by_role("button", name="Hacer lista con las 3 marcadas").click()
    expect(page.locator(".stop")).to_have_count(3)
    expect(page.locator(".map-stop").first).to_be_visible()
    liaison.look("lista-de-trabajo")
    folios = page.locator(".stop .folio").all_inner_texts()
    book, track = (
        liaison.fetch(page.get_by_role("link", name=name).get_attribute("href")) for name in ("Excel", "GPX")
    )
    rows = list(load_workbook(io.BytesIO(book)).active.values)
    assert [row[1] for row in rows[1:]] == folios
    assert len(gpxpy.parse(track.decode()).waypoints) == 3
    assert WorkList.objects.get().made_by == month.office.staff["enlace"]


def attend(month: Month) -> None:
    """Friday the 6th and Monday the 9th: works are given a day, and done."""
    month.begin_day(6)
    month.by_page("enlace", "Programar", "schedule", 3, {"Para qué día": "2026-11-09"})
    month.by_form("enlace", "schedule", 20, 21, scheduled_for="2026-11-30")
    month.begin_day(9)
    done = {"Qué se hizo": "Se cambió la lámpara y la fotocelda.", "Foto del trabajo": photo()}
    month.by_page("enlace", "Dar por atendida", "attend", 0, done)
    month["enlace"].look("boleta-atendida")
    month.by_form("enlace", "attend", 3, 4, 5, 13, 14, 15, note="Se cambió el foco.")
    month.by_form("enlace_obras", "attend", 6, 7, 16, 24, 26, note="Se bacheó con mezcla caliente.")


def photo() -> FilePayload:
    image = io.BytesIO()
    Image.effect_noise((320, 240), 40).convert("RGB").save(image, "JPEG")
    return {"name": "obra.jpg", "mimeType": "image/jpeg", "buffer": image.getvalue()}


def insist_and_hand_back(month: Month) -> None:
    """Friday the 20th, after the rest day: citizens ask again, and a department gives one back."""
    month.begin_day(20)
    again = {"Palabras del ciudadano": "Ya pasaron dos semanas y nadie viene."}
    month.by_page("auxiliar", "El ciudadano insiste", "ask_again", 20, again)
    month.opened("enlace", 20)
    month.by_page("auxiliar", "Inconformidad", "dispute", 27, again)
    month.by_form("enlace_obras", "take_in_hand", 27)
    month.by_form("enlace_obras", "schedule", 27, scheduled_for="2026-11-27")
    month.by_page("enlace_obras", "Devolver a la oficina", "hand_back", 18, {"Por qué no": "Es de la Junta."})
    month.by_form("auxiliar", "note", 8, note="Llamó para preguntar.")


def keep_it_reserved(month: Month) -> None:
    """A complaint against a servant: internal control's alone, and who leads the office."""
    path = f"/boletas/{month.folio[11]}/"
    for who in ("auxiliar", "enlace", "enlace_obras"):
        assert month[who].context.request.get(path).status == 404
    month.opened("enlace_control", 11)
    month.by_page("enlace_control", "Dar por atendida", "attend", 11, {"Qué se hizo": "Se abrió expediente."})
    month.by_page("jefe", "Validación positiva", "validate_positive", 11, {"Comentarios": "Ya me citaron."})


#: What those who were called say; whoever is not here says that it is done.
SAID = {7: "negative", 26: "negative", 1: "no_answer", 4: "wrong_number", 5: "declined"}
STEP_OF_CALL = {"positive": "validate_positive", "negative": "validate_negative", "no_answer": "no_answer"}
STEP_OF_CALL |= {"wrong_number": "note", "declined": "note"}


def call_through_the_list(month: Month) -> None:
    """Friday the 27th: the list of the month is drawn, and everybody on it called."""
    month.begin_day(27)
    page = month["jefe"].visit("/validacion/nueva/")
    page.get_by_label("Atendidas desde").fill("2026-11-01")
    page.get_by_label("Hasta").fill("2026-11-27")
    page.get_by_role("button", name="Sacar la lista").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Falta llamar por 12 boletas")
    month["jefe"].look("validacion-lista")
    auxiliar = month["auxiliar"]
    page = auxiliar.visit(page.url)
    page.get_by_role("button", name="Empezar a llamar").click()
    page.get_by_label("Positiva", exact=True).wait_for()
    auxiliar.look("llamada")
    first = CallItem.objects.get(pk=page.url.rstrip("/").split("/")[-1])
    for item in [first, *CallItem.objects.exclude(pk=first.pk).select_related("petition")]:
        folio = format_folio(item.petition.folio)
        number = next(n for n, one in month.folio.items() if one == folio)
        said = SAID.get(number, "positive")
        if item == first:
            page.locator(f"input[name=result][value={said}]").check()
            page.get_by_label("Qué dijo, con sus palabras").fill("Lo que dijo.")
            page.get_by_role("button", name="Guardar y seguir").click()
            expect(page.locator("#avisos")).to_contain_text(folio)
        else:
            path = f"/validacion/{item.call_list_id}/llamar/{item.pk}/"
            assert auxiliar.post(path, {"result": said, "words": "Lo que dijo."}).status == 302
        month.ledger.write("auxiliar", STEP_OF_CALL[said], folio)
    month.by_page("auxiliar", "Concluir sin validar", "close_unreachable", 15, {"Cómo": "Se fue a verla."})


def take_up_the_dispute(month: Month) -> None:
    """Monday the 30th: what its citizen disputed is taken up again and attended; the jefe keeps a view."""
    month.begin_day(30)
    month.by_page("enlace_obras", "Retomar", "take_in_hand", 26, {"Nota": "Va la cuadrilla hoy."})
    month.by_page("enlace_obras", "Dar por atendida", "attend", 26, {"Qué se hizo": "Se volvió a bachear."})
    jefe = month["jefe"]
    page = jefe.visit("/boletas/?status=inconformidad")
    page.get_by_text("Guardar esta vista").click()
    page.get_by_label("Con qué nombre").fill("Inconformidades del mes")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.get_by_role("link", name="Inconformidades del mes").click()
    expect(page.locator(".inbox-list tbody .folio")).to_have_text([month.folio[7]])


def count_up(month: Month, page: Page, *, mails: list, lines: list) -> None:
    """What every page says is what the history says."""
    lives = figures.replay(month.ledger)
    figures.check_told(lives, mails, lines)
    figures.check_ends(lives, {month.folio[n]: status for n, status in ENDS.items()})
    jefe = month["jefe"]
    figures.check_inbox(jefe, lives)
    figures.check_home(jefe, lives)
    figures.check_backlog(jefe, lives)
    figures.check_report(jefe, lives)
    figures.check_register(jefe, lives)
    figures.check_public(page, lives)
    figures.check_stories(jefe, lives)


#: Where those with a story ended; every status of the table is here.
ENDS = {
    18: Status.TO_VERIFY,
    10: Status.NOT_PROCEEDING,
    31: Status.UNREAD,
    22: Status.IN_HAND,
    21: Status.SCHEDULED,
    26: Status.ATTENDED,
    0: Status.CLOSED,
    11: Status.CLOSED,
    15: Status.CLOSED,
    19: Status.CLOSED,
    7: Status.DISPUTED,
    33: Status.EXTERNAL,
}
assert set(ENDS.values()) == set(Status)
