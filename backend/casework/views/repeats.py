"""``/boletas/repetidas/``: open petitions of the whole city that may be about the same thing."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.filters import parse_filters
from backend.casework.forms import RepeatsFilters
from backend.casework.repeats import Stretch, possible_repeats
from backend.casework.selectors import visible_to
from backend.casework.services.echoes import join_petitions
from backend.casework.services.unlike import propose_again, tell_apart
from field.folio import format_folio
from field.models import Petition
from geo.problems import Problem

PAGE_SIZE = 20
_FILTERS = ("status", "category", "place", "department")


@require_GET
@requires("casework.join")
def repeats(request: HttpRequest) -> HttpResponse:
    """The groups of a stretch, the nearest first; a filter that cannot be understood is told instead."""
    user, stretch, problem = cast("User", request.user), Stretch([], None), None
    try:
        filters = parse_filters(request.GET, only=_FILTERS)
        stretch = possible_repeats(user, filters, cursor=request.GET.get("cursor", ""))
    except Problem as error:
        problem = error
    narrowed = {name: request.GET.getlist(name) for name in _FILTERS if any(request.GET.getlist(name))}
    context = {
        "page": Paginator(stretch.groups, PAGE_SIZE).get_page(request.GET.get("page")),
        "form": RepeatsFilters(request.GET, user=user),
        "problem": problem,
        "narrowed": bool(narrowed),
        "beyond": bool(request.GET.get("cursor")),
        "following": urlencode(narrowed | {"cursor": [stretch.next]}, doseq=True) if stretch.next else "",
        "here": request.GET.urlencode(),
    }
    return render(request, "casework/repeats.html", context, status=problem.status if problem else 200)


@require_POST
@requires("casework.join")
def decide(request: HttpRequest) -> HttpResponse:
    """Join those marked, or note that they are not the same, or take that back.

    The page puts the answer where the group stood; without scripts it is told above the list.
    """
    user, act = cast("User", request.user), request.POST.get("act", "")
    folios = request.POST.getlist("folio")[:100]
    chosen = list(visible_to(user).filter(folio__in=folios).order_by("captured_at", "pk"))
    told: dict[str, Any] = {"act": act, "chosen": chosen, "here": request.POST.get("here", "")}
    try:
        told["head"] = _decide(act, chosen, user)
    except Problem as problem:
        told["problem"] = problem
    if request.headers.get("HX-Request"):
        return render(request, "casework/_repeat_told.html", told)
    _tell(request, told)
    query = QueryDict(told["here"][:1000]).urlencode()
    return redirect(f"{reverse('casework:repeats')}?{query}")


def _decide(act: str, chosen: list[Petition], by: User) -> Petition | None:
    keys = [petition.pk for petition in chosen]
    if act == "join" and len(keys) > 1:
        return join_petitions(petitions=keys, by=by)
    if act == "again":
        propose_again(petitions=keys, by=by)
    else:
        tell_apart(petitions=keys, by=by)  # which says so where fewer than two are marked
    return None


def _tell(request: HttpRequest, told: dict[str, Any]) -> None:
    if problem := told.get("problem"):
        messages.error(request, problem.detail)
    elif head := told["head"]:
        messages.success(
            request, _("Quedaron juntas. Encabeza %(folio)s.") % {"folio": format_folio(head.folio)}
        )
    elif told["act"] == "again":
        messages.success(request, _("Se volverán a proponer."))
    else:
        messages.success(request, _("Anotado: no son lo mismo. No se volverán a proponer."))
