"""``/avisos/``: what citizens were told, and what waits for somebody."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.selectors import find_visible
from backend.notifications.selectors import counts_by_state, messages_for, silent_carriers
from backend.notifications.services import deciding
from backend.notifications.vocabulary import RELEASABLE, WITHDRAWABLE, Event, State
from backend.notifications.writing import write
from field.folio import FolioError, format_folio
from field.models import Petition
from field.signals import people_seen
from geo.problems import NotFound
from geo.refusals import refusals_told

PAGE_SIZE = 50
#: Pages are counted no further, however many years of messages there are; a filter finds what lies beyond.
MOST_COUNTED = 10_000
_MOST_AT_ONCE = 1000
#: Those that left, or may have: their words stay as they were.
_WRITTEN = (State.SENT, State.SENDING, State.UNSURE)
_HEADINGS = {
    State.SENT: gettext_lazy("Esto se le dijo"),
    State.SENDING: gettext_lazy("Esto se le está diciendo"),
    State.UNSURE: gettext_lazy("Esto quizá se le dijo"),
    State.DROPPED: gettext_lazy("Esto no se le dijo"),
}


@require_GET
@requires("notifications.see")
def sent(request: HttpRequest) -> HttpResponse:
    """The messages, newest first; those that wait for somebody are counted above."""
    user = cast("User", request.user)
    state, event = request.GET.get("estado", ""), request.GET.get("aviso", "")
    folio, wrong = request.GET.get("folio", ""), ""
    try:
        found = messages_for(
            user,
            state=state if state in State.values else "",
            event=event if event in Event.values else "",
            folio=folio,
        )
    except FolioError as error:
        found, wrong = messages_for(user).none(), error.detail
    pages = Paginator(found, PAGE_SIZE)
    pages.count = found[:MOST_COUNTED].count()
    counts = counts_by_state(user)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "silent": silent_carriers(),
        "choosable": state in (*RELEASABLE, State.UNSURE),
        "counts": {value: counts.get(value, 0) for value in ("review", "failed", "unsure", "waiting")},
        "states": State.choices,
        "events": Event.choices,
        "state": state,
        "event": event,
        "folio": folio,
        "wrong": wrong,
    }
    return render(request, "notifications/sent.html", context, status=400 if wrong else 200)


@require_GET
@requires("notifications.see")
def one(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message: what it said or may have said, or what it would say if it left now."""
    user = cast("User", request.user)
    message = get_object_or_404(messages_for(user), pk=message_id)
    petition = find_visible(user, str(message.petition_id))
    people_seen.send(Petition, user=user, petitions=[petition.pk], purpose="message")
    as_it_was = message.state in _WRITTEN or (message.state == State.DROPPED and message.body)
    context = {
        "message": message,
        "heading": _HEADINGS.get(State(message.state), _("Esto se le diría")),
        "written": message if as_it_was else write(message, petition, message.step),
        "petition": petition,
        "may_go": message.state in RELEASABLE,
        "unsure": message.state == State.UNSURE,
        "may_withdraw": message.state in WITHDRAWABLE,
    }
    return render(request, "notifications/message.html", context)


@require_POST
@requires("notifications.see")
def decide(request: HttpRequest) -> HttpResponse:
    """Let messages go, or decide that they do not."""
    user, act = cast("User", request.user), request.POST.get("act", "")
    ids = [
        int(text)
        for text in request.POST.getlist("message")[:_MOST_AT_ONCE]
        if text.isascii() and text.isdigit()
    ]
    if act == "release":
        n = deciding.release_messages(ids=ids, by=user)
        messages.success(
            request, ngettext("%(n)s aviso sale enseguida.", "%(n)s avisos salen enseguida.", n) % {"n": n}
        )
    elif act == "withdraw":
        n = deciding.withdraw_messages(ids=ids, by=user)
        messages.success(
            request, ngettext("%(n)s aviso no se enviará.", "%(n)s avisos no se enviarán.", n) % {"n": n}
        )
    elif act == "resend" and ids:
        with refusals_told(request):
            n = deciding.resend_messages(ids=ids, by=user)
            again = ngettext("El aviso sale otra vez.", "%(n)s avisos salen otra vez.", n)
            messages.success(request, again % {"n": n})
    else:
        raise Http404
    return _back(request)


@require_POST
@requires("notifications.see")
def hear(request: HttpRequest, folio: str) -> HttpResponse:
    """Note on a boleta that its citizen wants no messages, or wants them again."""
    user = cast("User", request.user)
    try:
        petition = find_visible(user, folio)
    except (NotFound, FolioError) as problem:
        raise Http404(problem.detail) from problem
    wants = request.POST.get("wants")
    if wants not in ("yes", "no"):
        raise Http404
    deciding.note_wish(petition=petition, wants=wants == "yes", by=user)
    messages.success(request, _("Anotado."))
    return redirect("casework:boleta", format_folio(petition.folio))


def _back(request: HttpRequest) -> HttpResponse:
    there = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/"):
        return redirect(there)
    return redirect("notifications:sent")
