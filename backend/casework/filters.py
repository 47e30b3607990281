"""The filters that the API, the inbox and the maps share, read from an address and applied.

Whatever is asked of one of them can be asked of the others with the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol, TypeVar
from uuid import UUID

from django.contrib.gis.geos import Polygon
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from field.models import OPEN_STATUSES, Category, Channel, Department, Petition, Status
from field.querysets import PetitionQuerySet
from geo.clock import local_day, local_today, start_of_day
from geo.models import Place
from geo.problems import FieldError, Invalid

T = TypeVar("T")
M = TypeVar("M", bound=Model)
#: Stands for every status on which an answer is owed.
OPEN: Final = "abiertas"
#: Stands for what no department has: the office's own. Its id is none that a department ever has.
UNREFERRED: Final = "sin-canalizar"
_UNREFERRED_ID: Final = 0
#: Every period's usual: no bounds.
ALWAYS: Final = "all"
_DAYS: Final = {"30": 29, "90": 89, "365": 364}
_YES, _NO = {"1", "true", "si", "sí", "on"}, {"0", "false", "no"}
_Q_MAX_LENGTH = 200
NAMES: Final = frozenset(
    {"bbox", "place", "category", "department", "status", "channel", "tour", "captured_after"}
    | {"captured_before", "period", "overdue", "q"}
)


class Query(Protocol):
    """A parsed query string, such as ``request.GET``."""

    def getlist(self, key: str) -> list[str]: ...


class BadFilter(Invalid):
    """A filter in the address that cannot be understood."""

    status, title = 400, "Un filtro no se entiende"


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep. ``bbox`` is west, south, east, north in degrees; times are aware; places, categories
    and departments are ids: with them in hand the database can choose an index by how common each is.
    A department 0 is the office, which has what nobody referred.
    """

    bbox: tuple[float, float, float, float] | None = None
    place: tuple[int, ...] = ()
    category: tuple[int, ...] = ()
    department: tuple[int, ...] = ()
    status: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    tour: UUID | None = None
    captured_after: datetime | None = None
    captured_before: datetime | None = None
    overdue: bool | None = None
    q: str = ""

    @property
    def since(self) -> date | None:
        """The municipality's day on which the time asked about begins."""
        return local_day(self.captured_after) if self.captured_after else None

    @property
    def until(self) -> date | None:
        """The last day of the time asked about."""
        if self.captured_before is None:
            return None
        return local_day(self.captured_before - timedelta(microseconds=1))


def parse_filters(
    query: Query,
    *,
    only: Collection[str] = NAMES,
    categories: QuerySet[Category] | None = None,
    statuses: Collection[Status] = tuple(Status),
    period: str = ALWAYS,
) -> Filters:
    """Read filters; lists may be repeated or comma-separated, empty ones are as if absent.

    A day instead of a time means the whole local day, in both ``captured_after`` and
    ``captured_before``; either goes before the named ``period``. ``only`` names what is read,
    ``categories`` and ``statuses`` what may be asked for. Raises BadFilter that tells every fault at
    once, each with a pointer to its parameter.
    """
    errors: list[FieldError] = []

    def read(name: str, parse: Callable[[str], T], default: T) -> T:
        values = query.getlist(name) if name in only else []
        text = next((value for value in values if value.strip()), "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            errors.append({"pointer": f"/{name}", "code": "invalid", "detail": str(error)})
            return default

    def codes(name: str, known: Callable[[list[str]], dict[str, T]]) -> tuple[T, ...]:
        texts = query.getlist(name) if name in only else []
        values = [code for text in texts for code in text.split(",") if code]
        found = known(values) if values else {}
        for code in sorted(set(values) - set(found)):
            detail = _("No existe «%(code)s».") % {"code": code}
            errors.append({"pointer": f"/{name}", "code": "unknown", "detail": detail})
        return tuple(found[code] for code in dict.fromkeys(values) if code in found)

    bbox = read("bbox", _bbox, None)
    after, before = read("captured_after", _moment, None), read("captured_before", _moment_after_day, None)
    begins, ends = read("period", _bounds, _bounds(period))
    if not (after or before):
        after, before = begins, ends
    asked = codes("status", _one_of([OPEN, *map(str, statuses)]))
    filters = Filters(
        bbox=bbox,
        place=codes("place", _known(Place.objects.all())),
        category=codes("category", _known(Category.objects.all() if categories is None else categories)),
        department=codes("department", _departments),
        status=tuple(map(str, OPEN_STATUSES)) if OPEN in asked else asked,
        channel=codes("channel", _one_of(Channel.values)),
        tour=read("tour", _uuid, None),
        captured_after=after,
        captured_before=before,
        overdue=read("overdue", _yes_or_no, None),
        q=read("q", _words, ""),
    )
    if errors:
        raise BadFilter(_("Revise los filtros de la dirección."), errors=errors)
    return filters


def apply_filters(petitions: PetitionQuerySet, filters: Filters) -> PetitionQuerySet:
    """The petitions that pass; what ``q`` looks for among them is a list's (``listing``)."""
    if filters.bbox:
        petitions = petitions.filter(location__coveredby=Polygon.from_bbox(filters.bbox))
    for name in ("place", "category", "department", "status", "channel"):
        values = getattr(filters, name)
        if values == (_UNREFERRED_ID,):
            petitions = petitions.filter(department=None)
        elif _UNREFERRED_ID in values:
            petitions = petitions.filter(Q(department=None) | Q(department__in=values))
        elif len(values) == 1:
            petitions = petitions.filter(**{name: values[0]})
        elif values:
            petitions = petitions.filter(**{f"{name}__in": values})
    if filters.tour:
        doors = Petition.encounters.through.objects.filter(
            encounter__visit__tour_id=filters.tour, encounter__withdrawn_at=None
        )
        petitions = petitions.filter(pk__in=doors.values("petition_id"))
    if filters.captured_after:
        petitions = petitions.filter(captured_at__gte=filters.captured_after)
    if filters.captured_before:
        petitions = petitions.filter(captured_at__lt=filters.captured_before)
    if filters.overdue is not None:
        late = {"status__in": OPEN_STATUSES, "due_on__lt": local_today()}
        petitions = petitions.filter(**late) if filters.overdue else petitions.exclude(**late)
    return petitions


def _departments(codes: list[str]) -> dict[str, int]:
    return {UNREFERRED: _UNREFERRED_ID} | _known(Department.objects.all())(codes)


def _known(rows: QuerySet[M]) -> Callable[[list[str]], dict[str, int]]:
    return lambda codes: dict(rows.filter(code__in=codes).values_list("code", "pk"))


def _one_of(choices: Collection[str]) -> Callable[[list[str]], dict[str, str]]:
    return lambda codes: {code: code for code in codes if code in choices}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(_("No existe ese recorrido.")) from None


def _bounds(period: str) -> tuple[datetime | None, datetime | None]:
    """When a named period begins and ends: its last days, this year, or a year by its number."""
    today = local_today()
    if period == ALWAYS:
        return None, None
    if period in _DAYS:
        first, last = today - timedelta(days=_DAYS[period]), today
    elif period == "year" or (
        period.isascii() and period.isdecimal() and 1900 <= int(period[:5]) <= today.year
    ):
        year = today.year if period == "year" else int(period)
        first, last = date(year, 1, 1), date(year, 12, 31)
    else:
        raise ValueError(_("No existe ese periodo."))
    return _start_of(first), _start_of(last + timedelta(days=1))


def _bbox(text: str) -> tuple[float, float, float, float]:
    wrong = _("Escriba oeste,sur,este,norte en grados, por ejemplo -106.5,23.1,-106.3,23.3.")
    try:
        west, south, east, north = (float(number) for number in text.split(","))
    except ValueError:
        raise ValueError(wrong) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(wrong)
    return west, south, east, north


def _moment(text: str) -> datetime:
    """A time with its offset, or the start of a local day."""
    if day := _day(text):
        return _start_of(day)
    try:
        # In a query string a plus sign that was not escaped arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        example = "2026-11-20T08:00:00-07:00"
        raise ValueError(_("Escriba un día (2026-11-20) o una hora con su zona (%s).") % example) from None
    if timezone.is_naive(moment):
        raise ValueError(_("A la hora le falta su zona, por ejemplo -07:00."))
    return _in_utc(moment)


def _moment_after_day(text: str) -> datetime:
    """As `_moment`, but a day is taken whole: the start of the next."""
    day = _day(text)
    if day is None:
        return _moment(text)
    if day == date.max:
        raise ValueError(_("La fecha está demasiado lejos."))
    return _start_of(day + timedelta(days=1))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start_of(day: date) -> datetime:
    return _in_utc(start_of_day(day))


def _in_utc(moment: datetime) -> datetime:
    """The same moment; PostgreSQL refuses offsets of 16 hours and more, which Python reads."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(_("La fecha está demasiado lejos.")) from None


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(_("Escriba true o false."))
    return text.lower() in _YES


def _words(text: str) -> str:
    if len(text) > _Q_MAX_LENGTH or "\x00" in text:
        raise ValueError(_("La búsqueda es demasiado larga o tiene caracteres que no se leen."))
    return text
