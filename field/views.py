"""The tablets' page: who carries which, a new one's code, and revoking a lost one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from field.fleet_words import FILTERS, filters_of, fleet_rows
from field.forms import EnrolmentForm
from field.models import Device, Enrolment
from field.odk.invitation import collect_qr_text
from field.services.devices import (
    OpenedEnrolment,
    cancel_enrolment,
    open_enrolment,
    reopen_enrolment,
    revoke_device,
)
from geo.gate import requires
from geo.problems import Problem
from geo.refusals import refusals_told

ON_A_PAGE = 100
may_enrol = requires("field.enrol_device")


@may_enrol
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Which tablets there are, who carries them and when each was last heard of."""
    chosen = request.GET.get("estado", "")
    counts = Device.objects.standing_counts()
    tablets = Device.objects.in_office_order().standing(FILTERS[chosen][0] if chosen in FILTERS else "")
    page = Paginator(tablets, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": fleet_rows(page.object_list),
        "waiting": Enrolment.objects.open(),
        "total": counts["total"],
        "in_use": counts["in_use"],
        "filters": filters_of(counts),
        "chosen": chosen if chosen in FILTERS else "",
    }
    return render(request, "field/devices.html", context)


@may_enrol
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Ask for a tablet's code, and show it the only time that it can be shown."""
    form = EnrolmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by = cast("AbstractUser", request.user)
        try:
            opened = open_enrolment(user=form.holder, name=form.cleaned_data["name"], by=by)
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            return _code_sheet(request, opened)
    return render(request, "field/enrol.html", {"form": form})


@may_enrol
@never_cache
@require_POST
def enrol_again(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A new code for the same tablet and person, shown the only time that it can be shown."""
    device = get_object_or_404(Device.objects.select_related("user"), pk=device_id)
    with refusals_told(request):
        return _code_sheet(request, reopen_enrolment(device=device, by=cast("AbstractUser", request.user)))
    return redirect("field:devices")


def _code_sheet(request: HttpRequest, opened: OpenedEnrolment) -> HttpResponse:
    context = {"opened": opened, "qr": _qr(opened.url), "odk_qr": _qr(collect_qr_text(opened.odk))}
    return render(request, "field/enrolment.html", context)


def _qr(text: str) -> SafeString:
    """Drawn by segno out of an address of our own making: there is nobody's text in it."""
    return mark_safe(segno.make(text, error="m").svg_inline(dark="#221a13", light="#fff", omitsize=True))


@may_enrol
@require_POST
def revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = get_object_or_404(Device, pk=device_id)
    revoke_device(device=device, by=cast("AbstractUser", request.user))
    told = _("«%(name)s» ya no puede enviar ni recibir nada. Lo que aún guarda sigue en ella.")
    messages.success(request, told % {"name": device.name})
    return redirect("field:devices")


@may_enrol
@require_POST
def cancel(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment, pk=enrolment_id)
    cancel_enrolment(enrolment=enrolment)
    messages.success(request, _("El código de «%(name)s» ya no sirve.") % {"name": enrolment.name})
    return redirect("field:devices")
