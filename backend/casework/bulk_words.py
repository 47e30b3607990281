"""What the pages of a move for many boletas tell: what it would do, and what it did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.models import BulkMove
from backend.casework.moves import Deadline, Move, Need
from backend.casework.selectors import visible_to
from backend.casework.services.bulk import foresee_bulk
from backend.casework.timeline import doubts_about, in_words
from backend.casework.workflow import MOVES
from field.folio import format_folio
from field.models import Department, Petition
from geo.clock import local_today
from geo.sheets import Column, csv_of, sheet_of

_SAMPLE: Final = 4


@dataclass(frozen=True, slots=True)
class Going:
    """Boletas that the move takes to one place, and where it promises anew with one date."""

    department: str
    due_on: date | None
    folios: list[str]

    @property
    def sample(self) -> list[str]:
        """The first folios, for a person to recognise."""
        return self.folios[:_SAMPLE]

    @property
    def rest(self) -> int:
        return max(len(self.folios) - _SAMPLE, 0)


@dataclass(frozen=True, slots=True)
class Staying:
    """Boletas that stay for one reason."""

    reason: str
    folios: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would do now; ``along`` has the folios of voices that nobody ticked and that go too.

    ``dated`` says whether an answer would be promised anew; else each keeps its own date. ``late`` are those
    promised before the day that is given for the work.
    """

    going: list[Going]
    staying: list[Staying]
    along: list[str]
    dated: bool
    late: int = 0

    @property
    def moving(self) -> int:
        return sum(len(group.folios) for group in self.going)

    @property
    def kept(self) -> int:
        return sum(len(group.folios) for group in self.staying)


def preview_of(bulk: BulkMove) -> Preview:
    """The boletas that would go, by where to and until when, and those that would stay, by why."""
    foreseen, move = foresee_bulk(bulk), MOVES[bulk.move]
    chosen = Department.objects.filter(pk=bulk.given.get("department")).first()
    extra = frozenset(municipal_holidays())
    dated = move.deadline is Deadline.ANEW
    going: dict[tuple[str, date | None], list[str]] = defaultdict(list)
    for petition in foreseen.petitions:
        department = _department_after(petition, move, chosen)
        due_on = None
        if dated:
            due_on = petition.due_on
            if department is not None:
                due_on = due_date(local_today(), petition.category.working_days, extra)
        going[department.name if department else _("La oficina"), due_on].append(format_folio(petition.folio))
    groups = [Going(name, due_on, folios) for (name, due_on), folios in going.items()]
    groups.sort(key=lambda group: (group.due_on or date.max, group.department))
    # Named as the person saw them, though they are out of sight by now.
    folios = {key: folio for key, folio, _at in bulk.chosen}
    staying = _by_reason((folios[str(one.petition)], one.detail) for one in foreseen.refused)
    along = [format_folio(petition.folio) for petition in foreseen.along]
    day = bulk.given.get("scheduled_for")
    late = [one for one in foreseen.petitions if day and _is_before(one.due_on, date.fromisoformat(day))]
    return Preview(groups, staying, along, dated, len(late))


def late_by(day: date, late: int) -> list[str]:
    """That on a day for the work so many will be overdue, in words."""
    if not late:
        return []
    text = ngettext(
        "Ojo: %(n)s se prometió para antes del %(day)s: ese día ya estará vencida.",
        "Ojo: %(n)s se prometieron para antes del %(day)s: ese día ya estarán vencidas.",
        late,
    )
    return [text % {"n": f"{late:,}", "day": in_words(day)}]


def doubts_about_many(bulk: BulkMove, day: date) -> list[str]:
    """What may be amiss with a day for the work on the boletas chosen, as they stand now. Two queries."""
    keys = [key for key, _folio, _at in bulk.chosen]
    fitting = visible_to(bulk.by).filter(pk__in=keys, status__in=MOVES["schedule"].sources)
    promised = fitting.filter(due_on__gte=local_today(), due_on__lt=day).count()
    return [*doubts_about(day), *late_by(day, promised)]


def _is_before(promised: date | None, day: date) -> bool:
    """Whether a promise that has not run out yet will have by then."""
    return promised is not None and local_today() <= promised < day


def refused_of(bulk: BulkMove) -> list[Staying]:
    """What was refused in the end, by reason, the commonest first."""
    return _by_reason((folio, reason) for folio, _code, reason in bulk.outcome["refused"])


def _by_reason(refused: Iterable[tuple[str, str]]) -> list[Staying]:
    """Folios and reasons, the commonest reason first."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for folio, reason in refused:
        by_reason[reason].append(format_folio(folio))
    groups = [Staying(reason, folios) for reason, folios in by_reason.items()]
    return sorted(groups, key=lambda group: -len(group.folios))


def along_of(bulk: BulkMove) -> list[str]:
    """The voices that went along in the end."""
    return [format_folio(folio) for folio in bulk.outcome.get("along", [])]


def result_sheet(bulk: BulkMove) -> bytes:
    """The result as a spreadsheet, one boleta a row."""
    return sheet_of(name=str(MOVES[bulk.move].label), columns=_columns(), rows=_rows(bulk))


def result_csv(bulk: BulkMove) -> str:
    """The same as CSV."""
    return csv_of(headings=[column.title for column in _columns()], rows=_rows(bulk))


def _columns() -> list[Column]:
    return [
        Column(_("Folio")),
        Column(_("Qué pasó"), 18),
        Column(_("Estado"), 16),
        Column(_("Quién la tiene"), 28),
        Column(_("Vence"), 12),
        Column(_("Motivo"), 70),
    ]


def _rows(bulk: BulkMove) -> list[list[object]]:
    rows: list[list[object]] = [
        [format_folio(folio), _("Se movió"), status, department, date.fromisoformat(due) if due else None, ""]
        for folio, status, department, due in bulk.outcome["moved"]
    ]
    rows += [[folio, _("Se movió junto con otra"), "", "", None, ""] for folio in along_of(bulk)]
    return rows + [
        [format_folio(folio), _("Se quedó"), "", "", None, reason]
        for folio, _code, reason in bulk.outcome["refused"]
    ]


def _department_after(petition: Petition, move: Move, chosen: Department | None) -> Department | None:
    if move.department is not Need.NO:
        return chosen
    return None if move.leaves_department else petition.department
