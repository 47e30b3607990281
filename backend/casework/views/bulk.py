"""``/boletas/varias/``: one move for the boletas ticked in the list: choose it, look at what it would do,
confirm, and see what it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.bulk_words import along_of, late_by, preview_of, refused_of, result_csv, result_sheet
from backend.casework.filters import parse_filters
from backend.casework.forms import MoveForm
from backend.casework.inbox import inbox_page, view_of
from backend.casework.models import BulkMove
from backend.casework.moves import Move
from backend.casework.selectors import visible_to
from backend.casework.services.bulk import MOST_AT_ONCE, choose_boletas, make_bulk, prepare_bulk
from backend.casework.timeline import doubts_about
from backend.casework.views.boleta import given_in
from backend.casework.workflow import MOVES
from field.folio import FolioError
from field.models import Department, Petition
from geo.files import file_response
from geo.problems import Conflict, NotAllowed, Problem
from geo.refusals import refusals_told

SEES = ("casework.see_office", "casework.see_department")


#: What a citizen said is written down one by one, by whoever heard it.
_CITIZENS_WORD = "casework.validate"


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that the person may make, and how many of the boletas chosen stand where it begins."""

    move: Move
    fitting: int


@require_POST
@requires(*SEES)
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what was ticked, or all of the view, and go on to what is to be done with it."""
    user, query = cast("User", request.user), request.POST.get("query", "").replace("\0", "")[:1000]
    back = f"{reverse('casework:inbox')}?{query}"
    try:
        if request.POST.get("all"):
            petitions, more = _whole_view(user, QueryDict(query))
            seen: dict[UUID, datetime] = {}
        else:
            seen, more = _ticked(request.POST.getlist("chosen")), False
            petitions = list(visible_to(user).filter(pk__in=seen))
        bulk = choose_boletas(petitions=petitions, by=user, seen=seen, query=query)
    except (Problem, FolioError) as problem:
        messages.error(request, problem.detail)
        return redirect(back)
    if more:
        messages.info(request, _("La vista tiene más de 1,000: se eligieron las primeras 1,000 de la lista."))
    return redirect("casework:bulk", bulk.pk)


@require_http_methods(["GET", "POST"])
@requires(*SEES)
def prepare(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Which move, and what it asks for; sent, it leads to the preview."""
    bulk = _find(request, bulk_id)
    if bulk.done_at:
        return redirect("casework:bulk-result", bulk.pk)
    offers = _offers(bulk)
    named = request.POST.get("move") or request.GET.get("move") or bulk.move
    offered = {offer.move.name: offer.move for offer in offers}
    move, form = offered.get(named), None
    if move is not None and (move.asks or request.method == "POST"):
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        doubts_at = reverse("casework:bulk-day", args=[bulk.pk])
        form = MoveForm(move, None, data, files, initial=_given(bulk, move), doubts_at=doubts_at)
    if request.method == "POST" and move is not None and form is not None and form.is_valid():
        try:
            prepare_bulk(bulk=bulk, move=move, given=given_in(form, bulk.by))
        except (Conflict, NotAllowed) as problem:
            messages.error(request, problem.detail)
        except Problem as problem:
            form.add_problem(problem)
        else:
            return redirect("casework:bulk-preview", bulk.pk)
    context = {
        "bulk": bulk,
        "offers": offers,
        "move": move if form else None,
        "form": form,
        "back": _back(bulk),
    }
    refused = request.method == "POST"
    return render(request, "casework/bulk.html", context, status=422 if refused else 200)


@require_GET
@requires(*SEES)
def preview(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """How many would go and where to, how many would stay and why; nothing is done yet."""
    bulk = _find(request, bulk_id)
    if bulk.done_at:
        return redirect("casework:bulk-result", bulk.pk)
    if bulk.move not in MOVES:
        return redirect("casework:bulk", bulk.pk)
    given = bulk.given
    day = date.fromisoformat(given["scheduled_for"]) if given["scheduled_for"] else None
    told = preview_of(bulk)
    context = {
        "bulk": bulk,
        "move": MOVES[bulk.move],
        "preview": told,
        "back": _back(bulk),
        "department": Department.objects.filter(pk=given.get("department")).first(),
        "scheduled_for": day,
        "doubts": [*doubts_about(day), *late_by(day, told.late)] if day else [],
    }
    return render(request, "casework/bulk_preview.html", context)


@require_POST
@requires(*SEES)
def make(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Make it; sent twice, the second finds it made."""
    bulk = _find(request, bulk_id)
    with refusals_told(request):
        make_bulk(bulk=bulk)
        return redirect("casework:bulk-result", bulk.pk)
    return redirect("casework:bulk", bulk.pk)


@require_GET
@requires(*SEES)
def result(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """What moved and what stayed."""
    bulk = _find(request, bulk_id)
    if not bulk.done_at:
        return redirect("casework:bulk", bulk.pk)
    context = {
        "bulk": bulk,
        "move": MOVES[bulk.move],
        "refused": refused_of(bulk),
        "along": along_of(bulk),
        "back": _back(bulk),
    }
    return render(request, "casework/bulk_result.html", context)


@require_GET
@requires(*SEES)
def sheet(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """The result as a spreadsheet."""
    bulk = _made(request, bulk_id)
    return _file(bulk, result_sheet(bulk), "xlsx")


@require_GET
@requires(*SEES)
def result_text(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """The result as CSV."""
    bulk = _made(request, bulk_id)
    return _file(bulk, result_csv(bulk), "csv")


@require_GET
@requires(*SEES)
def count_view(request: HttpRequest) -> HttpResponse:
    """How many boletas a view has, up to what one move may take: asked for when a page is ticked whole."""
    try:
        petitions, more = _whole_view(cast("User", request.user), request.GET)
    except (Problem, FolioError):
        petitions, more = [], False
    return render(request, "casework/_whole_view.html", {"count": len(petitions), "more": more})


def _find(request: HttpRequest, bulk_id: UUID) -> BulkMove:
    return get_object_or_404(BulkMove.objects.select_related("by", "evidence"), pk=bulk_id, by=request.user)


def _made(request: HttpRequest, bulk_id: UUID) -> BulkMove:
    return get_object_or_404(BulkMove, pk=bulk_id, by=request.user, done_at__isnull=False)


def _file(bulk: BulkMove, body: bytes | str, ending: str) -> HttpResponse:
    return file_response(body, f"boletas-{bulk.done_at:%Y-%m-%d-%H%M}.{ending}")


def _whole_view(user: User, query: QueryDict) -> tuple[list[Petition], bool]:
    """The first boletas of a view, as many as one move may take, and whether it has more."""
    filters = parse_filters(query)
    page = inbox_page(user, view_of(query, filters), filters, size=MOST_AT_ONCE)
    return page.rows, page.next is not None


def _ticked(values: list[str]) -> dict[UUID, datetime]:
    """What each box says: a boleta and when it came to stand as the list showed it."""
    seen = {}
    for value in values:
        key, _bar, at = value.partition("|")
        try:
            seen[UUID(key)] = datetime.fromisoformat(at)
        except ValueError:
            continue
    return seen


def _offers(bulk: BulkMove) -> list[Offer]:
    """The moves that somebody of this role could make on some of them, in the table's order."""
    keys = [key for key, _folio, _at in bulk.chosen]
    standing = visible_to(bulk.by).filter(pk__in=keys).order_by().values_list("status")
    counts = dict(standing.annotate(count=Count("pk")))
    offers = [
        Offer(move, sum(counts.get(status, 0) for status in move.sources))
        for move in MOVES.values()
        if bulk.by.has_perm(move.verb) and move.verb != _CITIZENS_WORD
    ]
    return [offer for offer in offers if offer.fitting]


def _back(bulk: BulkMove) -> str:
    return f"{reverse('casework:inbox')}?{bulk.query}"


def _given(bulk: BulkMove, move: Move) -> dict[str, Any] | None:
    """What was filled in before, for who comes back from the preview."""
    if bulk.move != move.name:
        return None
    return {**bulk.given, "by_letter": "1" if bulk.given.get("by_letter") else ""}
