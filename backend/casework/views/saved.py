"""``/boletas/vistas/``: the views of the inbox that a person keeps under a name."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.forms import SavedViewForm
from backend.casework.models import SavedView
from backend.casework.saved_views import canonical, views_of
from backend.casework.services.saved_views import change_view, delete_view, restore_view, save_view
from geo.problems import Problem
from geo.refusals import refusals_told

SEES = ("casework.see_office", "casework.see_department")


@require_GET
@requires(*SEES)
def views(request: HttpRequest) -> HttpResponse:
    """One's own views, each with its name, for whom it is, and a way to delete it; and those of others."""
    return _page(request)


@require_POST
@requires(*SEES)
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the list under a name, and go back to the list."""
    query = canonical(QueryDict(request.POST.get("query", "")))
    with refusals_told(request):
        view = save_view(
            owner=cast("User", request.user), name=request.POST.get("name", ""), query=query[:1000]
        )
        messages.success(request, _("Se guardó la vista «%(name)s».") % {"name": view.name})
    return redirect(f"{reverse('casework:inbox')}?{query}")


@require_POST
@requires(*SEES)
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename a view or say for whom it is."""
    view = _own(request, view_id)
    form = SavedViewForm(request.POST, view=view)
    if form.is_valid():
        try:
            change_view(view=view, **form.cleaned_data)
        except Problem as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Se guardó la vista «%(name)s».") % {"name": view.name})
            return redirect("casework:saved-views")
    return _page(request, refused=form)


@require_POST
@requires(*SEES)
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete a view; the next page offers to take it back."""
    view = _own(request, view_id)
    delete_view(view=view)
    return redirect(f"{reverse('casework:saved-views')}?borrada={view.pk}")


@require_POST
@requires(*SEES)
def restore(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take back a view that was deleted."""
    view = get_object_or_404(SavedView, pk=view_id, owner=request.user, deleted_at__isnull=False)
    with refusals_told(request):
        restore_view(view=view)
        messages.success(request, _("La vista «%(name)s» está de nuevo.") % {"name": view.name})
    return redirect("casework:saved-views")


def _own(request: HttpRequest, view_id: int) -> SavedView:
    return get_object_or_404(SavedView, pk=view_id, owner=request.user, deleted_at=None)


def _page(request: HttpRequest, refused: SavedViewForm | None = None) -> HttpResponse:
    user, gone = cast("User", request.user), request.GET.get("borrada", "")
    every = list(views_of(user))
    forms = [
        refused if refused and refused.view.pk == view.pk else SavedViewForm(view=view)
        for view in every
        if view.owner_id == user.pk
    ]
    context: dict[str, Any] = {
        "forms": forms,
        "others": [view for view in every if view.owner_id != user.pk],
        "deleted": SavedView.objects.filter(owner=user, deleted_at__isnull=False, pk=gone).first()
        if gone.isascii() and gone.isdecimal() and len(gone) < 10
        else None,
    }
    return render(request, "casework/saved_views.html", context, status=422 if refused else 200)
