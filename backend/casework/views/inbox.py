"""``/boletas/``: what waits for the office or for a department."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.filters import BadFilter, Filters, parse_filters
from backend.casework.forms import InboxFilters
from backend.casework.inbox import inbox_page, tabs_of, view_of
from backend.casework.paging import BadCursor, Page, page_number
from field.folio import FolioError
from field.models import Petition
from field.signals import people_seen
from geo.problems import Problem

PAGE_SIZE = 50
#: Filters that are not a view's own: when one is in use the form stays open.
_NARROWING = ("category", "place", "department", "channel", "captured_after", "captured_before", "bbox")


@require_GET
@requires("casework.see_office", "casework.see_department")
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, its views and its filters; a filter that cannot be understood is told instead of a list."""
    user = cast("User", request.user)
    filters, problem = _read_filters(request.GET)
    view = view_of(request.GET, filters)
    page = Page([], None, None)
    if problem is None:
        try:
            cursor = request.GET.get("cursor") or None
            number = page_number(request.GET.get("page", ""))
            page = inbox_page(user, view, filters, cursor=cursor, size=PAGE_SIZE, number=number)
        except (FolioError, BadCursor) as error:
            problem = error
    if filters.q:
        people_seen.send(Petition, user=user, petitions=[row.pk for row in page.rows], purpose="search")
    return render(
        request,
        "casework/inbox.html",
        {
            "view": view,
            "tabs": tabs_of(user, request.GET, filters),
            "page": page,
            "form": InboxFilters(request.GET, user=user),
            "problem": problem,
            "office": user.has_perm("casework.see_office"),
            "narrowed": any(request.GET.get(name) for name in _NARROWING),
            "searched": filters.q,
        },
        status=problem.status if problem else 200,
    )


@require_GET
@requires("casework.see_office", "casework.see_department")
def counts(request: HttpRequest) -> HttpResponse:
    """The tabs alone, asked for once a minute so that their counts stay true."""
    user = cast("User", request.user)
    filters, _problem = _read_filters(request.GET)
    return render(request, "casework/_tabs.html", {"tabs": tabs_of(user, request.GET, filters)})


def _read_filters(query: QueryDict) -> tuple[Filters, Problem | None]:
    try:
        return parse_filters(query), None
    except BadFilter as problem:
        return Filters(), problem
