"""``/boletas/nueva/``: taking down a petition from any channel, and the folio to hand over."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.beginnings import begin
from backend.casework.petition_forms import CaptureForm, PetitionForm, place_label
from backend.casework.questions import answers_of, question_fields
from backend.casework.selectors import find_received
from backend.casework.services.intake import ELSEWHERE, OfficePetition, capture_petition
from backend.casework.views.echoes import similar_context
from backend.casework.when_asked import fault_of, moment_of
from field.folio import FolioError, format_folio
from field.models import Category, Channel, PrivacyNotice
from field.services.attachments import store_attachment
from geo.clock import local_today
from geo.maps.extent import initial_bounds
from geo.maps.ground import outlines_address
from geo.maps.shell import map_shell
from geo.models import Place
from geo.problems import NotFound, Problem

_LAST_CHANNEL = "last_channel"
#: Half the side of a map around a point, in degrees: about four blocks.
_AROUND = 0.004


@require_http_methods(["GET", "POST"])
@requires("field.capture")
def capture(request: HttpRequest) -> HttpResponse:
    """The form; on success, the receipt with the folio."""
    if request.method == "GET":
        channel = request.session.get(_LAST_CHANNEL, Channel.DESK.value)
        begun = begin(cast("User", request.user), request.GET.get("desde", ""))
        if day := _day_asked(request):
            begun["asked_on"] = day
        return _page(request, CaptureForm(initial={"id": uuid4(), "channel": channel} | begun))
    form = CaptureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    data, user = form.cleaned_data, cast("User", request.user)
    notice = PrivacyNotice.objects.order_by("-published_at").first()
    answers = answers_of(data["category"], request.POST)
    try:
        files = _stored(form, user)
        record = _record(data, notice.version if notice else "", answers) | {"attachments": files}
        captured = capture_petition(record=OfficePetition.model_validate(record), by=user)
    except Problem as problem:
        form.add_problem(problem)
        return _page(request, form, status=problem.status)
    request.session[_LAST_CHANNEL] = data["channel"]
    return redirect("casework:receipt", format_folio(captured.petition.folio))


@require_GET
@requires("field.capture")
def questions(request: HttpRequest) -> HttpResponse:
    """What to ask besides for the category being typed: a piece of the form."""
    form = CaptureForm({"category": request.GET.get("category", "")})
    form.is_valid()
    category = form.cleaned_data.get("category")
    fields = question_fields(category) if isinstance(category, Category) else []
    return render(request, "casework/_questions.html", {"questions": fields, "category": category})


@require_GET
@requires("field.capture")
def promise(request: HttpRequest) -> HttpResponse:
    """What a petition of the day being picked would be promised: a piece of the form."""
    told = {name: request.GET.get(name, "") for name in ("category", "channel", "asked_on")}
    form = CaptureForm(told | {"told": told["asked_on"]})
    form.is_valid()
    context = _promise_of(form) | {"errors": form.errors.get("asked_on")}
    return render(request, "casework/_foretold.html", context)


@require_GET
@requires("field.capture", "casework.see_office")
def receipt(request: HttpRequest, folio: str) -> HttpResponse:
    """The folio, large, to read out or print: for who captured it, though it be reserved."""
    user = cast("User", request.user)
    try:
        petition, visible = find_received(user, folio)
    except (NotFound, FolioError) as problem:
        raise Http404(problem.detail) from problem
    public = f"{settings.PUBLIC_URL}/publico/folio/"
    context = {"petition": petition, "visible": visible, "public": public}
    return render(request, "casework/receipt.html", context)


def _day_asked(request: HttpRequest) -> date | None:
    """The day that the address says, of a pile of papers of one day."""
    try:
        day = date.fromisoformat(request.GET.get("pedida", ""))
    except ValueError:
        return None
    return None if fault_of(day) else day


def _stored(form: CaptureForm, by: User) -> list[dict[str, Any]]:
    """The photo as a record names it, taken in first. Raises a Problem at its field where it cannot be."""
    photo = form.cleaned_data.get("photo")
    if not photo:
        return []
    try:
        kept = store_attachment(source=photo, user=by, whole=True).attachment
    except Problem as problem:
        problem.errors = [{"pointer": "/photo", "code": problem.code, "detail": problem.detail}]
        raise
    return [{"sha256": kept.sha256, "content_type": kept.content_type, "bytes": kept.bytes}]


def _record(data: dict[str, Any], notice: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The form as a record of the API's."""
    person = {name: data[name] for name in ("name", "phone", "email")}
    located = data["lon"] is not None and data["lat"] is not None
    point = {"type": "Point", "coordinates": [data["lon"], data["lat"]]} if located else None
    asked_at = moment_of(data["asked_on"])
    return {
        "id": data["id"],
        "captured_at": asked_at.isoformat() if asked_at else None,
        "channel": data["channel"],
        "category": data["category"].code,
        "description": data["description"],
        "on_behalf_of": data["on_behalf_of"],
        "answers": answers,
        "location": point,
        "location_method": "map" if located else "address",
        "place": data["place"] or None,
        "address": data["address"],
        "reference": data["reference"],
        "echo_of": data["echo_of"] or None,
        "petitioner": {**person, "consent": True, "notice": notice} if any(person.values()) else None,
    }


def _page(request: HttpRequest, form: CaptureForm, status: int = 200) -> HttpResponse:
    category = form.cleaned_data.get("category") if form.is_bound else None
    context = where_and_what(request, form) | similar_context(request, form)
    context["questions"] = question_fields(category, request.POST) if isinstance(category, Category) else []
    context |= _promise_of(form)
    return render(request, "casework/capture.html", context | {"form": form}, status=status)


def _promise_of(form: CaptureForm) -> dict[str, Any]:
    """What its piece of the page tells; of an earlier day it goes on listening to category and channel."""
    day = str(form["asked_on"].value() or "")
    return {"foretold": form.foretold, "day": day, "earlier": day not in ("", local_today().isoformat())}


def where_and_what(request: HttpRequest, form: PetitionForm, around: Point | None = None) -> dict[str, Any]:
    """What a page that asks where and what about needs besides its form; its map shows ``around`` a point."""
    bounds = initial_bounds()
    if around is not None:
        bounds = (around.x - _AROUND, around.y - _AROUND, around.x + _AROUND, around.y + _AROUND)
    shape = reverse("geo:place", args=["CODE"])
    return {
        "categories": Category.objects.filter(active=True).values_list("name", "group"),
        "places": [
            (place_label(code, name), kind)
            for code, name, kind in Place.objects.order_by("name").values_list("code", "name", "kind")
        ],
        "notice": PrivacyNotice.objects.order_by("-published_at").first(),
        "map": map_shell(
            request,
            label=_("Mapa para señalar el lugar"),
            bounds=bounds,
            ground=outlines_address(),
            layers=[],
        ),
        # Where the page's script asks in which place a point lies, and how a place is drawn.
        "locate": reverse("geo:locate"),
        "place_address": f"{shape}?geometry=simple",
        "elsewhere": _is_elsewhere(form),
    }


def _is_elsewhere(form: PetitionForm) -> bool:
    """Whether the point and the colonia were found to be two places: the form asks which of them holds."""
    return any(error.code == ELSEWHERE for error in form.errors.as_data().get("place", []))
