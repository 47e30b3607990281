"""The call screen: whom to call, what to say, and what came of it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.access import requires
from backend.accounts.context import Frame
from backend.accounts.models import User
from backend.casework.selectors import find_visible
from backend.casework.timeline import in_words, story_of
from backend.validation.forms import CallForm
from backend.validation.models import CallItem, CallList, Result
from backend.validation.services.calls import MOST_ATTEMPTS, let_go, note_call, take_item, take_next
from backend.validation.services.scripts import script_in_use
from campaigns.forms import tell
from field.folio import format_folio
from field.models import Petition
from field.signals import people_seen
from geo.clock import local_day
from geo.placeholders import fill
from geo.problems import Conflict, Invalid, NotFound, Problem


@require_POST
@requires("validation.call")
def call_next(request: HttpRequest, list_id: int) -> HttpResponse:
    """On to the next boleta of the list."""
    call_list = get_object_or_404(CallList, pk=list_id)
    item = take_next(call_list=call_list, by=cast("User", request.user))
    if item is None:
        messages.info(request, _("Por ahora no queda a quién llamar en esta lista."))
        return redirect("validation:list", list_id)
    return redirect("validation:call", list_id, item.pk)


@require_http_methods(["GET", "POST"])
@requires("validation.call")
def call(request: HttpRequest, list_id: int, item_id: int) -> HttpResponse:
    """Call about one boleta and note what came of it."""
    call_list = get_object_or_404(CallList, pk=list_id)
    user = cast("User", request.user)
    try:
        item = take_item(item_id=item_id, call_list=call_list, by=user)
        petition = find_visible(user, str(item.petition_id))
    except (Conflict, NotFound) as problem:
        return _too_late(request, call_list, problem)
    form = CallForm(request.POST or None, initial={"attempts": item.attempts})
    if request.method == "POST" and form.is_valid():
        try:
            noted = note_call(item=item, by=user, **form.cleaned_data)
        except Invalid as problem:
            tell(form, problem)
        except Conflict as problem:
            return _too_late(request, call_list, problem)
        else:
            result = Result(form.cleaned_data["result"]).label
            words = {"folio": format_folio(petition.folio), "result": result}
            messages.success(request, _("%(folio)s: %(result)s.") % words)
            if noted.state == CallItem.State.UNREACHED:
                tries = {"n": MOST_ATTEMPTS}
                messages.info(request, _("Van %(n)s intentos: no se le llamará más de esta lista.") % tries)
            return _on(request, call_list, user)
    people_seen.send(Petition, user=user, petitions=[petition.pk], purpose="call")
    context = {"list": call_list, "item": item, "form": form, **_shown(request, petition, item)}
    return render(request, "validation/call.html", context, status=422 if form.errors else 200)


@require_POST
@requires("validation.call")
def leave(request: HttpRequest, list_id: int, item_id: int) -> HttpResponse:
    """Back to the list without having called: somebody else may."""
    item = get_object_or_404(CallItem, pk=item_id, call_list=list_id)
    let_go(item=item, by=cast("User", request.user))
    return redirect("validation:list", list_id)


def _too_late(request: HttpRequest, call_list: CallList, problem: Problem) -> HttpResponse:
    """Back to the list; words that somebody had written down are given back first."""
    words = request.POST.get("words", "").strip()
    if words:
        context = {"list": call_list, "problem": problem, "words": words}
        return render(request, "validation/too_late.html", context, status=problem.status)
    messages.error(request, problem.detail)
    return redirect("validation:list", call_list.pk)


def _on(request: HttpRequest, call_list: CallList, user: User) -> HttpResponse:
    """To the next call, or to the list when that was the last."""
    following = take_next(call_list=call_list, by=user)
    if following is None:
        messages.info(request, _("Por ahora no queda a quién llamar en esta lista."))
        return redirect("validation:list", call_list.pk)
    return redirect("validation:call", call_list.pk, following.pk)


def _shown(request: HttpRequest, petition: Petition, item: CallItem) -> dict[str, Any]:
    petitioner = getattr(petition, "petitioner", None)
    story = story_of(petition, words=True)
    attended = next((step for step in reversed(story) if step.move == "attend"), None)
    day = attended.at if attended else petition.status_at
    values = {
        "nombre": (petitioner and petitioner.name) or _("quien hizo el reporte"),
        "folio": format_folio(petition.folio),
        "asunto": petition.category.name,
        "lugar": petition.place.name if petition.place else petition.address or _("su colonia"),
        "dependencia": item.department.name,
        "fecha": in_words(local_day(day)),
        "municipio": Frame(request).municipality or _("el municipio"),
        "quien_llama": str(request.user),
    }
    return {
        "petition": petition,
        "petitioner": petitioner,
        "script": fill(script_in_use(), values),
        "story": story,
        "attended": attended,
        "calls": item.calls.select_related("by"),
        "waiting": item.call_list.items.waiting().count(),
    }
