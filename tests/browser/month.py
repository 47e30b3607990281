"""A month in an office: the forty who ask, and what is done for them, as those who do it write it down."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from backend.casework.models import StatusChange
from backend.casework.moves import Reach
from backend.casework.workflow import MOVES
from backend.notifications.services.sending import Run, send_waiting
from field.models import Status
from tests.browser.month_desks import Clock, Person, move_on_page, status_of
from tests.casework.conftest import Office
from tests.factories import SIDE, SOUTH, WEST

_FIRST = ("Rosario", "Efraín", "Guadalupe", "Héctor", "Ma. Elena", "Ramón", "Óscar", "Concepción")
_LAST = ("Lizárraga Osuna", "Tirado Páez", "Zazueta Rojo", "Ibarra Félix", "Peraza Beltrán")
#: Forty people, no two of one name.
NAMES: Final = [f"{first} {last}" for last in _LAST for first in _FIRST]


@dataclass
class Ledger:
    """What was done, as those who did it would write it down: the steps and who made each, by folio."""

    steps: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    #: The folios that are one work item now.
    joined: set[str] = field(default_factory=set)

    def write(self, who: str, step: str, folio: str) -> None:
        along = folio in self.joined and step in MOVES and MOVES[step].reach is not Reach.ONE
        for one in sorted(self.joined) if along else [folio]:
            self.steps[one].append((step, who))


@dataclass(frozen=True)
class Asked:
    """A petition as somebody brings it."""

    number: int
    channel: str
    category: str
    words: str

    @property
    def lon_lat(self) -> tuple[float, float]:
        """Three neighbours in one street; everybody else some hundred metres from the next."""
        if self.number < 3:
            return WEST + SIDE * 0.5 + 0.0001 * self.number, SOUTH + SIDE * 0.5
        row, column = divmod(self.number, 7)
        return WEST + SIDE * (0.08 + 0.14 * column), SOUTH + SIDE * (0.05 + 0.16 * row)

    @property
    def address(self) -> str:
        return f"Benito Juárez {100 + 2 * self.number}"

    @property
    def person(self) -> dict[str, str]:
        """Nobody for two of them; a telephone for the rest, and for some an e-mail."""
        n = self.number
        if n in ANONYMOUS:
            return {}
        person = {"name": NAMES[n], "phone": f"669 100 {2000 + n}"}
        return person | ({"email": f"vecina{n}@correo.example"} if n in BY_EMAIL else {})


ANONYMOUS: Final = (15, 39)
BY_EMAIL: Final = (0, 6, 9, 16, 20, 21, 22, 23, 28, 29, 30, 31, 34, 35, 36)
LAMP, POTHOLE, BUMPS, COMPLAINT = "Luminaria apagada", "Bache", "Topes", "Queja contra servidor"
_WORDS: Final = {
    LAMP: ("No prende la lámpara de la esquina.", "Está muy oscuro en la cuadra.", "El foco parpadea."),
    POTHOLE: ("Hay un bache hondo a media calle.", "Se hundió el pavimento con la lluvia."),
    BUMPS: ("Pasan muy recio los carros frente a la escuela.",),
    COMPLAINT: ("Me pidieron dinero por el permiso.",),
}


def petitions() -> list[Asked]:
    """The month's forty: by tour, at the desk, by telephone, by letter, by e-mail and social networks."""
    kinds = [
        *(("recorrido", c) for c in (*[LAMP] * 6, *[POTHOLE] * 3, BUMPS, BUMPS, COMPLAINT)),
        *(("modulo", c) for c in (*[LAMP] * 4, *[POTHOLE] * 3, BUMPS)),
        *(("telefono", c) for c in (*[LAMP] * 4, *[POTHOLE] * 4)),
        *(("oficio", c) for c in (*[LAMP] * 3, *[POTHOLE] * 3)),
        *(("correo", c) for c in (LAMP, LAMP, POTHOLE)),
        *(("redes", c) for c in (LAMP, POTHOLE, POTHOLE)),
    ]
    words = {category: itertools.cycle(said) for category, said in _WORDS.items()}
    return [Asked(n, channel, category, next(words[category])) for n, (channel, category) in enumerate(kinds)]


@dataclass
class Month:
    """The month so far: who works, what came in and under which folio, and what was done."""

    office: Office
    clock: Clock
    desk: Callable[[str], Person]
    folio: dict[int, str] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    people: dict[str, Person] = field(default_factory=dict)

    def begin_day(self, day: int, hour: int = 9) -> None:
        """All go home and the clock goes on; what waited to be told is told, and nothing is left to tell."""
        for person in self.people.values():
            person.leave()
        self.people.clear()
        self.clock.set(day, hour)
        assert send_waiting().failed == 0
        assert send_waiting() == Run()

    def __getitem__(self, who: str) -> Person:
        """The person at the own desk, who comes to it and signs in when first asked for on a day."""
        if who not in self.people:
            self.people[who] = self.desk(who)
            self.people[who].sign_in()
        return self.people[who]

    def number_of(self, folio: str) -> int:
        return next(number for number, one in self.folio.items() if one == folio)

    def noted(self, who: str, step: str, folio: str) -> None:
        """Write down what was done, having seen that it was: what comes too late is refused politely."""
        made = StatusChange.objects.filter(petition__folio=folio.replace("-", "")).order_by("pk").last()
        assert made is not None
        assert (made.move, made.by and made.by.username) == (step, who), folio
        self.ledger.write(who, step, folio)

    def by_page(self, who: str, label: str, step: str, number: int, given: dict | None = None) -> None:
        """A move made on the boleta's page; a liaison who looks at an unread one has opened it."""
        if who.startswith("enlace") and status_of(self.folio[number]) == Status.UNREAD:
            self.ledger.write(who, "open", self.folio[number])
        move_on_page(self[who], self.folio[number], label, given)
        self.noted(who, step, self.folio[number])

    def by_form(self, who: str, step: str, *numbers: int, **given: object) -> None:
        """The same move on others, by the page's own form."""
        for number in numbers:
            folio = self.folio[number]
            told = {"told": given.get("scheduled_for", "")}
            self[who].post(f"/boletas/{folio}/mover/", {"move": step, **told, **given})
            self.noted(who, step, folio)

    def opened(self, who: str, *numbers: int) -> None:
        """The liaison's page says by itself that it was opened."""
        for number in numbers:
            self[who].post(f"/boletas/{self.folio[number]}/abierta/", {})
            self.noted(who, "open", self.folio[number])
