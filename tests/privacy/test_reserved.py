"""A complaint against a servant is nowhere to be seen, found or counted by those who are not meant to."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import quote

import pytest

from backend.casework.models import Referral, StatusChange
from backend.letters.models import Letter, LetterStep
from field.models import InboxRecord, Petition
from tests.factories import SOUTH, WEST
from tests.past import unguarded
from tests.privacy.people import Visitor, forgotten
from tests.privacy.test_matrix import ROWS, path_of
from tests.privacy.things import SECRET_NAME, SECRET_PHONE, SECRET_PLACE, SECRET_WORDS, Things

NOT_MEANT = ("anonymous", "gone", "revoked tablet", "tablet", "promotor", "supervisor", "auxiliar", "asesor")
NOT_MEANT = (*NOT_MEANT, "enlace", "enlace_obras")
MEANT = ("jefe", "director", "enlace_control")
BOX = f"{WEST - 1},{SOUTH - 1},{WEST + 1},{SOUTH + 1}"

#: Pages with the questions that could bring it up; {…} is what it would be found by.
SEARCHES = [
    "/boletas/?q={folio}",
    "/boletas/?q={words}",
    "/boletas/?q={name}",
    "/boletas/?q={phone}",
    "/boletas/?view=all&place=C0000",
    "/boletas/conteos/?q={words}",
    "/api/v1/petitions/?q={folio}",
    "/api/v1/petitions/?q={words}",
    "/api/v1/petitions/?q={name}",
    "/api/v1/petitions/?q={phone}",
    "/api/v1/petitions/?bbox=" + BOX,
    "/mapas/rezago/boletas/?zoom=18&bbox=" + BOX,
    "/mapas/rezago/celdas/?zoom=18&bbox=" + BOX,
    "/bandeja/?q={words}",
]


@pytest.fixture
def secrets(things: Things) -> dict[str, str]:
    """What must not be read, by what it is called in a search."""
    return {
        "words": SECRET_WORDS,
        "place": SECRET_PLACE,
        "name": SECRET_NAME,
        "phone": SECRET_PHONE,
        "folio": things.named["reserved"]["folio"],
        "stored": things.reserved.folio,
        "id": str(things.reserved.pk),
        "photo": things.named["reserved"]["sha256"],
        "held": things.held_reserved.record_id,
    }


def told(visitor: Visitor, path: str, secrets: dict[str, str]) -> list[str]:
    """The secrets that an answer tells, but for those that the question itself named."""
    response = visitor.try_out("GET", path)
    body = response.text + str(response.headers)
    return [
        f"{visitor.name} {path}: {s}" for s in secrets.values() if s in body and quote(str(s)) not in path
    ]


@pytest.mark.parametrize("name", NOT_MEANT)
def test_no_page_api_map_or_export_tells_of_it(
    things: Things, visitors: dict[str, Visitor], secrets: dict[str, str], name: str
) -> None:
    asked = [row for row in ROWS if row.method == "GET"]
    leaks = [
        leak
        for row in asked
        # Who took it down handed over its folio on paper, and may print that paper again.
        if (row.name, row.target, name) != ("casework:receipt", "reserved", "promotor")
        for leak in told(visitors[name], path_of(row.name, things.named.get(row.target, {})), secrets)
    ]
    assert leaks == []


@pytest.mark.parametrize("name", NOT_MEANT)
def test_no_search_finds_it(visitors: dict[str, Visitor], secrets: dict[str, str], name: str) -> None:
    quoted = {key: quote(value) for key, value in secrets.items()}
    leaks = [leak for path in SEARCHES for leak in told(visitors[name], path.format_map(quoted), secrets)]
    assert leaks == []


@pytest.mark.parametrize("name", MEANT)
def test_those_meant_do_find_it(visitors: dict[str, Visitor], secrets: dict[str, str], name: str) -> None:
    """Else the tests above would prove nothing."""
    for key in ("folio", "words", "name", "phone"):
        found = visitors[name].ask("GET", f"/api/v1/petitions/?q={quote(secrets[key])}").json()["features"]
        assert [feature["id"] for feature in found] == [secrets["id"]], key
    assert SECRET_WORDS in visitors[name].ask("GET", f"/boletas/{secrets['folio']}/").text


@pytest.mark.parametrize("name", ["auxiliar", "asesor", "enlace", "enlace_obras", "promotor", "supervisor"])
def test_nothing_is_counted_that_it_would_add_to(
    things: Things, visitors: dict[str, Visitor], name: str
) -> None:
    """Every page and answer reads the same as if it had never come."""
    expected = {
        # A promotor's first page says how many petitions they took down today: they did take it down.
        "promotor": ["/"],
        # The register has every number that was given; of this one it says that it is reserved, no more.
        "auxiliar": ["/oficios/"],
        "asesor": ["/oficios/"],
    }
    assert changed_without_it(things, visitors[name]) == expected.get(name, [])


def test_those_meant_do_count_it(things: Things, visitors: dict[str, Visitor]) -> None:
    """Else the test above would prove nothing."""
    changed = changed_without_it(things, visitors["director"])
    assert {"/", "/boletas/", "/mapas/rezago/datos/", "/bandeja/"} <= set(changed)


def changed_without_it(things: Things, visitor: Visitor) -> list[str]:
    """The addresses that answer something else once the complaint and the held record are gone."""
    paths = [
        path_of(row.name, things.named.get(row.target, {}))
        for row in ROWS
        # A tour counts its doors and petitions, reserved ones too, and names none of those.
        if row.method == "GET"
        and row.target in ("-", "place")
        and not row.name.startswith("campaigns:")
        # A spreadsheet says when it was made; each shows what a page beside it shows.
        and not path_of(row.name, things.named.get(row.target, {})).endswith(".xlsx")
    ]
    paths += [path for path in SEARCHES if "{" not in path]
    before = {path: as_read(visitor, path) for path in paths}
    with forgotten(), unguarded(Letter, LetterStep, Referral, StatusChange):
        InboxRecord.objects.filter(pk=things.held_reserved.pk).delete()
        Letter.objects.filter(pk=things.named["letter-reserved"]["pk"]).delete()
        Petition.objects.filter(pk=things.reserved.pk).delete()
        after = {path: as_read(visitor, path) for path in paths}
    return [path for path in paths if before[path] != after[path]]


def as_read(visitor: Visitor, path: str) -> str:
    """An answer without what is drawn anew each time."""
    response = visitor.try_out("GET", path)
    text = cells_of(response.content) if response.content.startswith(b"PK") else response.text
    text = re.sub(r'(nonce|csrfmiddlewaretoken" value|"X-CSRFToken": )="?[^"]*"', "", text)
    text = re.sub(r'"x-csrftoken": "[^"]*"|X-CSRFToken[^,}]*', "", text, flags=re.I)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|map_[0-9a-f]+", "", text)


def cells_of(workbook: bytes) -> str:
    """What a workbook says, without the moment at which it was made."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/"))
