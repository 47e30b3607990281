"""``/boletas/<folio>/corregir/``: what a captured boleta says, put right."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.correction_form import CorrectionForm, words_in
from backend.casework.corrections import clashes
from backend.casework.corrections_told import Both, both_in_words, labels_of
from backend.casework.selectors import find_visible, visible_to
from backend.casework.services.correcting import better_department, correct_boleta
from backend.casework.views.capture import where_and_what
from backend.casework.views.finding import find_or_404, gone
from field.folio import FolioError, format_folio
from field.models import Petition
from field.signals import people_seen
from geo.problems import Conflict, Invalid, NotFound


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires("casework.correct")
def correct(request: HttpRequest, folio: str) -> HttpResponse:
    """One form with what stands; on success, back to the boleta."""
    if request.method != "POST":
        petition = find_or_404(request, folio)
        return _page(request, CorrectionForm(petition=petition))
    try:
        return _save(request, folio)
    except (NotFound, FolioError):
        return gone(request, words_in(request.POST))


@never_cache
@require_GET
@requires("casework.correct")
def questions(request: HttpRequest, folio: str) -> HttpResponse:
    """What the category being typed asks, with what was answered of it: a piece of the form."""
    form = CorrectionForm(request.GET, petition=find_or_404(request, folio))
    form.is_valid()
    return render(request, "casework/_correct_questions.html", {"form": form})


def _save(request: HttpRequest, folio: str) -> HttpResponse:
    """Raises NotFound where the boleta is out of the person's sight by now."""
    user = cast("User", request.user)
    petition = find_visible(user, folio)
    form = CorrectionForm(request.POST, petition=petition)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        step = correct_boleta(
            petition=petition,
            to=form.said,
            by=user,
            seen=form.saw or form.stands,
            consent=bool(form.cleaned_data.get("consent")),
            opens=bool(form.cleaned_data.get("opens")),
        )
    except Conflict as problem:
        return _cannot_be(request, CorrectionForm(request.POST, petition=find_visible(user, folio)), problem)
    except Invalid as problem:
        form.add_problem(problem)
        return _page(request, form, status=422)
    if step is None:
        messages.info(request, _("No cambió nada."))
    _tell_of_others(request, form)
    return _done(request, petition.pk, corrected=step is not None)


def _tell_of_others(request: HttpRequest, form: CorrectionForm) -> None:
    """What somebody else corrected since the page was opened, and was left as it is."""
    seen, now = form.saw or form.stands, form.stands
    if parts := set(seen.differing(now)) - set(now.differing(form.said)):
        what = ", ".join(labels_of(parts, now, seen).values())
        text = _("Mientras usted escribía, alguien más corrigió: %(what)s. Eso quedó como lo puso.")
        messages.info(request, text % {"what": what})


def _done(request: HttpRequest, key: Any, *, corrected: bool) -> HttpResponse:
    """To the boleta, with the referral at hand where the rules send it elsewhere now; or to the inbox."""
    petition = visible_to(request.user).select_related("category", "department").filter(pk=key).first()
    if petition is None:
        messages.success(request, _("Corregida. Ahora es reservada: ya no está a su alcance."))
        return redirect("casework:inbox")
    address = reverse("casework:boleta", args=[format_folio(petition.folio)])
    if not corrected:
        return redirect(address)
    messages.success(request, _("Corregida. Lo que cambió queda en su historia."))
    if better := better_department(petition):
        text = _("Le tocaría a %(better)s y la tiene %(now)s, con la misma fecha: si procede, canalícela.")
        messages.warning(request, text % {"better": better, "now": petition.department})
        address += f"?{urlencode({'canalizar': better.code})}#ahora"
    return redirect(address)


def _cannot_be(request: HttpRequest, form: CorrectionForm, problem: Conflict) -> HttpResponse:
    """What was written is given back; where somebody corrected the same meanwhile, with what they wrote."""
    if not form.is_valid():
        return _page(request, form, status=422)
    form.add_error(None, problem.detail)
    seen = form.saw or form.stands
    parts = clashes(seen=seen, to=form.said, now=form.stands)
    both = both_in_words(parts, now=form.stands, mine=form.said)
    if both:
        form.show_now()
    return _page(request, form, status=problem.status, both=both)


def _page(
    request: HttpRequest, form: CorrectionForm, status: int = 200, both: list[Both] | None = None
) -> HttpResponse:
    """``both`` has what two people corrected, for this one to decide."""
    petition = form.petition
    people_seen.send(Petition, user=request.user, petitions=[petition.pk], purpose="boleta")
    context = where_and_what(request, form, around=petition.location)
    context |= {"petition": petition, "form": form, "both": both}
    return render(request, "casework/correct.html", context, status=status)
