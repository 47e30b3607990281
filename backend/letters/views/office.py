"""What the office's chiefs set for its letters: templates, letterhead, series."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backend.accounts.access import requires
from backend.casework.selectors import for_reading, visible_to
from backend.letters.facts import facts_of
from backend.letters.models import Kind, Letter, Letterhead, LetterSeries, LetterTemplate
from backend.letters.office_forms import LetterheadForm, SeriesForm, TemplateForm, show_problem
from backend.letters.printing.papers import letter_context
from backend.letters.services.office import save_letterhead, save_series, save_template
from backend.letters.views.finding import person
from backend.letters.wording import PLACEHOLDERS, check_placeholders, fill
from field.api.attachments import attachment_response
from field.services.attachments import store_attachment
from geo.problems import Conflict, Invalid, NotFound, TooLarge


@require_GET
@requires("letters.edit")
def templates(request: HttpRequest) -> HttpResponse:
    """Every text with which letters begin, by to whom they go."""
    context = {"templates": LetterTemplate.objects.select_related("edited_by")}
    return render(request, "letters/templates.html", context)


@require_http_methods(["GET", "POST"])
@requires("letters.edit")
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a template, with how it would read for the last boleta beside it."""
    row = get_object_or_404(LetterTemplate, pk=pk) if pk else LetterTemplate()
    form = TemplateForm(_posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_template(template=form.save(commit=False), by=person(request))
        except Invalid as problem:
            show_problem(form, problem.errors, problem.detail)
        else:
            messages.success(request, _("Plantilla guardada."))
            return redirect("letters:templates")
    context = {"form": form, "template": row, "placeholders": PLACEHOLDERS.items()}
    context |= _tried(request, row.kind, row.subject, row.body)
    return render(request, "letters/template.html", context, status=422 if form.errors else 200)


@require_POST
@requires("letters.edit")
def try_template(request: HttpRequest) -> HttpResponse:
    """How the text would read for the last boleta, and what is wrong with its placeholders."""
    typed = [request.POST.get(name, "")[:20_000] for name in ("kind", "subject", "body")]
    return render(request, "letters/_tried.html", _tried(request, *typed))


@require_http_methods(["GET", "POST"])
@requires("letters.edit")
def letterhead(request: HttpRequest) -> HttpResponse:
    """Letterhead, signature, emblem; and the series of numbers."""
    row = Letterhead.current()
    form = LetterheadForm(_posted(request), request.FILES or None, instance=row)
    if request.method == "POST" and form.is_valid():
        user, file = person(request), form.cleaned_data["emblem_file"]
        changed = form.save(commit=False)
        if form.cleaned_data["no_emblem"]:
            changed.emblem = None
        try:
            emblem_stored = store_attachment(source=file, user=user, whole=True).attachment if file else None
            save_letterhead(letterhead=changed, by=user, emblem=emblem_stored)
        except (Invalid, TooLarge) as problem:
            show_problem(form, problem.errors, problem.detail)
        else:
            messages.success(request, _("Membrete guardado. Lo ya expedido queda como estaba."))
            return redirect("letters:letterhead")
    context = {"form": form, "letterhead": row, "all_series": LetterSeries.objects.all()}
    return render(request, "letters/letterhead.html", context, status=422 if form.errors else 200)


@require_GET
@requires("letters.edit")
def emblem(request: HttpRequest) -> HttpResponseBase:
    """The emblem, as the letterhead's page shows it."""
    row = Letterhead.current()
    if row.emblem is None:
        raise Http404
    try:
        return attachment_response(sha256=row.emblem.pk)
    except NotFound as problem:
        raise Http404(problem.detail) from problem


@require_http_methods(["GET", "POST"])
@requires("letters.edit")
def series(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Set how a series is numbered."""
    row = get_object_or_404(LetterSeries, pk=pk) if pk else LetterSeries()
    form = SeriesForm(_posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_series(series=form.save(commit=False), by=person(request))
        except (Invalid, Conflict) as problem:
            show_problem(form, problem.errors, problem.detail)
        else:
            messages.success(request, _("Serie guardada."))
            return redirect("letters:letterhead")
    context = {"form": form, "series": row}
    return render(request, "letters/series.html", context, status=422 if form.errors else 200)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, though it be nothing at all; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _tried(request: HttpRequest, kind: str, subject: str, body: str) -> dict[str, object]:
    """A template filled in with the last boleta of an ordinary category that the person sees."""
    seen = for_reading(visible_to(person(request)).filter(category__sensitive=False))
    petition = seen.order_by("-captured_at", "id").first()
    # Who asked stays out: a template is tried on anybody's boleta, which is nobody's reason to read a name.
    facts = facts_of([petition] if petition else [], institution=_("Institución de ejemplo"), name=False)
    facts["nombre"] = _("(nombre de quien lo pidió)")
    head = Letterhead.current()
    letter = Letter(
        party_name=facts["nombre"] if kind == Kind.ANSWER else _("(a quién se dirige)"),
        subject=fill(subject, facts),
        body=fill(body, facts),
        signer_name=head.signer_name,
        signer_post=head.signer_post,
    )
    return letter_context(letter) | {
        "wrong": [*check_placeholders(subject), *check_placeholders(body)],
        "tried_on": petition,
    }
