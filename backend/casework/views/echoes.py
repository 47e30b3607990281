"""Petitions about the same thing: a boleta's section, joining, splitting, and what the capture offers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.alike import About, Alike, alike, alike_to
from backend.casework.petition_forms import CaptureForm
from backend.casework.selectors import find_visible, for_reading, visible_to
from backend.casework.services.echoes import join_petitions, split_petition
from backend.casework.services.unlike import tell_apart
from backend.casework.views.finding import find_or_404
from field.folio import FolioError, format_folio, parse_folio
from field.models import OPEN_STATUSES, Category, Petition, Status
from geo.models import Place
from geo.problems import NotFound
from geo.refusals import refusals_told


def voices_panel(request: HttpRequest, petition: Petition) -> SafeString | None:
    """The voices of the boleta's work item, where it has any. Two queries."""
    user = cast("User", request.user)
    head = petition.echo_of_id or petition.pk
    count = Petition.objects.filter(Q(pk=head) | Q(echo_of=head)).count()
    if count == 1:
        return None
    members = for_reading(visible_to(user)).filter(Q(pk=head) | Q(echo_of=head))
    voices = sorted(members, key=lambda one: (one.pk != head, one.captured_at))
    context = {
        "petition": petition,
        "voices": voices,
        "unseen": count - len(voices) if voices else 0,
        "head": head,
        "may_join": user.has_perm("casework.join"),
        # What is done already cannot be joined again: that is asked before.
        "for_good": petition.status not in OPEN_STATUSES,
    }
    return render_to_string("casework/_echoes.html", context, request)


def split_panel(request: HttpRequest, petition: Petition) -> SafeString | None:
    """Right after a split: the way back, while both are such that they may be joined."""
    user = cast("User", request.user)
    if "apart" not in request.GET or not user.has_perm("casework.join"):
        return None
    try:
        other = find_visible(user, request.GET["apart"])
    except (NotFound, FolioError):
        return None
    together = (petition.echo_of_id or petition.pk) == (other.echo_of_id or other.pk)
    if together or not {petition.status, other.status} <= set(OPEN_STATUSES):
        return None
    return render_to_string("casework/_parted.html", {"petition": petition, "other": other}, request)


def alike_after_words(request: HttpRequest, petition: Petition) -> SafeString | None:
    """Others like it nearby, while the office verifies: before it is referred, joining costs least."""
    if petition.status != Status.TO_VERIFY:
        return None
    return _alike(request, petition)


def alike_panel(request: HttpRequest, petition: Petition) -> SafeString | None:
    """The same once it is on its way."""
    if petition.status == Status.TO_VERIFY:
        return None
    return _alike(request, petition)


def _alike(request: HttpRequest, petition: Petition) -> SafeString | None:
    user = cast("User", request.user)
    looks = petition.status in OPEN_STATUSES and not petition.category.sensitive
    if not (looks and user.has_perm("casework.join")):
        return None
    context = {"petition": petition, "nearby": alike_to(petition, user)}
    return render_to_string("casework/_alike.html", context, request)


@require_POST
@requires("casework.join")
def join(request: HttpRequest, folio: str) -> HttpResponse:
    """Join the boletas that were marked to this one, or note that they are not about the same thing."""
    petition, user = find_or_404(request, folio), cast("User", request.user)
    chosen = [find_or_404(request, other) for other in request.POST.getlist("folio")[:20]]
    if not chosen:
        messages.error(request, _("Marque al menos una de las parecidas."))
        return _to(petition)
    with refusals_told(request):
        if request.POST.get("act") == "apart":
            for one in chosen:
                tell_apart(petitions=[petition.echo_of_id or petition.pk, one.pk], by=user)
            messages.success(request, _("Anotado: no son lo mismo. No se volverán a proponer."))
            return _to(petition)
        head = join_petitions(petitions=[one.pk for one in (petition, *chosen)], by=user)
        text = ngettext(
            "Quedó junta con %(n)s más. Encabeza %(folio)s.",
            "Quedó junta con otras %(n)s. Encabeza %(folio)s.",
            len(chosen),
        )
        messages.success(request, text % {"n": len(chosen), "folio": format_folio(head.folio)})
    return _to(petition)


@require_POST
@requires("casework.join")
def split(request: HttpRequest, folio: str) -> HttpResponse:
    """Split one boleta from its work item; the page from which it was asked offers to undo it."""
    petition, user = find_or_404(request, folio), cast("User", request.user)
    apart = find_or_404(request, request.POST.get("folio") or folio)
    with refusals_told(request):
        step = split_petition(petition=apart, by=user)
        text = _("%(folio)s se separó y sigue por su lado, con la fecha que ya tenía.")
        messages.success(request, text % {"folio": format_folio(apart.folio)})
        other = step.other_folio if apart == petition else apart.folio
        page = reverse("casework:boleta", args=[format_folio(petition.folio)])
        return redirect(f"{page}?{urlencode({'apart': format_folio(other)})}")
    return _to(petition)


@require_POST
@requires("field.capture")
def similar(request: HttpRequest) -> HttpResponse:
    """What is like the petition being typed, for its citizen to add a voice: a piece of the form.

    By POST, so that no address that somebody gave is left in the server's log.
    """
    form = CaptureForm(request.POST)
    form.is_valid()
    return render(request, "casework/_similar.html", similar_context(request, form))


def similar_context(request: HttpRequest, form: CaptureForm) -> dict[str, Any]:
    """What ``_similar.html`` shows of a form as far as it is filled in."""
    data = getattr(form, "cleaned_data", {})
    found: list[Alike] = []
    if isinstance(category := data.get("category"), Category):
        lon, lat = data.get("lon"), data.get("lat")
        located = lon is not None and lat is not None
        place = Place.objects.filter(code=data.get("place") or "").values_list("pk", flat=True).first()
        about = About(
            category,
            Point(lon, lat, srid=4326) if located else None,
            place,
            data.get("address") or "",
            request.POST.get("description", ""),
        )
        found = alike(about, cast("User", request.user))
    chosen = ""
    with suppress(FolioError):
        chosen = parse_folio(data.get("echo_of") or "")
    return {"similar": found, "chosen": chosen}


def _to(petition: Petition) -> HttpResponse:
    return redirect("casework:boleta", format_folio(petition.folio))
