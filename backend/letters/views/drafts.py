"""Writing a letter: beginning one, correcting it beside its paper, throwing it away."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.access import requires
from backend.letters.forms import LetterForm, NewLetterForm
from backend.letters.looks import note_people
from backend.letters.models import Kind, Letter, LetterTemplate, State
from backend.letters.office_forms import show_problem
from backend.letters.printing.papers import letter_context
from backend.letters.selectors import petitions_of
from backend.letters.services.drafts import LetterText, discard_draft, draft_letter, edit_draft
from backend.letters.services.incoming import read_folios
from backend.letters.views.finding import letter_or_404, moment, person
from backend.letters.views.letter import set_aside
from field.models import Status
from geo.problems import Conflict, Invalid

#: The text that fits a boleta which stands so, by its name among those that the office began with.
_FITTING = {
    Status.ATTENDED.value: "Se atendió",
    Status.CLOSED.value: "Se atendió",
    Status.NOT_PROCEEDING.value: "No procede",
    Status.EXTERNAL.value: "La atiende otra institución",
}


@require_http_methods(["GET", "POST"])
@requires("letters.draft")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a letter: to whom, about what, from which text."""
    user = person(request)
    if request.method == "GET":
        folios = request.GET.get("boleta", "")
        return _new_page(request, NewLetterForm(initial=_beginning(request, folios)))
    form = NewLetterForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        kind, template = form.chosen()
        try:
            begun = draft_letter(
                kind=kind,
                by=user,
                petitions=read_folios(text=data["folios"], by=user),
                template=template,
                institution=data["institution"],
            )
        except Invalid as problem:
            show_problem(form, problem.errors, problem.detail)
        else:
            return redirect("letters:edit", begun.pk)
    return _new_page(request, form, status=422)


@require_http_methods(["GET", "POST"])
@requires("letters.draft")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft, with its paper beside it."""
    letter = letter_or_404(request, pk)
    if letter.state != State.DRAFT:
        messages.error(request, _("Ya no es un borrador: su texto no se cambia."))
        return redirect("letters:letter", pk)
    if request.method == "GET":
        initial = {name: getattr(letter, name) for name in LetterForm.base_fields}
        return _edit_page(request, letter, LetterForm(initial=initial))
    form = LetterForm(request.POST)
    if form.is_valid():
        seen_at = moment(request.POST.get("seen_at", ""))
        try:
            edit_draft(
                letter=letter, text=LetterText(**form.cleaned_data), by=person(request), seen_at=seen_at
            )
        except Conflict as problem:
            form.add_error(None, problem.detail)
            return _edit_page(request, _as_typed(letter, form), form, status=409)
        messages.success(request, _("Borrador guardado."))
        return redirect("letters:letter", pk)
    return _edit_page(request, _as_typed(letter, form), form, status=422)


@require_POST
@requires("letters.draft")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as it would be with what is typed now; nothing is written."""
    letter = letter_or_404(request, pk)
    form = LetterForm(request.POST)
    form.is_valid()
    return render(request, "letters/_sheet.html", letter_context(_as_typed(letter, form)))


@require_POST
@requires("letters.draft")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away, with the reason."""
    return set_aside(request, pk, act=discard_draft, done=_("Borrador descartado."))


def _beginning(request: HttpRequest, folios: str) -> dict[str, object]:
    """What the form begins with when it is opened from a boleta: the text that fits how it stands."""
    try:
        petitions = read_folios(text=folios, by=person(request))
    except Invalid:
        return {"folios": ""}
    kind = request.GET.get("tipo", Kind.ANSWER.value)
    templates = LetterTemplate.objects.filter(kind=kind, active=True)
    fitting = _FITTING.get(petitions[0].status, "Está en trámite") if petitions else ""
    template = templates.filter(name=fitting).first() or templates.first()
    institution = ""
    if petitions:
        steps = petitions[0].status_changes.exclude(institution="").order_by("-at", "-id")
        institution = steps.values_list("institution", flat=True).first() or ""
    beginning = str(template.pk) if template else kind
    return {"folios": folios, "beginning": beginning, "institution": institution}


def _as_typed(letter: Letter, form: LetterForm) -> Letter:
    """The letter with what can be used of the form, to be shown and not to be kept."""
    text = replace(LetterText(), **{k: v for k, v in form.cleaned_data.items() if k in form.fields})
    for name in form.fields:
        setattr(letter, name, getattr(text, name))
    return letter


def _new_page(request: HttpRequest, form: NewLetterForm, status: int = 200) -> HttpResponse:
    return render(request, "letters/new.html", {"form": form}, status=status)


def _edit_page(request: HttpRequest, letter: Letter, form: LetterForm, status: int = 200) -> HttpResponse:
    note_people(person(request), [letter], "letter_draft")
    context = letter_context(letter) | {"form": form, "petitions": petitions_of(letter)}
    return render(request, "letters/edit.html", context, status=status)
