"""Who may ask for what: every address of the program, every method that it has, everybody who may knock.

The table is ``matrix/*.txt``, a file for each room of the program and a line for each address::

    #                method target    let in  a g r t  p s x l j d  e o c
    casework:boleta  GET    reserved  200     . . . .  0 0 0 0 x x  0 0 x

The columns are ``people.COLUMNS``: **a**nonymous, **g**one (deactivated with a session still open),
**r**evoked tablet, **t**ablet, **p**romotor, **s**upervisor, au**x**iliar, asesor (**l**egal), **j**efe,
**d**irector, **e**nlace of the department that has the petition ``own``, the **o**ther enlace (who has
``other``), and internal **c**ontrol's (who has ``reserved``). The cells: ``x`` let in, with one of the
statuses under *let in*; ``.`` not known: sent to sign in, or 401 from the API; ``-`` 403; ``0`` 404, as
if it did not exist.

**To add an address**, write its line into its room's file: give the name, each method that it has, and
the targets that its parameters are filled from: ``-`` for none, or a name that ``things.things_of``
makes (``own``, ``other``, ``reserved``, ``tour``, ``held`` …; a room with things of its own adds them
there). An address that names a boleta needs the three of them. What a POST must carry to get past its
own questions follows a bar: ``| move=note&note=Nota``, or JSON in braces. Then run this module: it shows
the line as the program answers it. Read it before you believe it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.privacy.people import COLUMNS, Visitor
from tests.privacy.things import Things

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OF_A_BOLETA = {"own", "other", "reserved"}
#: Parameters that name a boleta.
BOLETA_PARAMETERS = {"folio", "petition"}


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    target: str
    let_in: tuple[str, ...]
    cells: tuple[str, ...]
    body: str = ""

    def __str__(self) -> str:
        columns = "  ".join(" ".join(self.cells[a:b]) for a, b in ((0, 4), (4, 10), (10, 13)))
        body = f" | {self.body}" if self.body else ""
        return f"{self.name:28} {self.method:6} {self.target:13} {'/'.join(self.let_in):9} {columns}{body}"


def read_rows() -> Iterator[Row]:
    for path in sorted(Path(__file__).with_name("matrix").glob("*.txt")):
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                cells, _bar, body = line.partition("|")
                name, method, target, let_in, *letters = cells.split()
                assert len(letters) == len(COLUMNS), line
                yield Row(name, method, target, tuple(let_in.split("/")), tuple(letters), body.strip())


ROWS = list(read_rows())


def test_each_address_answers_everybody_as_its_line_says(
    things: Things, visitors: dict[str, Visitor]
) -> None:
    answered = [(row, as_answered(row, things, visitors)) for row in ROWS]
    wrong = [f"expected {row}\nanswered {real}" for row, real in answered if row != real]
    assert not wrong, "\n".join(["", *wrong])


def test_every_address_has_its_line_and_one_of_a_boleta_has_three(
    things: Things, visitors: dict[str, Visitor]
) -> None:
    named, written = {name for name, _pattern in addresses()}, {row.name for row in ROWS}
    assert written - named == set()
    drafts = [str(row) for name in sorted(named - written) for row in draft(name, things, visitors)]
    assert named - written == set(), "\n".join(["read these, and write those that are right:", *drafts])
    targets: dict[str, set[str]] = {}
    for row in ROWS:
        targets.setdefault(row.name, set()).add(row.target)
    of_boletas = {
        name
        for name, pattern in addresses()
        if BOLETA_PARAMETERS & set(pattern.pattern.converters) or name == "casework:api-petition"
    }
    assert of_boletas
    assert {name for name in of_boletas if not targets[name] >= OF_A_BOLETA} == set()


def test_every_method_that_lets_somebody_in_has_its_line(
    things: Things, visitors: dict[str, Visitor]
) -> None:
    written = {(row.name, row.method) for row in ROWS}
    unwritten = [
        f"{row.name} {method} ({row.target})"
        for row in {row.name: row for row in reversed(ROWS)}.values()
        for method in METHODS
        if (row.name, method) not in written
        for who in ("director", "tablet")
        if answer_of(visitors[who], Row(row.name, method, row.target, (), ()), things)[0] == "x"
    ]
    assert unwritten == []


@pytest.mark.parametrize("cell", [".", "-", "0"])
def test_every_kind_of_refusal_occurs(cell: str) -> None:
    """Else the letters would have come to mean nothing."""
    assert any(cell in row.cells for row in ROWS)


def draft(name: str, things: Things, visitors: dict[str, Visitor]) -> Iterator[Row]:
    """Lines for an address that has none: every target that fits, every method that lets anybody in."""
    for target, named in {"-": {}, **things.named}.items():
        try:
            path_of(name, named)
        except AssertionError:
            continue
        for method in METHODS:
            row = as_answered(Row(name, method, target, (), ()), things, visitors)
            if row.let_in:
                yield row
        if target == "-":
            return


def as_answered(row: Row, things: Things, visitors: dict[str, Visitor]) -> Row:
    """The row as the program answers it."""
    answers = [answer_of(visitors[who], row, things) for who in COLUMNS.values()]
    seen = {str(status) for letter, status in answers if letter == "x"}
    expected = set(row.let_in)
    let_in = row.let_in if seen == expected or (not seen and expected == {"-"}) else tuple(sorted(seen))
    return Row(
        row.name, row.method, row.target, let_in, tuple(letter for letter, _status in answers), row.body
    )


def answer_of(visitor: Visitor, row: Row, things: Things) -> tuple[str, int]:
    """The letter of what the visitor is answered, and the status."""
    path = path_of(row.name, things.named.get(row.target, {}))
    response = visitor.try_out(row.method, path, **body_of(row))
    status = response.status_code
    # Who was writing something gets it back there, on a page of its own.
    given_back = status == 403 and 'href="/entrar/' in response.text
    at_the_door = given_back or (status == 302 and response.headers["location"].startswith("/entrar/"))
    letter = "." if status == 401 or at_the_door else {403: "-", 404: "0", 405: "m"}.get(status, "x")
    return letter, status


def body_of(row: Row) -> dict[str, Any]:
    if row.method == "GET":
        return {}
    return {"json": json.loads(row.body)} if row.body.startswith("{") else {"body": dict(parse_qsl(row.body))}


def path_of(name: str, named: dict[str, Any]) -> str:
    """The address, its parameters filled in from the target."""
    [pattern] = [pattern for known, pattern in addresses() if known == name]
    wanted = set(pattern.pattern.converters) | _outer_parameters(name)
    assert wanted <= set(named), f"{name} needs a target that names {wanted - set(named)}"
    return reverse(name, kwargs={parameter: named[parameter] for parameter in wanted})


def _outer_parameters(name: str) -> set[str]:
    """Those of the prefixes under which an address is included."""
    try:
        reverse(name)
    except NoReverseMatch:
        return {"key"} if name.startswith("field:odk-") else set()
    return set()


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the program by its full name; one without a name is an error."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"an address without a name: {space}{pattern.pattern}"
            yield f"{space}{pattern.name}", pattern
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from addresses(pattern, f"{space}{inner}")
