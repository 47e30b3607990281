"""What somebody with an account tries beyond the pages that they are offered: ids by guess, filters made by
hand, an answer that another's browser kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from backend.casework.models import BulkMove
from backend.casework.worklists.models import Stop
from backend.letters.models import Letter
from backend.reports.capacity.measures import BY_KEY, RECEIVED
from field.models import Petition
from tests.privacy.people import Visitor
from tests.privacy.test_matrix import ROWS, path_of
from tests.privacy.test_reserved import SEARCHES, secrets, told
from tests.privacy.things import SECRET_NAME, SECRET_WORDS, Things

__all__ = ["secrets"]

#: Sees no reserved boleta, and may do something to those that they see.
GUESSERS = ("auxiliar", "enlace", "enlace_obras")
#: Words that other programs order, search and shape by; this one reads none of them.
BY_HAND = [
    "ordering=petitioner__name",
    "ordering=-petitioner__phone",
    "order_by=petitioner__name",
    "search={words}",
    "petitioner__name={name}",
    "name={name}",
    "phone={phone}",
    "id={id}",
    "pk={id}",
    "folio={folio}",
    "category__sensitive=1",
    "sensitive=1",
    "fields=petitioner,phone",
    "expand=petitioner",
    "format=csv",
    "include_reserved=1",
    "limit=500",
]


@pytest.mark.parametrize("name", GUESSERS)
def test_a_boleta_named_by_guess_joins_no_batch_list_letter_or_work_item(
    things: Things, visitors: dict[str, Visitor], secrets: dict[str, str], name: str
) -> None:
    visitor, reserved = visitors[name], things.reserved
    before = Petition.objects.filter(pk=reserved.pk).values().get()
    letters = Letter.objects.filter(petitions=reserved).count()
    folio, own = secrets["folio"], things.named["other" if name == "enlace_obras" else "own"]["folio"]
    answer_letter = {"kind": "respuesta", "folios": folio, "petitions": folio}
    asked = [
        ("casework:bulk-choose", {}, {"chosen": f"{reserved.pk}|{timezone.now().isoformat()}"}),
        ("casework:bulk-choose", {}, {"all": "1", "query": f"q={folio}"}),
        ("casework:work-list-new", {}, {"picked": str(reserved.pk), "name": "Adivinada"}),
        ("casework:boleta-join", {"folio": own}, {"folio": folio}),
        ("casework:boleta-join", {"folio": folio}, {"folio": own}),
        ("letters:new", {}, answer_letter),
        ("letters:receive", {}, {**answer_letter, "subject": "Luz", "party_name": "Rosa"}),
        ("letters:link", things.named["letter-in"], {"folio": folio}),
    ]
    for address, named, body in asked:
        path = path_of(address, named)
        answer = visitor.ask("POST", path, body)
        assert answer.status_code in (302, 403, 404, 409, 422), (path, answer.status_code)
        told_after = (
            visitor.ask("GET", answer.headers["location"]).text if answer.is_redirect else answer.text
        )
        assert SECRET_WORDS not in told_after, path
        assert SECRET_NAME not in told_after, path
    assert Petition.objects.filter(pk=reserved.pk).values().get() == before
    assert not Stop.objects.filter(petition=reserved).exists()
    assert not any(str(reserved.pk) in str(bulk.chosen) for bulk in BulkMove.objects.all())
    assert Letter.objects.filter(petitions=reserved).count() == letters


@pytest.mark.parametrize("name", ["promotor", "supervisor", *GUESSERS])
def test_parameters_made_by_hand_change_nothing_and_tell_nothing(
    visitors: dict[str, Visitor], secrets: dict[str, str], name: str
) -> None:
    visitor = visitors[name]
    quoted = {key: quote(value) for key, value in secrets.items()}
    plain = ids_of(visitor.ask("GET", "/api/v1/petitions/"))
    for query in BY_HAND:
        answer = visitor.ask("GET", f"/api/v1/petitions/?{query.format_map(quoted)}")
        if answer.status_code == 200:
            assert ids_of(answer) == plain, query
        else:
            assert answer.status_code in (400, 404, 406, 422), query
        assert secrets["id"] not in answer.text or secrets["id"] in query.format_map(quoted), query
        for path in ("/boletas/", "/mapas/rezago/boletas/", "/informes/capacidad/boletas/"):
            assert told(visitor, f"{path}?{query.format_map(quoted)}", secrets) == [], (path, query)


def ids_of(answer: Any) -> list[str]:
    return [feature["id"] for feature in answer.json()["features"]]


def test_a_liaison_drills_into_no_other_department(
    things: Things, visitors: dict[str, Visitor], secrets: dict[str, str]
) -> None:
    """Whatever department, measure or order the address names, the boletas are the liaison's own."""
    other, own = things.named["other"]["folio"], things.named["own"]["folio"]
    streets, control = things.other.department, things.reserved.department
    assert streets
    assert control
    for measure in BY_KEY:
        for department in (streets.code, control.code, "", "nada"):
            for more in ("", "&orden=dias", "&oficina=1", "&page=2", "&todas=1"):
                query = f"medida={measure}&dependencia={department}{more}"
                for path in ("/informes/capacidad/boletas/", "/informes/capacidad/boletas.xlsx"):
                    answer = visitors["enlace"].ask("GET", f"{path}?{query}")
                    assert answer.status_code in (200, 400, 404), query
                    assert other not in answer.text, query
                    assert secrets["folio"] not in answer.text, query
    listed = visitors["enlace"].ask("GET", f"/informes/capacidad/boletas/?medida={RECEIVED.key}").text
    assert own in listed  # else the above would prove nothing


def test_no_cache_between_keeps_what_a_person_of_the_staff_saw(
    things: Things, visitors: dict[str, Visitor]
) -> None:
    """Nor does a browser, but for what it asks about again or what says that it is private."""
    kept = []
    for row in ROWS:
        if row.method != "GET" or row.cells[9] != "x" or row.cells[0] == "x":  # the director's, nobody else's
            continue
        path = path_of(row.name, things.named.get(row.target, {}))
        answer = visitors["director"].try_out("GET", path)
        told_caches = answer.headers.get("cache-control", "")
        if answer.status_code == 200 and "private" not in told_caches and "no-store" not in told_caches:
            kept.append(f"{path}: {told_caches or 'nothing said'}")
    assert kept == []


def test_an_answer_that_another_kept_is_not_taken_for_ones_own(
    things: Things, visitors: dict[str, Visitor]
) -> None:
    """Where two people are told different things, their answers' tags differ, and neither gets a 304."""
    director, clerk = visitors["director"], visitors["auxiliar"]
    paths = {
        path_of(row.name, things.named.get(row.target, {}))
        for row in ROWS
        if row.method == "GET" and row.cells[6] == row.cells[9] == "x" and row.target in ("-", "place")
    }
    paths |= {path for path in SEARCHES if "{" not in path}
    mistaken = []
    for path in sorted(paths):
        first = director.try_out("GET", path)
        if first.status_code != 200 or not (tag := first.headers.get("etag")):
            continue
        mine = clerk.try_out("GET", path)
        again = clerk.try_out("GET", path, headers={"If-None-Match": tag})
        if again.status_code == 304 and mine.content != first.content:
            mistaken.append(path)
    assert mistaken == []
