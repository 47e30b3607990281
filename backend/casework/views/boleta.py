"""``/boletas/<folio>/``: one boleta, its story, and the moves that this person may make now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.filters import BadFilter
from backend.casework.forms import MoveForm
from backend.casework.given import Given
from backend.casework.inbox import Neighbours, neighbours_of
from backend.casework.models import StatusChange
from backend.casework.moves import Move
from backend.casework.panels import NEXT, WORDS, panels_of
from backend.casework.questions import answers_in_words
from backend.casework.selectors import find_visible, last_seen, moves_for, sees_petitioner, visible_to
from backend.casework.services.statuses import change_status
from backend.casework.timeline import in_history, promise_of, story_of
from backend.casework.views.finding import find_or_404, gone
from backend.casework.workflow import MOVES
from field.api.attachments import attachment_answer
from field.folio import FolioError, format_folio
from field.models import Department, Petition, Status
from field.services.attachments import store_attachment
from field.signals import people_seen
from geo.maps.ground import outlines_address
from geo.maps.shell import Layer, MapShell, map_shell
from geo.problems import Conflict, NotAllowed, NotFound, Problem

READERS = ("casework.see_office", "casework.see_department", "field.capture")
#: Half the side of the small map, in degrees: about four blocks around the point.
_AROUND = 0.004
#: Moves that open as the boleta's own next step; the others wait under "Más".
_MAIN_MOVES = frozenset(
    {"proceed", "not_proceed", "open", "take_in_hand", "schedule", "attend", "validate_positive"}
    | {"validate_negative", "no_answer", "close", "close_unreachable", "reconsider"}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A move as the page offers it: a button, and the form behind it (None: the button alone)."""

    move: Move
    form: MoveForm
    opened: bool


@require_GET
@requires(*READERS)
def boleta(request: HttpRequest, folio: str) -> HttpResponse:
    """The page of one boleta."""
    petition = find_or_404(request, folio)
    if folio != format_folio(petition.folio):
        return redirect(reverse("casework:boleta", args=[format_folio(petition.folio)]) + _suffix(request))
    return _page(request, petition)


@require_POST
@requires(*READERS)
def make_move(request: HttpRequest, folio: str) -> HttpResponse:
    """Make one move; what is missing is said beside its field, and whoever came second is told so."""
    user, move = cast("User", request.user), MOVES.get(request.POST.get("move", ""))
    if move is None:
        raise Http404
    try:
        petition = find_visible(user, folio)
    except (NotFound, FolioError):
        return gone(request, request.POST.get("note", ""))
    require(user, move.verb)
    form = MoveForm(move, petition, request.POST, request.FILES)
    if form.is_valid():
        try:
            step = change_status(
                petition=petition,
                move=move.name,
                by=user,
                given=given_in(form, user),
                seen_at=last_seen(user, petition, _moment(request.POST.get("seen_at", ""))),
                seen_steps=_count(request.POST.get("seen_steps", "")),
            )
        except (Conflict, NotAllowed) as problem:
            messages.error(request, problem.detail)
            return _page(request, find_or_404(request, folio), unsaved=form, status=problem.status)
        except NotFound:
            return gone(request, request.POST.get("note", ""))
        except Problem as problem:  # also a photo that is too large: what was written stays
            form.add_problem(problem)
        else:
            _tell_done(request, step)
            return _back(request, petition)
    return _page(request, petition, refused=form)


def _tell_done(request: HttpRequest, step: StatusChange) -> None:
    """What was done, as the history says it."""
    text = _("%(folio)s: %(done)s.") if MOVES[step.move].target else _("%(folio)s: anotado.")
    done = in_history(step)
    folio = format_folio(step.petition.folio)
    messages.success(request, text % {"folio": folio, "done": done[:1].lower() + done[1:]})


def given_in(form: MoveForm, by: User) -> Given:
    """What a valid form says with its move; a photo is stored first. Raises Invalid for one that is none."""
    photo = form.cleaned_data.get("evidence")
    stored = store_attachment(source=photo, user=by, whole=True).attachment if photo else None
    return Given(**(form.cleaned_data | {"evidence": stored}))


@require_POST
@requires("casework.open")
def report_opened(request: HttpRequest, folio: str) -> HttpResponse:
    """The page says by itself that the liaison opened it; the answer is what changes on it.

    Opened twice at once, or moved on meanwhile: then it has been read, and nothing is amiss.
    """
    petition, user = find_or_404(request, folio), cast("User", request.user)
    with suppress(Conflict):
        change_status(petition=petition, move="open", by=user)
    context = _context(find_or_404(request, folio), user) | {"suffix": _suffix(request)}
    _tell_seen(request, petition, context)
    return render(request, "casework/_opened.html", context)


@require_GET
@requires(*READERS)
def attachment(request: HttpRequest, folio: str, sha256: str) -> HttpResponseBase:
    """A photo or paper of a boleta, for those who may see the boleta: opened whole, it is a look."""
    petition = find_or_404(request, folio)
    named = petition.attachments.filter(sha256=sha256).exists()
    if not named and not StatusChange.objects.filter(petition=petition, evidence_id=sha256).exists():
        raise Http404
    whole = not request.GET.get("size")
    if whole:
        people_seen.send(Petition, user=request.user, petitions=[petition.pk], purpose="photo")
    try:
        return attachment_answer(request, sha256=sha256, size="full" if whole else "thumb")
    except NotFound as problem:
        raise Http404(problem.detail) from problem


@require_GET
@requires(*READERS)
def point(request: HttpRequest, folio: str) -> JsonResponse:
    """The boleta's own point, for its small map."""
    petition = find_or_404(request, folio)
    location = petition.location
    points = [[location.x, location.y, 0, str(petition.pk)]] if location else []
    classes = [{"colour": "#875818", "label": str(petition.category), "shape": "diamond"}]
    return JsonResponse({"classes": classes, "points": points, "total": len(points), "capped": False})


def _back(request: HttpRequest, petition: Petition) -> HttpResponse:
    """To the boleta; where it is no longer this person's, to the next of the list, or to the list."""
    user, suffix = cast("User", request.user), _suffix(request)
    if visible_to(user).filter(pk=petition.pk).exists():
        return redirect(reverse("casework:boleta", args=[format_folio(petition.folio)]) + suffix)
    after = _neighbours(request, petition)
    if after and after.next:
        return redirect(reverse("casework:boleta", args=[format_folio(after.next.folio)]) + suffix)
    return redirect(f"{reverse('casework:inbox')}?{request.GET['list']}" if suffix else "casework:inbox")


def _suffix(request: HttpRequest) -> str:
    """What keeps the list that the person came from in the addresses of the page."""
    return f"?{urlencode({'list': request.GET['list']})}" if "list" in request.GET else ""


def _neighbours(request: HttpRequest, petition: Petition) -> Neighbours | None:
    """The boletas before and after in that list; none for a list that cannot be understood."""
    if "list" not in request.GET:
        return None
    try:
        return neighbours_of(cast("User", request.user), QueryDict(request.GET["list"]), petition)
    except (BadFilter, FolioError):
        return None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _page(
    request: HttpRequest,
    petition: Petition,
    *,
    refused: MoveForm | None = None,
    unsaved: MoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """``refused`` is the form that has to be mended; ``unsaved`` came too late, and is given back to copy."""
    offered = request.GET.get("canalizar", "")
    context = _context(petition, cast("User", request.user), refused, offered)
    context |= {
        "map": _map(request, petition),
        "panels": list(panels_of(request, petition)),
        "after_words": list(panels_of(request, petition, WORDS)),
        "next_steps": list(panels_of(request, petition, NEXT)),
        "suffix": _suffix(request),
        "list": request.GET.get("list", ""),
        "neighbours": _neighbours(request, petition),
        "unsaved": unsaved.cleaned_data.get("note", "") if unsaved else "",
    }
    _tell_seen(request, petition, context)
    return render(request, "casework/boleta.html", context, status=422 if refused else status)


def _tell_seen(request: HttpRequest, petition: Petition, context: dict[str, Any]) -> None:
    """Who asked is about to be shown, or what was said of them."""
    if context["petitioner"] or context["group"]:
        people_seen.send(Petition, user=request.user, petitions=[petition.pk], purpose="boleta")


def _context(
    petition: Petition, user: User, refused: MoveForm | None = None, offered: str = ""
) -> dict[str, Any]:
    """``offered`` is the code of the department to which it is proposed to refer the boleta."""
    knows = sees_petitioner(user, petition)
    choices = [_choice(move, petition, refused, offered) for move in moves_for(user, petition)]
    story = story_of(petition, words=knows)
    dates = [step.scheduled_for for step in story if step.scheduled_for]
    can_open = any(choice.move.name == "open" for choice in choices)
    return {
        "petition": petition,
        "petitioner": getattr(petition, "petitioner", None) if knows else None,
        "group": petition.on_behalf_of if knows else "",
        "knows": knows,
        "story": story,
        "promise": promise_of(petition),
        "scheduled_for": dates[-1] if dates and petition.status == Status.SCHEDULED else None,
        "attachments": petition.attachments.all(),
        "answers": answers_in_words(petition),
        "main": [choice for choice in choices if choice.move.name in _MAIN_MOVES],
        "more": [choice for choice in choices if choice.move.name not in _MAIN_MOVES],
        # "No leída" means that nobody *there* has opened it: only the department's own look counts.
        "reads": can_open and user.role == User.Role.ENLACE,
    }


def _choice(move: Move, petition: Petition, refused: MoveForm | None, offered: str = "") -> Choice:
    if refused is not None and refused.move is move:
        return Choice(move, refused, True)
    if offered and refused is None and move.name == "refer_again":
        department = Department.objects.filter(code=offered).first()
        form = MoveForm(move, petition, initial={"department": department})
        return Choice(move, form, department is not None)
    return Choice(move, MoveForm(move, petition), False)


def _map(request: HttpRequest, petition: Petition) -> MapShell | None:
    if petition.location is None:
        return None
    lon, lat = petition.location.x, petition.location.y
    return map_shell(
        request,
        label=_("Dónde está lo que se pide"),
        bounds=(lon - _AROUND, lat - _AROUND, lon + _AROUND, lat + _AROUND),
        ground=outlines_address(),
        layers=[
            Layer(
                "points",
                data=reverse("casework:boleta-point", args=[format_folio(petition.folio)]),
                options={"whole": True},
            )
        ],
    )
