"""Views of the inbox kept under a name: whose they are, and that they never break."""

from __future__ import annotations

import re

import pytest

from backend.casework.models import SavedView
from backend.casework.services.saved_views import save_view
from field.folio import format_folio

INBOX, VIEWS = "/boletas/", "/boletas/vistas/"


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def keep(client, name="Las de hoy", query="channel=073&status=no_leida"):
    return client.post(f"{VIEWS}guardar/", {"name": name, "query": query}, follow=True)


def test_filters_in_use_are_kept_under_a_name_and_shown_beside_the_tabs(office, sign_in):
    client = sign_in("enlace")
    assert "Guardar esta vista" not in words(client.get(INBOX))
    assert "Guardar esta vista" in words(client.get(f"{INBOX}?channel=073"))
    page = words(keep(client, query="status=no_leida&cursor=abc&channel=073&page=4&x=1"))
    assert "Se guardó la vista «Las de hoy»" in page
    view = SavedView.objects.get()
    assert view.query == "channel=073&status=no_leida"
    assert f"?channel=073&amp;status=no_leida&amp;saved={view.pk}" in page
    assert "Guardar esta vista" not in page
    again = words(client.get(f"{INBOX}?status=no_leida&channel=073&saved={view.pk}"))
    assert re.search(r'class="saved-view"[^>]+aria-current="page"', again)


def test_a_name_is_ones_own_once_and_never_empty(office, sign_in):
    client = sign_in("enlace")
    keep(client)
    assert "Ya tiene una vista con ese nombre" in words(keep(client))
    assert "Escriba un nombre" in words(keep(client, name="   "))
    assert "Escriba un nombre" in words(keep(client, name="x" * 61))
    keep(sign_in("jefe"))
    assert SavedView.objects.count() == 2


def test_a_view_is_seen_by_those_it_is_for(office, sign_in):
    jefe = office.staff["jefe"]
    save_view(owner=jefe, name="Propia", query="overdue=1")
    save_view(owner=jefe, name="De la oficina", query="overdue=1", audience="office")
    save_view(
        owner=jefe, name="De alumbrado", query="overdue=1", audience="department", department=office.lights
    )
    shown = {
        person: {
            name
            for name in ("Propia", "De la oficina", "De alumbrado")
            if name in words(sign_in(person).get(INBOX))
        }
        for person in ("jefe", "auxiliar", "enlace", "enlace_obras")
    }
    assert shown == {
        "jefe": {"Propia", "De la oficina", "De alumbrado"},
        "auxiliar": {"De la oficina"},
        "enlace": {"De alumbrado"},
        "enlace_obras": set(),
    }


def test_only_a_chief_shares(office, sign_in):
    client = sign_in("enlace")
    keep(client)
    view = SavedView.objects.get()
    assert "Para toda la oficina" not in words(client.get(VIEWS))
    client.post(f"{VIEWS}{view.pk}/", {"name": "Otra", "audience": "office"})
    view.refresh_from_db()
    assert (view.name, view.audience) == ("Otra", "own")
    jefe = sign_in("jefe")
    keep(jefe, name="Del jefe")
    mine = SavedView.objects.get(name="Del jefe")
    assert jefe.post(f"{VIEWS}{mine.pk}/", {"name": "Del jefe", "audience": "department"}).status_code == 422
    sent = {"name": "De todos", "audience": "department", "department": office.lights.pk}
    assert jefe.post(f"{VIEWS}{mine.pk}/", sent).status_code == 302
    assert "De todos" in words(client.get(INBOX))


def test_another_persons_view_is_not_changed_nor_deleted(office, sign_in):
    view = save_view(owner=office.staff["jefe"], name="Propia", query="", audience="office")
    client = sign_in("auxiliar")
    for act in ("", "borrar/", "recuperar/"):
        assert client.post(f"{VIEWS}{view.pk}/{act}", {"name": "Mía"}).status_code == 404


def test_a_view_deleted_by_mistake_comes_back(office, sign_in):
    client = sign_in("enlace")
    keep(client)
    view = SavedView.objects.get()
    page = words(client.post(f"{VIEWS}{view.pk}/borrar/", follow=True))
    assert "Se borró la vista «Las de hoy»" in page
    assert "Deshacer" in page
    assert "Las de hoy" not in words(client.get(INBOX))
    client.post(f"{VIEWS}{view.pk}/recuperar/")
    assert "Las de hoy" in words(client.get(INBOX))


def test_a_view_whose_name_was_taken_meanwhile_says_so_and_stays_deleted(office, sign_in):
    client = sign_in("enlace")
    keep(client)
    view = SavedView.objects.get()
    client.post(f"{VIEWS}{view.pk}/borrar/")
    keep(client)
    assert "Ya tiene una vista con ese nombre" in words(
        client.post(f"{VIEWS}{view.pk}/recuperar/", follow=True)
    )


def test_a_saved_address_whose_category_was_withdrawn_lists_the_rest_and_says_what_was_lost(
    office, receive, sign_in
):
    petition, client = receive(), sign_in("enlace")
    response = client.get(f"{INBOX}?category=ya-no&status=no_leida&saved=1")
    assert response.status_code == 200
    page = words(response)
    assert "No existe «ya-no»" in page
    assert "se dejó fuera" in page
    assert format_folio(petition.folio) in page
    assert client.get(f"{INBOX}?category=ya-no").status_code == 400
    assert client.get(f"{INBOX}?captured_after=ayer&saved=1").status_code == 400
    office.lamp.active = False
    office.lamp.save()
    assert format_folio(petition.folio) in words(client.get(f"{INBOX}?category={office.lamp.code}&saved=1"))


@pytest.mark.parametrize("gone", ["x", "999999999999", "0", "-1", "٣"])
def test_a_forged_undo_harms_nothing(office, sign_in, gone):
    assert sign_in("enlace").get(f"{VIEWS}?borrada={gone}").status_code == 200


def test_thirty_views_are_enough_also_where_one_is_taken_back(office, sign_in):
    client = sign_in("enlace")
    gone = save_view(owner=office.staff["enlace"], name="De antes", query="")
    client.post(f"{VIEWS}{gone.pk}/borrar/")
    for number in range(30):
        save_view(owner=office.staff["enlace"], name=str(number), query="")
    assert "30 vistas guardadas" in words(keep(client))
    assert "30 vistas guardadas" in words(client.post(f"{VIEWS}{gone.pk}/recuperar/", follow=True))
    assert SavedView.objects.filter(deleted_at=None).count() == 30
