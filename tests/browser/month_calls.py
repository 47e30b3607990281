"""The month's validation: the list is drawn, everybody on it called, some of them twice."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, expect

from backend.validation.models import CallItem
from field.folio import format_folio
from tests.browser.month import Month

#: What those who were called say; whoever is not here says that it is done.
SAID: Final = {
    1: "no_answer",
    4: "wrong_number",
    5: "declined",
    7: "negative",
    13: "call_back",
    14: "no_answer",
    26: "negative",
}
#: For when the one who had no time asks to be called.
LATER: Final = "2026-11-27T17:30"
#: And when they are called again in the evening.
SAID_LATER: Final = {1: "no_answer", 13: "positive", 14: "negative"}
STEP_OF_CALL: Final = {
    "positive": "validate_positive",
    "negative": "validate_negative",
    "no_answer": "no_answer",
    "wrong_number": "note",
    "declined": "note",
    "call_back": "note",
}


def words_of(number: int) -> str:
    """What the one who brought that petition says on the telephone."""
    return f"Lo que dijo la persona {number}."


def call_through_the_list(month: Month) -> None:
    """Friday the 27th: the list of the month is drawn, and everybody on it called."""
    month.begin_day(27)
    page = month["jefe"].visit("/validacion/nueva/")
    page.get_by_label("Atendidas desde").fill("2026-11-01")
    page.get_by_label("Hasta").fill("2026-11-27")
    page.get_by_role("button", name="Sacar la lista").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Falta llamar por 13 boletas")
    month["jefe"].look("validacion-lista")
    auxiliar = month["auxiliar"]
    page = auxiliar.visit(page.url)
    page.get_by_role("button", name="Empezar a llamar").click()
    page.get_by_label("Positiva", exact=True).wait_for()
    auxiliar.look("llamada")
    first = int(page.url.rstrip("/").split("/")[-1])
    _answer(month, page, SAID)
    for item in CallItem.objects.exclude(pk=first).select_related("petition"):
        _note(month, item)
    month.by_page("auxiliar", "Concluir sin validar", "close_unreachable", 15, {"Cómo": "Se fue a verla."})


def _note(month: Month, item: CallItem) -> None:
    """The call screen's own form, for those after the first."""
    folio = format_folio(item.petition.folio)
    number = month.number_of(folio)
    said = SAID.get(number, "positive")
    form = {"result": said, "words": words_of(number)} | (
        {"call_after": LATER} if said == "call_back" else {}
    )
    path = f"/validacion/{item.call_list_id}/llamar/{item.pk}/"
    assert month["auxiliar"].post(path, form).status == 302
    month.noted("auxiliar", STEP_OF_CALL[said], folio)


def _answer(month: Month, page: Page, said: dict[int, str]) -> str:
    """Note the call that the screen shows, and go on; its folio."""
    folio = page.locator(".folio").first.inner_text()
    number = month.number_of(folio)
    result = said.get(number, "positive")
    page.locator(f"input[name=result][value={result}]").check()
    if result == "call_back":
        page.get_by_label("Cuándo volver a llamar").fill(LATER)
    page.get_by_label("Qué dijo, con sus palabras").fill(words_of(number))
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.locator("#avisos")).to_contain_text(folio)
    month.noted("auxiliar", STEP_OF_CALL[result], folio)
    return folio


def call_again_in_the_evening(month: Month) -> None:
    """The same day at six: whoever did not answer, and who asked to be called later, is offered again."""
    month.begin_day(27, hour=18)
    auxiliar = month["auxiliar"]
    page = auxiliar.visit("/validacion/")
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Falta llamar por {len(SAID_LATER)} boletas")
    page.get_by_role("button", name="Seguir llamando").click()
    page.get_by_label("Positiva", exact=True).wait_for()
    called = {_answer(month, page, SAID_LATER) for _call in SAID_LATER}
    assert called == {month.folio[number] for number in SAID_LATER}
    expect(page.locator("#avisos")).to_contain_text("Por ahora no queda a quién llamar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Falta llamar por 1 boleta")
