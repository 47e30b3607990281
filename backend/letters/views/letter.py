"""``/oficios/<n>/``: one letter, its paper, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.accounts.access import requires
from backend.accounts.roles import require, who_may
from backend.letters.forms import DeliveryForm, IssueForm, LinkForm, ReasonForm, today_as_initial
from backend.letters.looks import note_people
from backend.letters.models import AWAITING, OUT, UNNUMBERED, Kind, Letter, State
from backend.letters.office_forms import show_problem
from backend.letters.printing.papers import draw_letter, letter_context
from backend.letters.selectors import petitions_of, reached, visible_letters
from backend.letters.services.issuing import answer_day, cancel_letter, issue_letter, record_delivery
from backend.letters.views.finding import READERS, letter_or_404, moment, person
from field.api.attachments import attachment_response
from field.services.attachments import open_attachment, store_attachment
from geo.clock import local_today
from geo.files import file_response
from geo.problems import Conflict, Invalid, NotFound, TooLarge
from geo.refusals import refusals_told


@require_GET
@requires(*READERS)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one letter."""
    return letter_page(request, letter_or_404(request, pk))


@require_POST
@requires("letters.issue")
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it its number; what is missing is said and nothing is lost."""
    found, user = letter_or_404(request, pk), person(request)
    form = IssueForm(request.POST)
    due = None
    if found.kind != Kind.ANSWER:
        if not form.is_valid():
            return letter_page(request, found, issue=form)
        due = form.cleaned_data["answer_due_on"]
    try:
        seen_at = moment(request.POST.get("seen_at", ""))
        issued = issue_letter(letter=found, by=user, answer_due_on=due, seen_at=seen_at)
    except Invalid as problem:
        if due and problem.errors and problem.errors[0]["pointer"] == "/answer_due_on":
            form.add_error("answer_due_on", problem.detail)
            return letter_page(request, found, issue=form)
        messages.error(request, " ".join([problem.detail, *(error["detail"] for error in problem.errors)]))
        return redirect("letters:edit", pk)
    except Conflict as problem:
        messages.error(request, problem.detail)
    else:
        text = _("Expedido con el número %s. Falta imprimirlo, firmarlo y entregarlo.")
        messages.success(request, text % issued.number)
    return redirect("letters:letter", pk)


@require_POST
@requires("letters.draft")
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how it was handed over."""
    found, user = letter_or_404(request, pk), person(request)
    form = DeliveryForm(request.POST, request.FILES)
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            scan = data.pop("scan")
            stored = store_attachment(source=scan, user=user, whole=True).attachment if scan else None
            record_delivery(letter=found, by=user, scan=stored, **data)
        except (Invalid, TooLarge) as problem:
            show_problem(form, problem.errors, problem.detail)
        except Conflict as problem:
            messages.error(request, problem.detail)
            return redirect("letters:letter", pk)
        else:
            messages.success(request, _("Anotado."))
            return redirect("letters:letter", pk)
    return letter_page(request, found, delivery=form)


@require_POST
@requires("letters.issue")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel it, with the reason; it keeps its number."""
    return set_aside(request, pk, act=cancel_letter, done=_("Cancelado: conserva su número y su documento."))


@require_GET
@requires(*READERS)
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper: of a draft as it would be, of an issued letter as it was, byte for byte, or a copy without
    the data that were taken out of it."""
    found = letter_or_404(request, pk)
    if found.incoming:
        raise Http404
    note_people(person(request), [found], "letter_paper")
    name = f"oficio-{found.number.replace('/', '-')}"
    if found.state in UNNUMBERED:
        require(request.user, "letters.see")
        return file_response(draw_letter(found), "borrador.pdf", inline=True)
    if found.pdf is None:  # it went with the data of whom it named
        return file_response(draw_letter(found, forgotten=True), f"{name}-sin-datos.pdf", inline=True)
    with open_attachment(sha256=found.pdf.pk).file as file:
        return file_response(file.read(), f"{name}.pdf", inline=True)


@require_GET
@requires(*READERS)
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan of what came, or of our own with its stamp."""
    found = letter_or_404(request, pk)
    if found.scan is None:
        raise Http404
    note_people(person(request), [found], "letter_paper")
    try:
        return attachment_response(sha256=found.scan.pk)
    except NotFound as problem:
        raise Http404(problem.detail) from problem


def delivery_of(letter: Letter) -> dict[str, object]:
    """How it was handed over as last noted, to be corrected; nothing of one that was not."""
    if letter.delivered_on is None:
        return {}
    return {
        "received": "1" if reached(letter) else "0",
        "delivery": letter.delivery,
        "on": letter.delivered_on,
        "to": letter.delivered_to,
    }


def set_aside(request: HttpRequest, pk: int, *, act: Callable[..., Letter], done: str) -> HttpResponse:
    """End a letter's way by an ``act`` that asks for the reason; ``done`` is what is said then."""
    found = letter_or_404(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return letter_page(request, found, reason=form)
    with refusals_told(request):
        act(letter=found, by=person(request), reason=form.cleaned_data["reason"])
        messages.success(request, done)
    return redirect("letters:letter", pk)


def letter_page(request: HttpRequest, letter: Letter, **refused: forms.Form) -> HttpResponse:
    """The page, with the form that was refused opened at what is wrong."""
    user = person(request)
    note_people(user, [letter], "letter")
    seen = visible_letters(user)
    context: dict[str, Any] = {
        "letter": letter,
        "petitions": petitions_of(letter),
        "steps": letter.steps.select_related("by"),
        "answers": seen.filter(answered_by=letter).first(),
        "answered_by": seen.filter(answers=letter).in_register(),
        "draft": letter.state == State.DRAFT,
        "out": not letter.incoming and letter.state in OUT,
        "may_cancel": letter.state in AWAITING and user.has_perm("letters.issue"),
        "late": letter.state in AWAITING
        and bool(letter.answer_due_on and letter.answer_due_on < local_today()),
        "who_issues": who_may("letters.issue"),
        "issue": IssueForm(initial={"answer_due_on": answer_day(local_today())}),
        "delivery": DeliveryForm(initial=today_as_initial() | delivery_of(letter)),
        "reason": ReasonForm(),
        "link": LinkForm(),
        **refused,
    }
    context |= {"refused": set(refused)} | ({} if letter.incoming else letter_context(letter))
    return render(request, "letters/letter.html", context, status=422 if refused else 200)
