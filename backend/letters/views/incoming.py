"""Letters that come: registering one, linking it, answering it, taking a petition down from it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.access import requires
from backend.letters.forms import IncomingForm, LinkForm, today_as_initial
from backend.letters.looks import note_people
from backend.letters.models import Kind, Letter
from backend.letters.office_forms import show_problem
from backend.letters.selectors import petitions_of, registered_by, visible_letters
from backend.letters.services.drafts import draft_letter
from backend.letters.services.incoming import (
    Incoming,
    awaited_by,
    begin_capture,
    link_petition,
    read_folios,
    receive_letter,
    request_of,
)
from backend.letters.services.issuing import answer_day
from backend.letters.views.finding import letter_or_404, person
from backend.letters.views.letter import letter_page
from field.folio import FolioError, format_folio
from field.services.attachments import store_attachment
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotFound, TooLarge


@require_http_methods(["GET", "POST"])
@requires("letters.draft")
def receive(request: HttpRequest) -> HttpResponse:
    """Register a letter that came."""
    user = person(request)
    if request.method == "GET":
        form = IncomingForm(
            initial=_expected(request) | {"folios": request.GET.get("boleta", ""), "request": uuid4()}
        )
        return render(request, "letters/receive.html", {"form": form})
    form = IncomingForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            kept = _receive(request, form)
        except (Invalid, Conflict, NotFound, TooLarge) as problem:
            show_problem(form, problem.errors, problem.detail)
        else:
            messages.success(request, _("Registrado con el número %s.") % kept.number)
            if visible_letters(user).filter(pk=kept.pk).exists():
                return redirect("letters:letter", kept.pk)
            return redirect("letters:register")
    return render(request, "letters/receive.html", {"form": form}, status=422)


@require_POST
@requires("letters.draft")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the answer to a letter that came."""
    letter, user = letter_or_404(request, pk), person(request)
    kind = Kind.INSTITUTION if letter.party_institution else Kind.ANSWER
    begun = draft_letter(kind=kind, by=user, petitions=list(petitions_of(letter)), answers=letter)
    return redirect("letters:edit", begun.pk)


@require_POST
@requires("letters.draft")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link it to the boleta of a folio."""
    letter = letter_or_404(request, pk)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            petition = link_petition(letter=letter, key=form.cleaned_data["folio"], by=person(request))
        except (NotFound, Conflict, FolioError) as problem:
            form.add_error("folio", problem.detail)
        else:
            messages.success(request, _("Ligado a la boleta %s.") % format_folio(petition.folio))
            return redirect("letters:letter", pk)
    return letter_page(request, letter, link=form)


@require_POST
@requires("letters.draft")
def capture(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a petition down from it: to the capture, begun with the letter's words."""
    begun = begin_capture(letter=letter_or_404(request, pk), by=person(request))
    return redirect(f"{reverse('casework:capture')}?desde=oficio:{begun.pk}")


def _expected(request: HttpRequest) -> dict[str, object]:
    """What the form begins with: an answer comes from who was written to, and owes none; else one is owed."""
    number, initial = request.GET.get("contesta", ""), today_as_initial()
    ours = awaited_by(person(request), number)
    if ours is None:
        return initial | {"answers_number": number, "answer_due_on": answer_day(local_today())}
    note_people(person(request), [ours], "letter")
    party = {name: getattr(ours, name) for name in ("party_name", "party_post", "party_institution")}
    return initial | party | {"answers_number": ours.number}


def _receive(request: HttpRequest, form: IncomingForm) -> Letter:
    data, user = dict(form.cleaned_data), person(request)
    scan, folios, number = data.pop("scan"), data.pop("folios"), data.pop("answers_number")
    sheet = data.pop("request")
    letter = Incoming(**data)
    asked = request_of(sheet, letter) if sheet else None
    if asked and (registered := registered_by(asked, user)):
        return registered
    petitions = read_folios(text=folios, by=user)
    answers = awaited_by(user, number)
    if number and answers is None:
        detail = _("No hay un oficio nuestro con ese número que espere respuesta.")
        raise Invalid(detail, errors=[{"pointer": "/answers_number", "code": "unknown", "detail": detail}])
    return receive_letter(
        letter=letter,
        by=user,
        petitions=petitions,
        answers=answers,
        request=asked,
        scan=store_attachment(source=scan, user=user, whole=True).attachment if scan else None,
    )
