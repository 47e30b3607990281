"""Crews: who goes out together, and who leads them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns import permissions, selectors
from campaigns.forms import CrewForm, tell
from campaigns.models import Crew
from campaigns.services import crews
from campaigns.views.gate import person
from geo.gate import requires
from geo.problems import Invalid


@require_GET
@requires(permissions.PLAN)
def crew_list(request: HttpRequest) -> HttpResponse:
    """The crews that the person runs or sees."""
    user = person(request)
    shown = [
        {"crew": crew, "may_edit": permissions.may_run_crew(user, crew)} for crew in selectors.crews_for(user)
    ]
    return render(request, "campaigns/crews.html", {"crews": shown})


@require_http_methods(["GET", "POST"])
@requires(permissions.PLAN)
def form_crew(request: HttpRequest) -> HttpResponse:
    """Make a crew."""
    form = CrewForm(request.POST or None, user=person(request))
    if request.method == "POST" and form.is_valid():
        try:
            crew = crews.form_crew(**form.cleaned_data)
        except Invalid as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Brigada %(name)s guardada.") % {"name": crew.name})
            return redirect("campaigns:crews")
    return render(request, "campaigns/crew_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(permissions.PLAN)
def edit_crew(request: HttpRequest, crew_id: int) -> HttpResponse:
    """Change a crew."""
    crew = get_object_or_404(Crew.objects.visible_to(person(request)), pk=crew_id)
    if not permissions.may_run_crew(person(request), crew):
        raise PermissionDenied(_("Esta brigada la cambia quien la dirige o la dirección."))
    form = CrewForm(request.POST or None, user=person(request), crew=crew)
    if request.method == "POST" and form.is_valid():
        try:
            crews.edit_crew(crew_id=crew.pk, **form.cleaned_data)
        except Invalid as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Cambios guardados."))
            return redirect("campaigns:crews")
    context = {"form": form, "crew": crew}
    return render(request, "campaigns/crew_form.html", context, status=422 if form.errors else 200)
