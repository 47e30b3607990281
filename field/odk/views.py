"""What ODK Collect calls under ``/odk/key/{key}/``. The key in the address is all its identity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from field.models import Device
from field.odk.keys import Standing, device_of, refuse_unless
from field.odk.multipart import submission_parts
from field.odk.receiving import receive_submission
from field.odk.replies import Listed, list_reply, message_reply, xml_reply
from field.odk.visits import visits_csv
from field.odk.xform import FORM_ID, FORM_NAME, VISITS_FILE, Form, current_form
from geo.problems import RETRY_AFTER_S, NotFound, Problem, as_problem

_FORESEEN = (
    Problem,
    OperationalError,
    InterfaceError,
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
)

View = Callable[..., HttpResponse]


def openrosa(*methods: str, standings: tuple[Standing, ...] = (Standing.IN_USE,)) -> Callable[[View], View]:
    """Answer as OpenRosa asks, errors too; the view gets the `Device` in place of the key."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, key: str, **named: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    response = message_reply(_("Eso no se puede hacer aquí."), status=405)
                    response["Allow"] = ", ".join(methods)
                else:
                    device = device_of(key)
                    refuse_unless(device, *standings)
                    response = view(request, device, key, **named)
            except _FORESEEN as error:
                response = _problem_reply(error)
            response["X-OpenRosa-Version"] = "1.0"
            response["Content-Language"] = "es"
            response.setdefault("Cache-Control", "private, no-store")
            return response

        return answer

    return decorate


@gzip_page
@openrosa("GET", "HEAD")
def form_list(request: HttpRequest, device: Device, key: str) -> HttpResponse:
    """The one form, unless another is asked for by name."""
    form = current_form()
    if form is None or request.GET.get("formID", FORM_ID) != FORM_ID:
        return list_reply("xforms", "xform", [])
    members = {
        "formID": FORM_ID,
        "name": FORM_NAME,
        "version": form.version,
        "hash": f"md5:{form.md5}",
        "downloadUrl": _address(request, "form", key),
        "manifestUrl": _address(request, "manifest", key),
    }
    if request.GET.get("verbose") == "true":
        members["descriptionText"] = _("Puertas y peticiones de un recorrido.")
    return list_reply("xforms", "xform", [Listed(members)])


@gzip_page
@openrosa("GET", "HEAD")
def form(request: HttpRequest, device: Device, key: str, form_id: str) -> HttpResponse:
    return xml_reply(_form(form_id).xml)


@gzip_page
@openrosa("GET", "HEAD")
def manifest(request: HttpRequest, device: Device, key: str, form_id: str) -> HttpResponse:
    """What goes with the form: the tablet's own list of visits."""
    _form(form_id)
    md5 = hashlib.md5(visits_csv(device=device), usedforsecurity=False).hexdigest()
    members = {"filename": VISITS_FILE, "hash": f"md5:{md5}", "downloadUrl": _address(request, "visits", key)}
    return list_reply("manifest", "mediaFile", [Listed(members, {"type": "entityList"})])


@gzip_page
@openrosa("GET", "HEAD")
def visits(request: HttpRequest, device: Device, key: str, form_id: str) -> HttpResponse:
    _form(form_id)
    return HttpResponse(visits_csv(device=device), content_type="text/csv; charset=utf-8")


@openrosa("HEAD", "POST", standings=(Standing.IN_USE, Standing.GRACE))
def submission(request: HttpRequest, device: Device, key: str) -> HttpResponse:
    """HEAD tells how much may come at once; POST takes it."""
    if request.method == "HEAD":
        response = HttpResponse(status=204)
    else:
        with submission_parts(request) as parts:
            now = timezone.now()
            told = receive_submission(device=device, xml=parts.xml, files=parts.files, now=now)
        response = message_reply(told.message, status=told.status)
    response["X-OpenRosa-Accept-Content-Length"] = str(settings.ODK_MAX_BYTES)
    return response


def _form(form_id: str) -> Form:
    found = current_form() if form_id == FORM_ID else None
    if found is None:
        raise NotFound(_("Ese formulario no existe."))
    return found


def _address(request: HttpRequest, name: str, key: str) -> str:
    return request.build_absolute_uri(reverse(f"field:odk-{name}", kwargs={"key": key, "form_id": FORM_ID}))


def _problem_reply(error: Exception) -> HttpResponse:
    problem = as_problem(error)
    if problem is None:
        raise error
    response = message_reply(problem.detail, status=problem.status)
    if problem.status == 503:
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response
