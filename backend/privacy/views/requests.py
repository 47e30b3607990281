"""``/privacidad/``: ARCO requests, from their arrival to their answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.letters.models import Letter
from backend.privacy.erasing import emails_in, telephones_in
from backend.privacy.finding import candidates, held_candidates, letter_candidates
from backend.privacy.forms import (
    CheckForm,
    CompletedForm,
    CompleteForm,
    ExtendForm,
    FindForm,
    RequestForm,
    ResolveForm,
)
from backend.privacy.models import ArcoRequest, ArcoSubject
from backend.privacy.selectors.candidates import candidate_rows, held_rows, letter_rows
from backend.privacy.selectors.requests import request_page, request_rows
from backend.privacy.services import requests as services
from backend.privacy.services.forgetting import was_of
from campaigns.forms import tell
from field.models import InboxRecord, Petition
from field.signals import people_seen
from geo.clock import local_today
from geo.problems import Conflict, Invalid
from geo.refusals import refusals_told

VERB = "privacy.answer"


@require_safe
@requires(VERB)
def request_list(request: HttpRequest) -> HttpResponse:
    """What is owed to whom, the first due on top; and what was closed."""
    return render(request, "privacy/requests.html", request_rows())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VERB)
def register(request: HttpRequest) -> HttpResponse:
    """Take a request down."""
    form = RequestForm(
        request.POST if request.method == "POST" else None, initial={"received_on": local_today()}
    )
    if request.method == "POST" and form.is_valid():
        made = services.register_request(by=cast("User", request.user), **form.cleaned_data)
        told = _("%(number)s registrada: hay que responder a más tardar el %(day)s.")
        messages.success(request, told % {"number": made.number, "day": made.due_on.strftime("%d/%m/%Y")})
        return redirect("privacy:request", made.pk)
    return render(request, "privacy/register.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@requires(VERB)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what it asks, until when, whose data, and what was done."""
    return show(request, get_object_or_404(ArcoRequest, pk=pk))


def show(request: HttpRequest, arco: ArcoRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a request, with a form that was refused where there is one."""
    context = _forms() | forms | request_page(arco)
    note_subjects(request, context["subjects"], "arco")
    return render(request, "privacy/request.html", context, status=status)


def note_subjects(request: HttpRequest, subjects: Iterable[ArcoSubject], purpose: str) -> None:
    """Tell that the data of whom these subjects are about are about to be shown."""
    told = {
        "petitions": [one.petition_id for one in subjects if one.petition_id],
        "records": [one.record_id for one in subjects if one.record_id],
        "letters": [one.letter_id for one in subjects if one.letter_id],
    }
    people_seen.send(ArcoRequest, user=request.user, purpose=purpose, **told)


def _forms() -> dict[str, Any]:
    """The forms of the page as they begin."""
    return {
        "resolve": ResolveForm(),
        "extend": ExtendForm(),
        "complete": CompleteForm(),
        "completed": CompletedForm(initial={"on": local_today()}),
        "check": CheckForm(),
    }


@require_safe
@requires(VERB)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What article 46 has the person given: that the request was received, and until when it is answered."""
    arco = get_object_or_404(ArcoRequest.objects.filter(forgotten_at=None), pk=pk)
    by = arco.steps.select_related("by").filter(act="registered").first()
    return render(request, "privacy/receipt.html", {"arco": arco, "registered": by})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VERB)
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Find all of a person; somebody ticks what is theirs, since names repeat."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    if request.method == "POST":
        return _tick(request, arco)
    asked = any(request.GET.get(name) for name in FindForm.base_fields)
    form = FindForm(request.GET if asked else _known(arco))
    sought = form.sought()
    found, held, letters = candidates(sought), held_candidates(sought), letter_candidates(sought)
    people_seen.send(
        ArcoRequest,
        user=request.user,
        petitions=[petition.pk for petition in found],
        records=[record.pk for record in held],
        letters=[letter.pk for letter in letters],
        purpose="arco",
    )
    context = {
        "arco": arco,
        "form": form,
        "found": candidate_rows(arco, found, sought),
        "held": held_rows(arco, held, sought),
        "letters": letter_rows(arco, letters, sought),
    }
    return render(request, "privacy/find.html", context)


def _known(arco: ArcoRequest) -> dict[str, str]:
    """What the request itself tells of the person, with which the search begins."""
    emails, telephones = emails_in(arco.contact), telephones_in(arco.contact)
    return {
        "name": arco.holder,
        "phone": telephones[0] if telephones else "",
        "email": emails[0] if emails else "",
    }


def _tick(request: HttpRequest, arco: ArcoRequest) -> HttpResponse:
    own, named = _ticked(request, ""), _ticked(request, "named-")
    if any(own[kind] & named[kind] for kind in own):
        messages.warning(request, _("Algo se marcó de las dos formas: «es suya» o «la nombra». Elija una."))
        return redirect(request.get_full_path())
    with refusals_told(request):
        for ticks, only_named in ((own, False), (named, True)):
            services.tick_subjects(request=arco, by=cast("User", request.user), named=only_named, **ticks)
    return redirect("privacy:request", arco.pk)


def _ticked(request: HttpRequest, prefix: str) -> dict[str, set[Any]]:
    """What was ticked in a column and is there."""
    folios = request.POST.getlist(f"{prefix}folio")
    records, letters = _numbers(request, f"{prefix}record"), _numbers(request, f"{prefix}letter")
    return {
        "petitions": set(Petition.objects.filter(folio__in=folios).values_list("pk", flat=True)),
        "records": set(InboxRecord.objects.filter(pk__in=records).values_list("pk", flat=True)),
        "letters": set(Letter.objects.filter(pk__in=letters).values_list("pk", flat=True)),
    }


def _numbers(request: HttpRequest, name: str) -> list[int]:
    """What was ticked under a name, as far as it can be a row's number."""
    return [int(pk) for pk in request.POST.getlist(name) if pk.isascii() and pk.isdigit() and len(pk) < 19]


@require_POST
@requires(VERB)
def untick(request: HttpRequest, pk: int, subject: int) -> HttpResponse:
    """Take a mistaken tick back."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    with refusals_told(request):
        services.untick_subject(request=arco, subject=subject, by=cast("User", request.user))
    return redirect("privacy:request", arco.pk)


@require_POST
@requires(VERB)
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Take ten days more."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return show(request, arco, status=422, extend=form)
    with refusals_told(request):
        services.extend_request(request=arco, by=cast("User", request.user), **form.cleaned_data)
    return redirect("privacy:request", arco.pk)


@require_POST
@requires(VERB)
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the person."""
    arco = get_object_or_404(ArcoRequest, pk=pk)
    form = ResolveForm(request.POST)
    if form.is_valid():
        try:
            services.resolve_request(request=arco, by=cast("User", request.user), **form.cleaned_data)
        except (Invalid, Conflict) as problem:
            tell(form, problem)
        else:
            return redirect("privacy:request", arco.pk)
    return show(request, arco, status=422, resolve=form)


@require_POST
@requires(VERB)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a request that says nobody any more was of the person with this name."""
    arco = get_object_or_404(ArcoRequest.objects.exclude(forgotten_at=None), pk=pk)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return show(request, arco, status=422, check=form)
    if was_of(request=arco, name=form.cleaned_data["name"]):
        messages.success(request, _("Sí: la solicitud era de una persona con ese nombre."))
    else:
        messages.warning(request, _("No coincide. Escriba el nombre completo, como en su identificación."))
    return redirect("privacy:request", arco.pk)
