"""A boleta and its acknowledgement as PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.casework.questions import answers_in_words
from backend.casework.selectors import find_received, find_visible, sees_petitioner
from backend.letters.printing.papers import draw_boleta, draw_receipt
from backend.letters.views.finding import person
from field.folio import FolioError, format_folio
from field.models import Petition
from field.signals import people_seen
from geo.files import file_response
from geo.problems import NotFound


@require_GET
@requires("casework.see_office", "casework.see_department", "field.capture")
def boleta(request: HttpRequest, folio: str) -> HttpResponse:
    """The boleta, to carry to the place or to sign for."""
    user = person(request)
    try:
        petition = find_visible(user, folio)
    except (NotFound, FolioError) as problem:
        raise Http404(problem.detail) from problem
    knows = sees_petitioner(user, petition)
    _note(request, petition, knows)
    return file_response(
        draw_boleta(petition, knows=knows, answers=answers_in_words(petition)),
        f"boleta-{format_folio(petition.folio)}.pdf",
        inline=True,
    )


@require_GET
@requires("field.capture", "casework.see_office")
def receipt(request: HttpRequest, folio: str) -> HttpResponse:
    """The acknowledgement, for who captured it though it be reserved."""
    user = person(request)
    try:
        petition, _visible = find_received(user, folio)
    except (NotFound, FolioError) as problem:
        raise Http404(problem.detail) from problem
    knows = sees_petitioner(user, petition)
    _note(request, petition, knows)
    return file_response(
        draw_receipt(petition, knows=knows), f"acuse-{format_folio(petition.folio)}.pdf", inline=True
    )


def _note(request: HttpRequest, petition: Petition, knows: bool) -> None:
    if knows and (petition.on_behalf_of or getattr(petition, "petitioner", None)):
        people_seen.send(Petition, user=request.user, petitions=[petition.pk], purpose="paper")
