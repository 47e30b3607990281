"""The filters that the API, the inbox and the maps share, read from an address and applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar

from django.contrib.gis.geos import Polygon
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.casework.search import search
from field.models import OPEN_STATUSES, Category, Channel, Department, Status
from field.querysets import PetitionQuerySet
from geo.clock import local_today
from geo.models import Place
from geo.problems import FieldError, Invalid

T = TypeVar("T")
M = TypeVar("M", bound=Model)
_YES, _NO = {"1", "true", "si", "sí", "on"}, {"0", "false", "no"}
_Q_MAX_LENGTH = 200


class Query(Protocol):
    """A parsed query string, such as ``request.GET``."""

    def getlist(self, key: str) -> list[str]: ...


class BadFilter(Invalid):
    """A filter in the address that cannot be understood."""

    status, title = 400, "Un filtro no se entiende"


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep. ``bbox`` is west, south, east, north in degrees; times are aware; codes are known."""

    bbox: tuple[float, float, float, float] | None = None
    place: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    captured_after: datetime | None = None
    captured_before: datetime | None = None
    overdue: bool | None = None
    q: str = ""


def parse_filters(query: Query) -> Filters:
    """Read filters; lists may be repeated or comma-separated, empty ones are as if absent.

    A day instead of a time means the whole local day, in both ``captured_after`` and
    ``captured_before``. Raises BadFilter that tells every fault at once, each with a pointer to its
    parameter.
    """
    errors: list[FieldError] = []

    def read(name: str, parse: Callable[[str], T], default: T) -> T:
        text = next((value for value in query.getlist(name) if value.strip()), "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            errors.append({"pointer": f"/{name}", "code": "invalid", "detail": str(error)})
            return default

    def codes(name: str, known: Callable[[list[str]], set[str]]) -> tuple[str, ...]:
        values = [code for text in query.getlist(name) for code in text.split(",") if code]
        for code in sorted(set(values) - known(values)) if values else []:
            detail = _("No existe «%(code)s».") % {"code": code}
            errors.append({"pointer": f"/{name}", "code": "unknown", "detail": detail})
        return tuple(dict.fromkeys(values))

    filters = Filters(
        bbox=read("bbox", _bbox, None),
        place=codes("place", _known(Place.objects.all())),
        category=codes("category", _known(Category.objects.all())),
        department=codes("department", _known(Department.objects.all())),
        status=codes("status", _one_of(Status.values)),
        channel=codes("channel", _one_of(Channel.values)),
        captured_after=read("captured_after", _moment, None),
        captured_before=read("captured_before", _moment_after_day, None),
        overdue=read("overdue", _yes_or_no, None),
        q=read("q", _words, ""),
    )
    if errors:
        raise BadFilter(_("Revise los filtros de la dirección."), errors=errors)
    return filters


def apply_filters(petitions: PetitionQuerySet, filters: Filters, *, people: bool) -> PetitionQuerySet:
    """The petitions that pass. ``people`` lets ``q`` look for who asked. Raises FolioError (mistyped)."""
    if filters.bbox:
        petitions = petitions.filter(location__coveredby=Polygon.from_bbox(filters.bbox))
    if filters.place:
        petitions = petitions.filter(place__in=_ids(Place.objects.all(), filters.place))
    if filters.category:
        petitions = petitions.filter(category__in=_ids(Category.objects.all(), filters.category))
    if filters.department:
        petitions = petitions.filter(department__in=_ids(Department.objects.all(), filters.department))
    if filters.status:
        petitions = petitions.filter(status__in=filters.status)
    if filters.channel:
        petitions = petitions.filter(channel__in=filters.channel)
    if filters.captured_after:
        petitions = petitions.filter(captured_at__gte=filters.captured_after)
    if filters.captured_before:
        petitions = petitions.filter(captured_at__lt=filters.captured_before)
    if filters.overdue is not None:
        late = {"status__in": OPEN_STATUSES, "due_on__lt": local_today()}
        petitions = petitions.filter(**late) if filters.overdue else petitions.exclude(**late)
    if filters.q:
        petitions = search(petitions, filters.q, people=people)
    return petitions


def _known(rows: QuerySet[M]) -> Callable[[list[str]], set[str]]:
    return lambda codes: set(rows.filter(code__in=codes).values_list("code", flat=True))


def _one_of(choices: list[str]) -> Callable[[list[str]], set[str]]:
    return lambda codes: set(choices) & set(codes)


def _ids(rows: QuerySet[M], codes: tuple[str, ...]) -> list[int]:
    """Ids first: with them in hand the database can choose an index by how common each is."""
    return list(rows.filter(code__in=codes).values_list("pk", flat=True))


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
    return _in_utc(timezone.make_aware(datetime.combine(day, time.min)))


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
