"""A slip of the thumb at the door, put right: at once, later the same day, and with petitions that stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from campaigns.models import Encounter
from field.models import InboxRecord, Petition
from tests.browser.campo import OFFLINE_NOISE, Tablet, Town, add_promise, make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

#: As another tab that is just sending has it, till ``sendAgain`` is called.
SEND_NOTHING = """() => new Promise((held) => void navigator.locks.request(
    "aldaba-campo-sending",
    () => new Promise((free) => { window.sendAgain = free; held(); }),
))"""


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def tablet(context, page, town, page_errors) -> Iterator[Tablet]:
    page.set_viewport_size({"width": 800, "height": 1280})
    tablet = Tablet(context, page)
    tablet.enrol(town)
    yield tablet
    tablet.settle()
    page_errors[:] = [error for error in page_errors if not OFFLINE_NOISE.search(error)]


def in_the_office() -> list[tuple[str, bool]]:
    """Every door that came, in order: its outcome, and whether it counts."""
    doors = Encounter.objects.order_by("at").values_list("outcome", "withdrawn_at")
    return [(outcome, withdrawn is None) for outcome, withdrawn in doors]


def test_a_door_undone_before_it_left_never_was(tablet, page, context):
    context.set_offline(True)
    page.evaluate(SEND_NOTHING)  # half a second after it is saved, a door counts as one that may have left
    tablet.to_first_door()
    page.get_by_text("Agregar una nota").click()
    page.get_by_label("Nota de esta puerta").fill("Portón verde")
    tablet.press("No quiso atender")
    tablet.title("Puerta 2")
    tablet.press("Deshacer")
    tablet.title("Puerta 1")
    expect(page.get_by_label("Nota de esta puerta")).to_have_value("Portón verde")
    tablet.press("No había nadie")
    tablet.title("Puerta 2")
    page.evaluate("() => window.sendAgain()")
    context.set_offline(False)
    tablet.all_sent()
    assert in_the_office() == [("nobody_home", True)]
    assert Encounter.objects.get().note == "Portón verde"
    assert InboxRecord.objects.count() == 1


def test_a_door_that_is_in_the_office_is_undone_there(tablet, page, town):
    promise = add_promise(town)
    page.reload()
    tablet.type_pin()
    tablet.press("Entrar")
    expect(page.get_by_text("1 por volver")).to_be_visible()
    page.get_by_role("link", name="Benito Juárez").click()
    tablet.press("Casa verde, regresar por la tarde")
    tablet.press("Nada que pedir")
    tablet.title("Puerta 2")
    tablet.all_sent()
    page.goto(f"/campo/#/visita/{town.visit.pk}")
    tablet.title("Benito Juárez")
    expect(page.get_by_role("heading", name="Volver a estas puertas")).to_have_count(0)
    page.get_by_role("link", name="Nada que pedir").click()
    tablet.title("Nada que pedir")
    tablet.press("Deshacer esta puerta")
    tablet.press("Sí, deshacerla")
    tablet.title("Benito Juárez")
    # The promise that it answered stands again.
    expect(page.get_by_role("button", name="Casa verde, regresar por la tarde")).to_be_visible()
    expect(page.get_by_role("heading", name="Puertas hechas")).to_have_count(0)
    tablet.all_sent()
    expect(page.get_by_text("Deshacer puerta: nada que pedir")).to_be_visible()
    door = Encounter.objects.get(follows=promise.pk)
    assert door.withdrawn_by == town.promotor


def test_a_door_with_petitions_changes_its_outcome_and_keeps_them(
    tablet, page, town, assert_fits, assert_accessible
):
    tablet.to_first_door()
    tablet.press("Hubo petición")
    folio = tablet.capture(words="No enciende", name=None)
    tablet.press("Terminar la puerta")
    tablet.title("Puerta 2")
    tablet.all_sent()
    page.goto(f"/campo/#/visita/{town.visit.pk}")
    page.get_by_role("link", name="Hubo petición").click()
    expect(page.get_by_role("link", name=folio)).to_be_visible()
    expect(page.get_by_text("no se deshacen desde la tableta")).to_be_visible()
    expect(page.get_by_role("button", name="Deshacer esta puerta")).to_have_count(0)
    assert_fits()
    assert_accessible()
    tablet.press("Volver después")
    expect(page.get_by_text("Puerta corregida: volver después.")).to_be_visible()
    tablet.all_sent()
    assert in_the_office() == [("petition", False), ("come_back", True)]
    assert list(Encounter.objects.get(withdrawn_at=None).petitions.all()) == [Petition.objects.get()]


def test_a_door_undone_after_its_petitions_is_open_again_with_them(tablet, page):
    tablet.to_first_door()
    tablet.press("Hubo petición")
    tablet.capture(words="No enciende", name=None)
    tablet.press("Terminar la puerta")
    tablet.press("Deshacer")
    expect(page.get_by_text("Sus peticiones siguen guardadas con su folio")).to_be_visible()
    expect(page.get_by_text("Esta puerta ya tiene 1 petición guardada")).to_be_visible()
    tablet.press("Otra petición en esta puerta")
    tablet.capture(words="La de enfrente tampoco", name=None)
    tablet.press("Terminar la puerta")
    tablet.title("Puerta 2")
    tablet.all_sent()
    assert Encounter.objects.get(withdrawn_at=None).petitions.count() == 2


def test_a_door_tapped_as_nobody_home_gets_its_petition(tablet, page, town):
    tablet.to_first_door()
    tablet.press("No había nadie")
    tablet.title("Puerta 2")
    page.goto(f"/campo/#/visita/{town.visit.pk}")
    page.get_by_role("link", name="No había nadie").click()
    tablet.press("Hubo petición")
    tablet.capture(words="Sí había alguien", name=None)
    tablet.press("Terminar la puerta")
    tablet.title("Puerta 2")
    tablet.all_sent()
    assert [outcome for outcome, counts in in_the_office() if counts] == ["petition"]
    assert Encounter.objects.get(withdrawn_at=None).petitions.count() == 1


def test_what_can_be_undone_is_not_offered_over_something_else(tablet, page, assert_fits):
    tablet.to_first_door()
    tablet.press("No había nadie")
    tablet.title("Puerta 2")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="Deshacer")).to_be_visible()
    assert_fits()
    tablet.press("Hubo petición")
    tablet.title("¿Qué pide?")
    expect(page.get_by_role("button", name="Deshacer")).to_have_count(0)


def test_undoing_does_not_lose_the_next_door_that_was_begun(tablet, page):
    tablet.to_first_door()
    tablet.press("No había nadie")
    tablet.title("Puerta 2")
    page.get_by_text("Agregar una nota").click()
    page.get_by_label("Nota de esta puerta").fill("De la segunda")
    tablet.press("Deshacer")
    tablet.title("No había nadie")
    tablet.press("No quiso atender")
    tablet.press("Siguiente puerta")
    expect(page.get_by_label("Nota de esta puerta")).to_have_value("De la segunda")
    tablet.title(re.compile("Puerta 2"))
