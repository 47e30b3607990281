"""Making a granted ARCO request effective."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.privacy.forms import RectifyForm
from backend.privacy.models import ArcoRequest
from backend.privacy.selectors.blocked import block_until
from backend.privacy.selectors.requests import erasures_of
from backend.privacy.services import fulfilment
from backend.privacy.services.fulfilment import export_for
from backend.privacy.views.requests import VERB, note_subjects
from field.persons import sources
from field.signals import people_seen
from geo.files import file_response
from geo.problems import Conflict, Invalid
from geo.refusals import refusals_told

_PREFIX = "passage:"


@never_cache
@require_POST
@requires(VERB)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the office keeps of who asks, to hand over."""
    arco, by = get_object_or_404(ArcoRequest, pk=pk), cast("User", request.user)
    note_subjects(request, arco.subjects.all(), "export")
    with refusals_told(request):
        return file_response(export_for(request=arco, by=by), f"{arco.number}.zip")
    return redirect("privacy:request", arco.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VERB)
def rectify(request: HttpRequest, pk: int, subject: int) -> HttpResponse:
    """Correct what a boleta says of who asks."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    one = get_object_or_404(
        arco.subjects.filter(named=False, petition__isnull=False).select_related("petition"), pk=subject
    )
    source = next(source for source in sources() if source.code == "petition")
    petition = one.petition
    if petition is None:  # the query left those out
        raise Http404
    people_seen.send(ArcoRequest, user=request.user, petitions=[petition.pk], purpose="arco")
    told = {passage.key: passage.text for passage in source.read(petition.pk)}
    form = RectifyForm(request.POST if request.method == "POST" else None, initial=told)
    if request.method == "POST" and form.is_valid():
        try:
            # What was not sent is not emptied.
            sent = {name: value for name, value in form.cleaned_data.items() if name in request.POST}
            fulfilment.rectify(request=arco, subject=one, values=sent, by=cast("User", request.user))
        except (Invalid, Conflict) as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, _("Corregido. Lo que decía antes queda en la solicitud."))
            return redirect("privacy:request", arco.pk)
    context = {"arco": arco, "petition": petition, "form": form}
    return render(request, "privacy/rectify.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VERB)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be erased, to be looked through; erased once the number is typed."""
    arco, by = get_object_or_404(ArcoRequest, pk=pk), cast("User", request.user)
    if request.method != "POST" and not arco.open:
        return redirect("privacy:request", arco.pk)
    choices = {
        name.removeprefix(_PREFIX): str(request.POST[name])
        for name in request.POST
        if name.startswith(_PREFIX)
    }
    problem = ""
    if request.method == "POST":
        try:
            changed = fulfilment.anonymise(
                request=arco, choices=choices, typed=request.POST.get("typed", ""), by=by
            )
        except Invalid as error:
            problem = error.detail
        except Conflict as error:  # pressed twice, or somebody else did it
            messages.warning(request, error.detail)
            return redirect("privacy:request", arco.pk)
        else:
            told = ngettext("Se quitó %s dato.", "Se quitaron %s datos.", changed) % changed
            messages.success(request, _("%(told)s Las boletas y sus cifras siguen.") % {"told": told})
            return redirect("privacy:request", arco.pk)
    note_subjects(request, arco.subjects.all(), "arco")
    context = {
        "arco": arco,
        "erasures": erasures_of(arco, choices),
        "problem": problem,
        "block_until": block_until(),
    }
    return render(request, "privacy/erase.html", context, status=422 if problem else 200)


@require_POST
@requires(VERB)
def object_to_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody writes to nor calls the person again."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    with refusals_told(request):
        fulfilment.object_to_contact(request=arco, by=cast("User", request.user))
    return redirect("privacy:request", arco.pk)


@require_POST
@requires(VERB)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """The data were handed over, or all of them corrected."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    with refusals_told(request):
        fulfilment.close_fulfilled(request=arco, right=arco.right, by=cast("User", request.user))
    return redirect("privacy:request", arco.pk)
