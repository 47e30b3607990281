"""A month in the office, played through its pages: forty petitions by five channels, to their end.

One test, because it is one story: what is counted on the last day came about on the days before.
"""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backend.letters.defaults import furnish
from backend.letters.models import Letterhead
from field.models import PrivacyNotice, Status
from tests.browser import month_figures as figures
from tests.browser.month import Month
from tests.browser.month_calls import call_again_in_the_evening, call_through_the_list, words_of
from tests.browser.month_capacity import check_capacity
from tests.browser.month_departments import attend, make_a_work_list, open_many_at_once
from tests.browser.month_desks import Clock, Person
from tests.browser.month_intake import receive_calls_letters_and_messages, receive_tour_and_desk
from tests.browser.month_letters import answer_in_writing, refer_outside
from tests.browser.month_privacy import ask_what_is_kept, check_privacy, erase_a_neighbour
from tests.browser.month_replay import ADDED_DAY, check_ends, check_moves, replay
from tests.notifications.conftest import Office, folder, lines, mail_server, office

__all__ = ["folder", "lines", "mail_server", "office"]
pytestmark = [
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
    join_neighbours(month)
    refer_outside(month)
    split_one_again(month)
    open_many_at_once(month)
    make_a_work_list(month)
    attend(month)
    answer_in_writing(month)
    ask_what_is_kept(month)
    add_a_rest_day(month)
    insist_and_hand_back(month)
    keep_it_reserved(month)
    call_through_the_list(month)
    call_again_in_the_evening(month)
    take_up_the_dispute(month)
    erase_a_neighbour(month)
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


def join_neighbours(month: Month) -> None:
    """Three neighbours ask for one lamp: one work item."""
    auxiliar, (first, *others) = month["auxiliar"], (month.folio[n] for n in range(3))
    page = auxiliar.visit(f"/boletas/{first}/")
    near = page.locator("#parecidas")
    for other in others:
        near.locator("li", has_text=other).get_by_role("checkbox").check()
    near.get_by_role("button", name="Juntar las marcadas").click()
    expect(page.locator("#avisos")).to_contain_text("Quedó junta con otras 2")
    auxiliar.look("boleta-voces")
    month.ledger.joined = {first, *others}


def split_one_again(month: Month) -> None:
    """Thursday the 5th: one of the neighbours calls, having been told: another lamp was meant."""
    month.begin_day(5)
    first, _second, third = (month.folio[n] for n in range(3))
    page = month["auxiliar"].visit(f"/boletas/{first}/")
    page.get_by_role("button", name=f"Separar {third}").click()
    expect(page.locator("#avisos")).to_contain_text("se separó y sigue por su lado")
    month.ledger.joined.remove(third)


def add_a_rest_day(month: Month) -> None:
    """The same Thursday: the municipality will rest tomorrow, and what is promised moves with it."""
    page = month["jefe"].visit("/boletas/dias-inhabiles/")
    page.get_by_label("Desde").fill(ADDED_DAY.isoformat())
    page.get_by_label("Motivo").fill("Aniversario de la ciudad")
    page.get_by_role("button", name="Agregar").click()
    expect(page.locator("#propuesta")).to_contain_text("plazos abiertos terminarían después")
    month["jefe"].look("dias-inhabiles")
    page.get_by_role("button", name="Sí, mover los plazos").click()
    expect(page.locator("#avisos")).to_contain_text("Se movieron")


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
    month.by_form("enlace", "attend", 23, note="Se cambió el balastro, un día tarde.")


def keep_it_reserved(month: Month) -> None:
    """A complaint against a servant: internal control's alone, and who leads the office."""
    path = f"/boletas/{month.folio[11]}/"
    for who in ("auxiliar", "enlace", "enlace_obras"):
        assert month[who].context.request.get(path).status == 404
    month.opened("enlace_control", 11)
    month.by_page("enlace_control", "Dar por atendida", "attend", 11, {"Qué se hizo": "Se abrió expediente."})
    month.by_page("jefe", "Validación positiva", "validate_positive", 11, {"Comentarios": "Ya me citaron."})


def take_up_the_dispute(month: Month) -> None:
    """Monday the 30th: what its citizen disputed is taken up again and attended; the jefe keeps a view."""
    month.begin_day(30)
    page = month["enlace_obras"].visit(f"/boletas/{month.folio[26]}/")
    expect(page.locator("#historia")).to_contain_text(words_of(26))
    month.by_page("enlace_obras", "Retomar", "take_in_hand", 26, {"Nota": "Va la cuadrilla hoy."})
    month.by_page("enlace_obras", "Dar por atendida", "attend", 26, {"Qué se hizo": "Se volvió a bachear."})
    jefe = month["jefe"]
    page = jefe.visit("/boletas/?status=inconformidad")
    page.get_by_text("Guardar esta vista").click()
    page.get_by_label("Con qué nombre").fill("Inconformidades del mes")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.get_by_role("link", name="Inconformidades del mes").click()
    expect(page.locator(".inbox-list tbody .folio")).to_have_count(2)
    assert set(page.locator(".inbox-list tbody .folio").all_inner_texts()) == {
        month.folio[number] for number in (7, 14)
    }


def count_up(month: Month, page: Page, *, mails: list, lines: list) -> None:
    """What every page says is what the history says."""
    lives = replay(month.ledger)
    check_ends(lives, {month.folio[n]: status for n, status in ENDS.items()})
    check_moves(lives)
    figures.check_told(month, lives, mails, lines)
    jefe = month["jefe"]
    figures.check_inbox(jefe, lives)
    figures.check_home(jefe, lives)
    figures.check_backlog(jefe, lives)
    figures.check_report(jefe, lives)
    check_capacity(jefe, lives)
    figures.check_register(jefe, lives)
    figures.check_public(page, lives)
    figures.check_stories(jefe, lives)
    check_privacy(month)


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
    13: Status.CLOSED,
    7: Status.DISPUTED,
    14: Status.DISPUTED,
    33: Status.EXTERNAL,
}
assert set(ENDS.values()) == set(Status)
