"""The validation's pages over HTTP."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from backend.casework.services.statuses import change_status
from backend.validation.models import Call, CallItem, CallList, Script
from backend.validation.services.lists import draw_list
from field.models import Petitioner
from field.signals import people_seen
from geo.clock import local_today


@pytest.fixture
def drawn(office, attend) -> CallList:
    for _ in range(2):
        attend()
    return draw_list(since=local_today(), until=local_today(), size=None, seed="s", by=office.staff["jefe"])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("person", ["promotor", "supervisor", "asesor", "enlace", "enlace_control"])
def test_who_does_not_call_sees_none_of_it(sign_in, drawn, person):
    client, item = sign_in(person), drawn.items.first()
    for path in (
        "",
        "nueva/",
        "guion/",
        "informe/",
        "informe/tabla.xlsx",
        f"{drawn.pk}/",
        f"{drawn.pk}/llamar/{item.pk}/",
    ):
        assert client.get(f"/validacion/{path}").status_code == 403
    for path in (
        f"{drawn.pk}/llamar/",
        f"{drawn.pk}/llamar/{item.pk}/",
        f"{drawn.pk}/llamar/{item.pk}/dejar/",
    ):
        assert client.post(f"/validacion/{path}").status_code == 403


def test_a_caller_may_not_draw_nor_write_the_script(sign_in, drawn):
    client = sign_in("auxiliar")
    assert client.get("/validacion/nueva/").status_code == client.get("/validacion/guion/").status_code == 403


def test_before_it_is_drawn_the_page_says_how_many_there_would_be(sign_in, office, attend):
    attend(), attend(office.pothole), attend(phone="")
    today = local_today().isoformat()
    page = text_of(sign_in("jefe").get(f"/validacion/nueva/?since={today}&until={today}&size=1"))
    assert "Se llamaría por <strong>1</strong> de 2 boletas." in page
    assert "1 más no tiene a quién llamar" in page
    assert not CallList.objects.exists()


def test_a_list_is_drawn_and_called_through(sign_in, office, attend):
    attend(), attend()
    today, client = local_today().isoformat(), sign_in("jefe")
    drawn = client.post(
        "/validacion/nueva/", {"since": today, "until": today, "size": "", "seed": ""}, follow=True
    )
    assert "Falta llamar por 2 boletas" in text_of(drawn)
    call_list = CallList.objects.get()
    caller = sign_in("auxiliar")
    seen = []
    people_seen.connect(lambda **looked: seen.append(looked["purpose"]), weak=False, dispatch_uid="test")
    try:
        screen = caller.post(f"/validacion/{call_list.pk}/llamar/", follow=True)
    finally:
        people_seen.disconnect(dispatch_uid="test")
    assert seen == ["call"]
    assert "María Peña" in text_of(screen)
    assert "tel:6691234567" in text_of(screen)
    assert "Puerto de Prueba" in text_of(screen)
    path = screen.request["PATH_INFO"]
    refused = caller.post(path, {"result": "negative", "words": ""})
    assert refused.status_code == 422
    assert "la dependencia debe leerlo" in text_of(refused)
    after = caller.post(path, {"result": "negative", "words": "<b>Sigue</b> {folio}"}, follow=True)
    assert after.request["PATH_INFO"] != path
    last = caller.post(after.request["PATH_INFO"], {"result": "positive", "words": ""}, follow=True)
    assert "Ya se llamó por todas" in text_of(last)
    report = text_of(caller.get("/validacion/informe/?resultado=negative"))
    assert "&lt;b&gt;Sigue&lt;/b&gt; {folio}" in report
    assert "50 %" in report
    sheet = load_workbook(io.BytesIO(caller.get("/validacion/informe/tabla.xlsx").content)).worksheets[0]
    assert sheet.max_row == 3
    assert "María" not in str([[cell.value for cell in row] for row in sheet.rows])


def test_a_person_who_has_gone_from_the_boleta_is_not_missed(sign_in, drawn):
    item = drawn.items.first()
    Petitioner.objects.filter(petition=item.petition).delete()
    assert "Ya no tiene teléfono" in text_of(
        sign_in("auxiliar").get(f"/validacion/{drawn.pk}/llamar/{item.pk}/")
    )


def test_one_that_another_has_on_the_screen_is_said_to_be_so(sign_in, drawn):
    item = drawn.items.first()
    path = f"/validacion/{drawn.pk}/llamar/{item.pk}/"
    assert sign_in("jefe").get(path).status_code == 200
    page = sign_in("auxiliar").get(path, follow=True)
    assert "La tiene ahora" in text_of(page)
    assert sign_in("jefe").post(f"{path}dejar/").status_code == 302
    assert sign_in("auxiliar").get(path).status_code == 200


def test_the_list_is_read_by_how_its_boletas_stand(sign_in, drawn):
    CallItem.objects.filter(pk=drawn.items.first().pk).update(state="positive")
    client = sign_in("auxiliar")
    assert text_of(client.get(f"/validacion/{drawn.pk}/?estado=positive")).count('class="folio"') == 1
    assert text_of(client.get(f"/validacion/{drawn.pk}/?estado=nonsense")).count('class="folio"') == 2
    assert client.get("/validacion/999/").status_code == 404


@pytest.mark.parametrize(
    "text", ["", "Hola {apodo}", "Hola {nombre.__class__}", "{nombre!r}", "{0}", "{nombre", "{}"]
)
def test_a_script_with_names_that_nobody_knows_is_refused(sign_in, text):
    answer = sign_in("jefe").post("/validacion/guion/", {"text": text})
    assert answer.status_code == 422
    assert not Script.objects.exists()


def test_the_office_writes_its_own_script(sign_in, drawn):
    client = sign_in("jefe")
    assert client.post("/validacion/guion/", {"text": "¿Hablo con {nombre}? Por {folio}."}).status_code == 302
    Petitioner.objects.update(name="{folio} <script>")
    page = text_of(client.post(f"/validacion/{drawn.pk}/llamar/", follow=True))
    assert "¿Hablo con {folio} &lt;script&gt;? Por " in page


@pytest.mark.parametrize("month", ["2026-13", "x", "99999-01", "2026-11-01"])
def test_a_month_that_is_none_is_not_found(sign_in, drawn, month):
    assert sign_in("jefe").get(f"/validacion/informe/?mes={month}").status_code == 404


def test_pages_ask_the_same_however_long_the_list(sign_in, office, attend, django_assert_max_num_queries):
    for _ in range(12):
        attend()
    made = draw_list(since=local_today(), until=local_today(), size=None, seed="s", by=office.staff["jefe"])
    client = sign_in("jefe")
    with django_assert_max_num_queries(9):
        client.get(f"/validacion/{made.pk}/")
    with django_assert_max_num_queries(6):
        client.get("/validacion/")
    for number in range(4):
        CallList.objects.create(
            month=made.month, since=made.since, until=made.until, size=None, seed=f"{number}",
            eligible=0, unreachable=0, drawn_at=made.drawn_at, drawn_by=made.drawn_by,
        )  # fmt: skip
    with django_assert_max_num_queries(6):
        assert "12 boletas" in client.get("/validacion/").content.decode()
    client.post(f"/validacion/{made.pk}/llamar/")
    with django_assert_max_num_queries(22):
        client.get(f"/validacion/{made.pk}/llamar/{made.items.first().pk}/")
    assert Call.objects.count() == 0


@pytest.mark.parametrize(
    "page",
    [
        "informe/?mes=9999-12",
        "informe/?mes=0001-01",
        "informe/?mes=1000-01",
        "informe/tabla.xlsx?mes=9999-12",
        "nueva/?since=2026-11-01&until=9999-12-31",
        "nueva/?since=0001-01-01&until=0001-01-02",
    ],
)
def test_years_that_cannot_be_are_no_fault_of_ours(office, client, page):
    client.force_login(office.staff["jefe"])
    assert client.get(f"/validacion/{page}").status_code in (200, 404)


def test_a_list_is_checked_and_undone_by_its_page(office, attend, client):
    for _number in range(4):
        attend()
    client.force_login(office.staff["jefe"])
    form = client.get("/validacion/nueva/").context["form"]
    today = local_today().isoformat()
    asked = {"request": form["request"].value(), "since": today, "until": today, "size": 2, "seed": ""}
    where = client.post("/validacion/nueva/", asked)["Location"]
    assert client.post("/validacion/nueva/", asked)["Location"] == where
    assert "sale esta misma lista" in client.get(f"{where}?comprobar=1").content.decode()
    assert "Deshacer esta lista" in client.get(where).content.decode()
    assert client.post(f"{where}deshacer/")["Location"] == "/validacion/"
    assert client.get(where).status_code == 404


def test_words_of_a_call_that_came_too_late_are_given_back(office, attend, client):
    petition, client_user = attend(), office.staff["auxiliar"]
    made = draw_list(since=local_today(), until=local_today(), size=None, by=office.staff["jefe"])
    item = made.items.get()
    client.force_login(client_user)
    page = f"/validacion/{made.pk}/llamar/{item.pk}/"
    assert 'name="attempts" value="0"' in client.get(page).content.decode()
    change_status(petition=petition, move="validate_positive", by=office.staff["jefe"])
    answer = client.post(page, {"result": "negative", "words": "No quedó, dice <ella>", "attempts": "0"})
    assert answer.status_code == 409
    assert "No quedó, dice &lt;ella&gt;</textarea>" in answer.content.decode()


def test_the_report_shows_its_calls_a_page_at_a_time(office, drawn, client, monkeypatch):
    monkeypatch.setattr("backend.validation.views.report.PAGE_SIZE", 2)
    for item in drawn.items.all():
        for _ in range(2):
            change_status(petition=item.petition, move="no_answer", by=office.staff["jefe"])
    client.force_login(office.staff["jefe"])
    page = text_of(client.get("/validacion/informe/?resultado=no_answer"))
    assert 'No contestó <span class="muted">(4)</span>' in page
    assert "Página 1 de 2" in page
    assert 'id="detalle"' not in text_of(client.get("/validacion/informe/?resultado=nonsense"))
