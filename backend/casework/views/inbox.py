"""``/boletas/``: what waits for the office or for a department."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.filters import BadFilter, Filters, parse_filters
from backend.casework.forms import InboxFilters
from backend.casework.inbox import inbox_page, tabs_of, view_of
from backend.casework.paging import BadCursor, Page, page_number
from backend.casework.saved_views import canonical, same, views_of
from field.folio import FolioError
from field.models import Petition
from field.signals import people_seen
from geo.problems import Problem

PAGE_SIZE = 50
#: Filters that are not a view's own: when one is in use the form stays open.
_NARROWING = (
    "category",
    "place",
    "department",
    "channel",
    "captured_after",
    "captured_before",
    "bbox",
    "tour",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: ``problem`` instead of a list, ``lost`` beside one."""

    query: QueryDict
    filters: Filters
    problem: Problem | None = None
    lost: BadFilter | None = None


@require_GET
@requires("casework.see_office", "casework.see_department")
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, its views and its filters; a filter that cannot be understood is told instead of a list."""
    user = cast("User", request.user)
    asked = _asked(request.GET)
    view, problem = view_of(asked.query, asked.filters), asked.problem
    page, number = Page([], None, None), 1
    if problem is None:
        try:
            cursor = request.GET.get("cursor") or None
            number = page_number(request.GET.get("page", ""))
            page = inbox_page(user, view, asked.filters, cursor=cursor, size=PAGE_SIZE, number=number)
        except (FolioError, BadCursor) as error:
            problem = error
    if asked.filters.q:
        people_seen.send(Petition, user=user, petitions=[row.pk for row in page.rows], purpose="search")
    here = canonical(request.GET)
    saved = list(views_of(user))
    return render(
        request,
        "casework/inbox.html",
        {
            "view": view,
            "tabs": tabs_of(user, asked.query, asked.filters),
            "page": page,
            "number": number,
            "form": InboxFilters(asked.query, user=user),
            "problem": problem,
            "lost": asked.lost,
            "office": user.has_perm("casework.see_office"),
            "narrowed": any(request.GET.get(name) for name in _NARROWING),
            "searched": asked.filters.q,
            "here": here,
            "suffix": f"?{urlencode({'list': here})}",
            "kept": parse_qsl(here),
            "saved": [(one, same(one.query, here)) for one in saved],
            "is_saved": any(same(one.query, here) for one in saved),
        },
        status=problem.status if problem else 200,
    )


@require_GET
@requires("casework.see_office", "casework.see_department")
def counts(request: HttpRequest) -> HttpResponse:
    """The tabs alone, asked for once a minute so that their counts stay true."""
    user, asked = cast("User", request.user), _asked(request.GET)
    return render(request, "casework/_tabs.html", {"tabs": tabs_of(user, asked.query, asked.filters)})


def _asked(query: QueryDict) -> Asked:
    """Read an address. One that was saved loses what no longer exists, and the page says so."""
    try:
        return Asked(query, parse_filters(query))
    except BadFilter as problem:
        if "saved" not in query or any(error["code"] != "unknown" for error in problem.errors):
            return Asked(query, Filters(), problem=problem)
        left = query.copy()
        for error in problem.errors:
            left.pop(error["pointer"].strip("/"), None)
        return Asked(left, parse_filters(left), lost=problem)
