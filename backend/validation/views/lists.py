"""``/validacion/``: the lists of boletas to call about, and the drawing of a new one."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.selectors import visible_to
from backend.validation.forms import DrawForm, ScriptForm, last_month
from backend.validation.models import CallItem, CallList
from backend.validation.sampling import margin_of_error, shares_of
from backend.validation.script import list_of_fields, sample_values
from backend.validation.selectors import eligible_boletas, lists_for, redrawn
from backend.validation.services.lists import draw_list, faults_of, undo_list
from backend.validation.services.scripts import script_in_use, write_script
from campaigns.forms import tell
from field.models import Department
from geo.placeholders import fill
from geo.problems import Conflict, Invalid
from geo.refusals import refusals_told

PAGE_SIZE = 100


@require_GET
@requires("validation.call")
def lists(request: HttpRequest) -> HttpResponse:
    """Every list, with how far it is."""
    counts = CallItem.objects.all().counted()
    rows = [
        {"list": one, **_progress(one, counts.get(one.pk, {}))}
        for one in lists_for(cast("User", request.user))
    ]
    return render(request, "validation/lists.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@requires("validation.draw")
def draw(request: HttpRequest) -> HttpResponse:
    """Draw a list; before that, tell how many there are to choose from."""
    since, until = last_month()
    asked = request.POST if request.method == "POST" else request.GET
    form = DrawForm(asked or {"since": since, "until": until, "request": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            made = draw_list(**form.cleaned_data, by=cast("User", request.user))
        except Invalid as problem:
            tell(form, problem)
        except Conflict as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, _("La lista quedó hecha: puede empezar a llamar."))
            return redirect("validation:list", made.pk)
    context = {"form": form, "foreseen": _foreseen(form)}
    if request.headers.get("HX-Request"):
        return render(request, "validation/_foreseen.html", context)
    return render(request, "validation/draw.html", context, status=422 if form.errors else 200)


@require_GET
@requires("validation.call")
def one_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """One list: how far it is, and its boletas, also those of one result alone."""
    call_list = get_object_or_404(CallList, pk=list_id)
    user = cast("User", request.user)
    state = request.GET.get("estado", "")
    items = call_list.items.filter(petition__in=visible_to(user)).select_related(
        "petition__category", "department", "taken_by"
    )
    if state in CallItem.State.values:
        items = items.filter(state=state)
    progress = _progress(call_list, call_list.items.all().counted().get(call_list.pk, {}))
    context = {
        "list": call_list,
        "items": items[:PAGE_SIZE],
        "more": max(0, items.count() - PAGE_SIZE),
        "state": state,
        "may_undo": user.has_perm("validation.draw") and not progress["done"],
        "redrawn": redrawn(call_list) if "comprobar" in request.GET else None,
        "states": [
            (value, label, progress["counts"].get(value, 0)) for value, label in CallItem.State.choices
        ],
        **progress,
    }
    return render(request, "validation/list.html", context)


@require_POST
@requires("validation.draw")
def undo(request: HttpRequest, list_id: int) -> HttpResponse:
    """Take back a list with which nobody began."""
    call_list = get_object_or_404(CallList, pk=list_id)
    with refusals_told(request):
        undo_list(call_list=call_list, by=cast("User", request.user))
        messages.success(request, _("La lista se deshizo: sus boletas pueden salir en otra."))
        return redirect("validation:lists")
    return redirect("validation:list", list_id)


@require_http_methods(["GET", "POST"])
@requires("validation.draw")
def script(request: HttpRequest) -> HttpResponse:
    """The words with which the office calls, and how they will read."""
    form = ScriptForm(request.POST or {"text": script_in_use()})
    if request.method == "POST" and form.is_valid():
        try:
            write_script(text=form.cleaned_data["text"], by=cast("User", request.user))
        except Invalid as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Guion guardado."))
            return redirect("validation:script")
    context = {"form": form, "fields": list_of_fields(), "sample": fill(script_in_use(), sample_values())}
    return render(request, "validation/script.html", context, status=422 if form.errors else 200)


def _progress(call_list: CallList, counts: dict[str, int]) -> dict[str, Any]:
    total = sum(counts.values())
    answered = counts.get("positive", 0) + counts.get("negative", 0)
    return {
        "counts": counts,
        "total": total,
        "waiting": counts.get("waiting", 0),
        "done": total - counts.get("waiting", 0),
        "answered": answered,
        "positive_share": 100 * counts.get("positive", 0) / answered if answered else None,
        "margin": margin_of_error(answered, call_list.eligible),
    }


def _foreseen(form: DrawForm) -> dict[str, Any] | None:
    data = form.cleaned_data if form.is_valid() else {}
    if not data or faults_of(data["since"], data["until"], data["size"], data["seed"]):
        return None
    found = eligible_boletas(since=data["since"], until=data["until"])
    sizes = {key: len(ids) for key, ids in found.by_department.items()}
    shares = sizes if data["size"] is None else shares_of(sizes, data["size"])
    names = dict(Department.objects.values_list("pk", "name"))
    drawn = sum(shares.values())
    return {
        "total": found.total,
        "unreachable": found.unreachable,
        "drawn": drawn,
        "margin": margin_of_error(drawn, found.total),
        "shares": sorted(
            ((names[key], sizes[key], shares[key]) for key in sizes), key=lambda row: (-row[1], row[0])
        ),
    }
