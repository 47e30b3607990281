"""``/boletas/<folio>/corregir/``: what a captured boleta says, put right."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.corrections import said_by, values_in_words
from backend.casework.petition_forms import CorrectionForm
from backend.casework.selectors import visible_to
from backend.casework.services.correcting import better_department, correct_boleta
from backend.casework.views.capture import where_and_what
from backend.casework.views.finding import find_or_404
from field.folio import format_folio
from field.models import Petition
from field.signals import people_seen
from geo.problems import Conflict, NotFound, Problem


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires("casework.correct")
def correct(request: HttpRequest, folio: str) -> HttpResponse:
    """One form with what stands; on success, back to the boleta."""
    user, petition = cast("User", request.user), find_or_404(request, folio)
    people_seen.send(Petition, user=user, petitions=[petition.pk], purpose="boleta")
    if request.method != "POST":
        return _page(request, petition, CorrectionForm(petition=petition))
    form = CorrectionForm(request.POST, petition=petition)
    if not form.is_valid():
        return _page(request, petition, form, status=422)
    try:
        step = correct_boleta(
            petition=petition,
            to=form.said,
            by=user,
            seen=form.cleaned_data["seen"],
            consent=bool(form.cleaned_data.get("consent")),
            opens=bool(form.cleaned_data.get("opens")),
        )
    except NotFound as problem:
        raise Http404(problem.detail) from problem
    except Conflict as problem:
        return _came_second(request, folio, form, problem)
    except Problem as problem:
        form.add_problem(problem)
        return _page(request, petition, form, status=422)
    if step is None:
        messages.info(request, _("No cambió nada."))
    return _done(request, petition.pk, corrected=step is not None)


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


def _came_second(request: HttpRequest, folio: str, form: CorrectionForm, problem: Conflict) -> HttpResponse:
    """What was written is given back beside what stands now, to be looked at and sent again."""
    petition = find_or_404(request, folio)
    now, written = said_by(petition), form.said
    form.add_error(None, problem.detail)
    if form.cleaned_data["seen"] == now.mark:  # nobody was faster: it cannot be, as it stands
        return _page(request, petition, form, status=problem.status)
    form.data = {**request.POST.dict(), "seen": now.mark}
    stands = values_in_words(now, now.differing(written))
    return _page(request, petition, form, status=problem.status, stands=stands)


def _page(
    request: HttpRequest,
    petition: Petition,
    form: CorrectionForm,
    status: int = 200,
    stands: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """``stands`` has what the boleta says now, where it is not what was written."""
    context = where_and_what(request, form, around=petition.location)
    context |= {"petition": petition, "form": form, "stands": stands}
    return render(request, "casework/correct.html", context, status=status)
