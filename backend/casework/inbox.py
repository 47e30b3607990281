"""The inbox: the views that split it, in the order in which each is worked off, with live counts.

A view is nothing but filters in the address, so that it can be linked to, kept and sent on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.casework.filters import Filters, apply_filters, parse_filters
from backend.casework.listing import Keep, page_for
from backend.casework.paging import DUE_FIRST, NEWEST, OLDEST, Order, Page, cursor_at
from backend.casework.selectors import visible_to
from backend.casework.week import week_at_hand
from field.models import OPEN_STATUSES, Petition, Status
from field.querysets import PetitionQuerySet
from geo.clock import local_today

#: Parameters of the address by which one view differs from another; the other filters stay.
_OF_A_VIEW = ("view", "status", "overdue", "cursor", "page", "saved")
#: Beyond this a count only says "more than".
_MOST_ATTENDED = 999


@dataclass(frozen=True, slots=True)
class View:
    """A way of looking at the inbox: ``query`` is what its address says."""

    name: str
    label: Promise | str
    query: tuple[tuple[str, str], ...]
    order: Order
    #: Of the office, whose work it is, or of everybody.
    office_only: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as a link, with how many petitions it holds now (None: not counted)."""

    view: View
    address: str
    count: int | None
    current: bool


def _due_in_the_week() -> str:
    return gettext("Vencen %(when)s") % {"when": week_at_hand()}


PENDING = View("pending", _("Pendientes"), (), DUE_FIRST)
TO_VERIFY = View("to_verify", _("Por verificar"), (("status", Status.TO_VERIFY.value),), OLDEST, True)
UNREAD = View("unread", _("No leídas"), (("status", Status.UNREAD.value),), DUE_FIRST)
OVERDUE = View("overdue", _("Vencidas"), (("overdue", "1"),), DUE_FIRST)
THIS_WEEK = View("week", lazy(_due_in_the_week, str)(), (("view", "week"),), DUE_FIRST)
DISPUTED = View("disputed", _("Inconformidades"), (("status", Status.DISPUTED.value),), DUE_FIRST)
ATTENDED = View("attended", _("Por validar"), (("status", Status.ATTENDED.value),), NEWEST)
ALL = View("all", _("Todas"), (("view", "all"),), NEWEST)
VIEWS = (PENDING, TO_VERIFY, UNREAD, OVERDUE, THIS_WEEK, DISPUTED, ATTENDED, ALL)
_BY_STATUS = {dict(view.query)["status"]: view for view in VIEWS if "status" in dict(view.query)}


def view_of(query: QueryDict, filters: Filters) -> View:
    """The view that an address asks for. Looking for something looks everywhere."""
    if set(filters.status) == set(map(str, OPEN_STATUSES)):
        return PENDING
    if filters.status:
        return _BY_STATUS.get(filters.status[0], ALL) if len(filters.status) == 1 else ALL
    if filters.overdue:
        return OVERDUE
    if query.get("view") == "week":
        return THIS_WEEK
    return ALL if query.get("view") == "all" or filters.q else PENDING


def inbox_page(
    user: User, view: View, filters: Filters, *, cursor: str | None = None, size: int, number: int = 1
) -> Page:
    """A page of a view, with the rows that its list names. Raises FolioError (mistyped) and BadCursor.

    What is to be done is listed once, by the head of each work item; all petitions are under ``ALL``
    and found by a search.
    """
    return page_for(
        user, filters, order=view.order, cursor=cursor, size=size, number=number, keep=_kept_by(view, filters)
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The petitions before and after one in a list (None at the ends)."""

    previous: Petition | None
    next: Petition | None


def neighbours_of(user: User, query: QueryDict, petition: Petition) -> Neighbours:
    """What comes before and after a petition in the list of an address, also once it has left that list.

    Raises BadFilter and FolioError.
    """
    filters = parse_filters(query)
    view = view_of(query, filters)
    order = NEWEST if filters.q else view.order

    def nearest(*, back: bool) -> Petition | None:
        cursor = cursor_at(order, petition, back=back)
        rows = inbox_page(user, replace(view, order=order), filters, cursor=cursor, size=1).rows
        return rows[0] if rows else None

    return Neighbours(nearest(back=True), nearest(back=False))


def _kept_by(view: View, filters: Filters) -> Keep:
    def keep(petitions: PetitionQuerySet) -> PetitionQuerySet:
        petitions = petitions.with_voices()
        if view.name != ALL.name and not filters.q:
            petitions = petitions.work_items()
        if view.name == PENDING.name:
            return petitions.open()
        if view.name == THIS_WEEK.name:
            return petitions.open().filter(week_at_hand().falls_due)
        return petitions

    return keep


def tabs_of(user: User, query: QueryDict, filters: Filters) -> list[Tab]:
    """The views that a person has, with counts that mind the other filters. Two queries and no more
    than the filters' own."""
    current = view_of(query, filters)
    counts = _counts(user, replace(filters, status=(), overdue=None))
    office = user.has_perm("casework.see_office")
    return [
        Tab(view, _address(query, view), counts.get(view.name), view is current)
        for view in VIEWS
        if office or not view.office_only
    ]


def _counts(user: User, filters: Filters) -> dict[str, int]:
    petitions = apply_filters(visible_to(user).work_items(), filters)
    late = Q(due_on__lt=local_today())
    # A column of the index ``petition_open``, so that the rows themselves need not be read.
    counts = petitions.open().aggregate(
        pending=Count("status"),
        to_verify=Count("status", filter=Q(status=Status.TO_VERIFY)),
        unread=Count("status", filter=Q(status=Status.UNREAD)),
        overdue=Count("status", filter=late),
        week=Count("status", filter=week_at_hand().falls_due),
        disputed=Count("status", filter=Q(status=Status.DISPUTED)),
    )
    attended = petitions.filter(status=Status.ATTENDED).order_by().values("pk")[: _MOST_ATTENDED + 1]
    return counts | {"attended": attended.count()}


def _address(query: QueryDict, view: View) -> str:
    kept = query.copy()
    for name in _OF_A_VIEW:
        kept.pop(name, None)
    if view is not ALL:
        kept.pop("q", None)
    for name, value in view.query:
        kept[name] = value
    return f"?{kept.urlencode()}"
