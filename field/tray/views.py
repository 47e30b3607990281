"""The tray of held records: what could not be filed, why, and what a person does about it."""

from __future__ import annotations

import json
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from field.api.attachments import attachment_answer
from field.folio import format_folio
from field.models import InboxRecord
from field.services.tray import join_version, joined_petition, keep_first, mend_record, set_aside, take_back
from field.signals import people_seen
from field.sync.corrected import corrected_body, printable
from field.sync.records import named_attachments
from field.sync.words import fields_of
from field.tray.forms import MendForm, ReasonForm
from field.tray.pages import aside_page, compared, record_page, rows_of
from field.vocabulary import Trouble
from geo.gate import requires
from geo.problems import Invalid, NotFound
from geo.refusals import refusals_told

ON_A_PAGE = 50
may_mend = requires("field.mend")


@may_mend
@require_safe
@never_cache
def tray(request: HttpRequest) -> HttpResponse:
    """What is held, grouped by what is wrong, the oldest first; or what was set aside."""
    visible = InboxRecord.objects.visible(request.user).select_related("device", "user")
    if request.GET.get("estado") == "apartados":
        pages = Paginator(visible.set_aside().order_by("-received_at", "-pk"), ON_A_PAGE)
        return render(request, "field/tray_aside.html", aside_page(pages.get_page(request.GET.get("page"))))
    held = visible.held()
    troubles = [(Trouble(trouble), count) for trouble, count in held.trouble_counts()]
    chosen = _trouble(request)
    rows = held.in_trouble(chosen) if chosen else held
    page = Paginator(rows.in_tray_order(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows_of(page.object_list),
        "troubles": troubles,
        "chosen": chosen,
        "total": sum(count for _trouble, count in troubles),
        "aside": visible.set_aside().count(),
    }
    return render(request, "field/tray.html", context)


@method_decorator([may_mend, never_cache], name="dispatch")
class RecordView(View):
    """One record: what it says, what is wrong with it, and the form that corrects and files it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = visible_record(request, pk)
        return _show(request, record, _form(record))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = visible_record(request, pk)
        form = _form(record, request.POST)
        if not form.is_valid():
            return _show(request, record, form, status=422)
        by = cast("AbstractUser", request.user)
        onward = _onward(request, record)
        with refusals_told(request):
            try:
                mended = mend_record(
                    record=record, changes=form.changes(), by=by, seen=form.cleaned_data["seen"] or 0
                )
            except Invalid as invalid:
                form.show_errors(invalid.errors)
                return _show(request, record, form, status=422)
            if mended.filed:
                folio = mended.receipt.get("folio")
                told = _("Archivada con el folio %(folio)s.") % {"folio": folio} if folio else _("Archivado.")
                messages.success(request, told)
                return onward
            messages.info(
                request, _("Se guardó la corrección. Se archivará sola cuando llegue lo que espera.")
            )
        return redirect("field:tray-record", pk=record.pk)


@may_mend
@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Add another version to the petition as a note."""
    record = visible_record(request, pk)
    onward = _onward(request, record)
    with refusals_told(request):
        petition = join_version(record=record, by=cast("AbstractUser", request.user), seen=_seen(request))
        folio = format_folio(petition.folio)
        messages.success(request, _("Quedó como nota en la boleta %(folio)s.") % {"folio": folio})
        return onward
    return redirect("field:tray-record", pk=record.pk)


@may_mend
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the first version as it is."""
    record = visible_record(request, pk)
    onward = _onward(request, record)
    with refusals_told(request):
        keep_first(record=record, by=cast("AbstractUser", request.user), seen=_seen(request))
        messages.success(request, _("Se dejó la primera versión; ésta quedó entre los apartados."))
        return onward
    return redirect("field:tray-record", pk=record.pk)


@may_mend
@require_POST
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a record out of the tray with a reason."""
    record = visible_record(request, pk)
    onward = _onward(request, record)
    with refusals_told(request):
        try:
            by = cast("AbstractUser", request.user)
            set_aside(record=record, reason=request.POST.get("reason", ""), by=by, seen=_seen(request))
        except Invalid:
            reason = ReasonForm(request.POST)
            reason.is_valid()
            return _show(request, record, _form(record), reason=reason, status=422)
        messages.success(request, _("Apartado. Puede devolverlo desde «Apartados»."))
        return onward
    return redirect("field:tray-record", pk=record.pk)


@may_mend
@require_POST
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back into the tray what was set aside."""
    record = visible_record(request, pk)
    with refusals_told(request):
        record = take_back(record=record, by=cast("AbstractUser", request.user))
        messages.success(request, _("Devuelto a la bandeja."))
    return redirect("field:tray-record", pk=record.pk)


@may_mend
@require_safe
def photo(request: HttpRequest, pk: int, sha256: str) -> HttpResponseBase:
    """A photo that the record names, to be looked at before it is filed: opened whole, it is a look."""
    record = visible_record(request, pk)
    if sha256 not in named_attachments(json.loads(record.raw)):
        raise Http404
    whole = "entera" in request.GET
    if whole:
        people_seen.send(InboxRecord, user=request.user, records=[record.pk], purpose="photo")
    try:
        return attachment_answer(request, sha256=sha256, size="full" if whole else "thumb")
    except NotFound as missing:
        raise Http404 from missing


def visible_record(request: HttpRequest, pk: int) -> InboxRecord:
    """The record, unless it was filed as it came or the person may not read it."""
    records = InboxRecord.objects.visible(request.user).select_related("device", "user")
    record: InboxRecord = get_object_or_404(records.prefetch_related("corrections__by"), pk=pk)
    if record.state == InboxRecord.State.FILED and not record.corrections.all():
        raise Http404
    petition = joined_petition(record)
    if petition and petition.category.sensitive and not request.user.has_perm("casework.see_sensitive"):
        raise Http404
    return record


def _form(record: InboxRecord, data: Any = None) -> MendForm:
    last = max((one.pk for one in record.corrections.all()), default=0)
    return MendForm(
        fields=fields_of(record.kind),
        body=corrected_body(record),
        errors=record.errors,
        data=data,
        seen=last,
    )


def _show(
    request: HttpRequest,
    record: InboxRecord,
    form: MendForm,
    *,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people_seen.send(InboxRecord, user=request.user, records=[record.pk], purpose="tray")
    petition = joined_petition(record)
    context = record_page(record) | {
        "form": form,
        "seen": form["seen"].initial,
        "reason": reason or ReasonForm(),
        "petition": petition,
        "folio": format_folio(petition.folio) if petition else "",
        "compared": compared(record),
        "next": _next(request, record),
        "raw": printable(json.dumps(json.loads(record.raw), ensure_ascii=False, indent=2)),
    }
    return render(request, "field/tray_record.html", context, status=status)


def _onward(request: HttpRequest, record: InboxRecord) -> HttpResponseRedirect:
    """To the next record with the same trouble: a person works the tray off without coming back to it."""
    following = _next(request, record)
    return HttpResponseRedirect(
        reverse("field:tray-record", args=[following]) if following else reverse("field:tray")
    )


def _next(request: HttpRequest, record: InboxRecord) -> int | None:
    return InboxRecord.objects.visible(request.user).held().after(record).values_list("pk", flat=True).first()


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _trouble(request: HttpRequest) -> Trouble | None:
    try:
        return Trouble(int(request.GET.get("que", "")))
    except ValueError:
        return None
