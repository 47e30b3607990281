"""A request that lacks something: asked for, completed, or taken as not presented."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.privacy.forms import CompletedForm, CompleteForm
from backend.privacy.models import ArcoRequest
from backend.privacy.services import completing
from backend.privacy.views.requests import VERB, show
from campaigns.forms import tell
from geo.problems import Invalid
from geo.refusals import refusals_told


@require_POST
@requires(VERB)
def ask_to_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the person what their request lacks."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        return show(request, arco, status=422, complete=form)
    with refusals_told(request):
        completing.ask_to_complete(request=arco, by=cast("User", request.user), **form.cleaned_data)
    return redirect("privacy:request", arco.pk)


@require_POST
@requires(VERB)
def completed(request: HttpRequest, pk: int) -> HttpResponse:
    """The person completed it on a day."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    form = CompletedForm(request.POST)
    if not form.is_valid():
        return show(request, arco, status=422, completed=form)
    with refusals_told(request):
        try:
            completing.note_completed(request=arco, by=cast("User", request.user), **form.cleaned_data)
        except Invalid as problem:
            tell(form, problem)
            return show(request, arco, status=422, completed=form)
    return redirect("privacy:request", arco.pk)


@require_POST
@requires(VERB)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody completed it in time."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    with refusals_told(request):
        completing.drop_request(request=arco, by=cast("User", request.user))
    return redirect("privacy:request", arco.pk)
