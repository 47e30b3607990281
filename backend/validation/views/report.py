"""``/validacion/informe/``: the month's validations by department, each number down to its boletas."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.validation.models import Result
from backend.validation.selectors import DepartmentCalls, calls_of_month, first_month, report_of_month
from backend.validation.services.lists import FIRST_DAY
from field.folio import format_folio
from geo.clock import local_today
from geo.files import file_response
from geo.sheets import Column, sheet_of

PAGE_SIZE = 100


@require_GET
@requires("validation.call")
def report(request: HttpRequest) -> HttpResponse:
    """The month's figures, or behind one of them its calls."""
    month, user = _month(request), cast("User", request.user)
    rows = report_of_month(user, month)
    result, department = request.GET.get("resultado", ""), request.GET.get("dependencia", "")
    result = result if result in Result.values else ""
    calls = calls_of_month(user, month, result=result, department=department)
    context = {
        "month": month,
        "months": _months(month),
        "results": Result.choices,
        "rows": [(row, _cells(row)) for row in rows],
        "total": _total(rows),
        "page": Paginator(calls, PAGE_SIZE).get_page(request.GET.get("page"))
        if result or department
        else None,
        "result": Result(result).label if result else "",
        "department": next((row.name for row in rows if row.code == department), ""),
    }
    return render(request, "validation/report.html", context)


@require_GET
@requires("validation.call")
def report_table(request: HttpRequest) -> HttpResponse:
    """The month's calls as a spreadsheet, without anybody's name."""
    month = _month(request)
    calls = calls_of_month(cast("User", request.user), month)
    body = sheet_of(
        name=_("Validaciones"),
        columns=[
            Column(_("Folio")),
            Column(_("Categoría"), 30),
            Column(_("Dependencia"), 30),
            Column(_("Resultado"), 22),
            Column(_("Cuándo"), 18),
            Column(_("Quién llamó"), 24),
        ],
        rows=(
            (
                format_folio(call.petition.folio),
                call.petition.category.name,
                call.department.name if call.department else "",
                call.get_result_display(),
                call.at,
                str(call.by or ""),
            )
            for call in calls
        ),
    )
    return file_response(body, f"validaciones-{month:%Y-%m}.xlsx")


def _month(request: HttpRequest) -> date:
    text = request.GET.get("mes", "")
    if not text:
        return local_today().replace(day=1)
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = None
    if month is None or not FIRST_DAY <= month <= local_today():
        raise Http404(_("Escriba el mes así: 2026-11."))
    return month


def _months(shown: date) -> list[date]:
    """The months that have calls, and the one shown; the newest first."""
    month = local_today().replace(day=1)
    first = min(first_month() or month, shown)
    months = []
    while month >= first:
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return months


def _total(rows: list[DepartmentCalls]) -> dict[str, Any]:
    whole = DepartmentCalls("", "", {})
    for row in rows:
        for result, number in row.results.items():
            whole.results[result] = whole.results.get(result, 0) + number
    return {"row": whole, "cells": _cells(whole)}


def _cells(row: DepartmentCalls) -> list[tuple[str, str, int]]:
    """Each result with its word and its number."""
    return [(value, str(label), row.results.get(value, 0)) for value, label in Result.choices]
