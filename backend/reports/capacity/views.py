"""``/informes/capacidad/``: the figures of a period, and behind each of them its boletas."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.filters import BadFilter
from backend.casework.selectors import visible_to
from backend.reports.capacity.counting import Capacity, count_capacity
from backend.reports.capacity.listing import Boletas, Counted, Whose
from backend.reports.capacity.measures import BY_KEY, MEASURES, RECEIVED, Measure
from backend.reports.capacity.periods import Period, month_of, offered_periods, read_period
from backend.reports.capacity.scope import Scope, scope_of
from backend.reports.capacity.table import context_of, table_xlsx
from field.folio import format_folio
from field.models import Department
from geo.clock import local_today
from geo.files import file_response
from geo.sheets import Column, sheet_of

PAGE_SIZE = 50
#: A sheet holds no more; nobody reads them, and drawing one would hold a worker for a minute.
SHEET_MOST = 50_000


@require_GET
@requires("reports.capacity")
def capacity_page(request: HttpRequest) -> HttpResponse:
    """The table of all departments, or of a liaison's own."""
    scope = scope_of(cast("User", request.user))
    try:
        period = read_period(request.GET)
    except BadFilter as problem:
        context = _choice(month_of(local_today())) | {"problem": problem}
        return render(request, "reports/capacity/page.html", context, status=400)
    capacity = _counted(scope, period)
    context = _choice(period) | {
        "capacity": capacity,
        "measures": MEASURES,
        "own": scope.department is not None,
        **context_of(capacity, period),
    }
    return render(request, "reports/capacity/page.html", context)


@require_GET
@requires("reports.capacity")
def capacity_table(request: HttpRequest) -> HttpResponse:
    """The table as a spreadsheet."""
    period = _period_or_404(request)
    capacity = _counted(scope_of(cast("User", request.user)), period)
    body = table_xlsx(capacity, period, str(period.compared))
    return file_response(body, f"capacidad-{_file_words(period)}.xlsx")


@require_GET
@requires("reports.capacity")
def capacity_list(request: HttpRequest) -> HttpResponse:
    """The boletas behind one figure."""
    user = cast("User", request.user)
    boletas, period = _asked(request, scope_of(user))
    page = Paginator(cast("Any", boletas), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    keys = [row.petition.pk for row in rows]
    context = {
        "page": page,
        "rows": rows,
        "visible": set(visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)),
        "total": page.paginator.count,
        "period": period,
        "measure": boletas.measure,
        "whose": _whose_in_words(boletas.whose),
        "all_departments": boletas.whose.everybody,
        "with_days": boletas.measure.column in ("attended", "in_time"),
        "slowest_first": boletas.slowest_first,
        "sheet_most": SHEET_MOST,
        "query": _without_page(request),
    }
    return render(request, "reports/capacity/list.html", context)


@require_GET
@requires("reports.capacity")
def capacity_list_table(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet, without anybody's name."""
    boletas, period = _asked(request, scope_of(cast("User", request.user)))
    columns = [
        Column(_("Folio"), 17),
        Column(_("Categoría"), 30),
        Column(_("Lugar"), 26),
        Column(_("Dependencia"), 30),
        Column(str(boletas.measure.when), 18),
        Column(_("Canalizada"), 12),
        Column(_("Vencía") if not boletas.measure.now else _("Vence"), 12),
        Column(_("Días hábiles"), 9),
        Column(_("Estado ahora"), 16),
    ]
    rows = (_sheet_row(row) for row in boletas[0:SHEET_MOST])
    body = sheet_of(name=str(boletas.measure.title), columns=columns, rows=rows)
    return file_response(body, f"{boletas.measure.key}-{_file_words(period)}.xlsx")


def _sheet_row(row: Counted) -> list[object]:
    one = row.petition
    return [
        format_folio(one.folio),
        one.category.name,
        one.place.name if one.place else "",
        row.department.name if row.department else "",
        row.at,
        row.asked_on,
        row.due_on,
        row.days,
        str(one.get_status_display()),
    ]


def _asked(request: HttpRequest, scope: Scope) -> tuple[Boletas, Period]:
    """The figure that an address names; 404 for one that is none, or that the person is not shown."""
    period = _period_or_404(request)
    measure = _measure(request)
    slowest_first = request.GET.get("orden") == "dias"
    return Boletas(scope, measure, period.days, _whose(request, scope), slowest_first), period


def _measure(request: HttpRequest) -> Measure:
    try:
        return BY_KEY[request.GET.get("medida") or RECEIVED.key]
    except KeyError:
        raise Http404(_("No hay esa cifra.")) from None


def _whose(request: HttpRequest, scope: Scope) -> Whose:
    code, own = request.GET.get("dependencia", ""), scope.department
    if code:
        department = get_object_or_404(Department, code=code)
        if own is not None and department.pk != own:
            raise Http404(_("Sólo se muestran las cifras de su dependencia."))
        return Whose(department)
    if request.GET.get("oficina"):
        if own is not None:
            raise Http404(_("Sólo se muestran las cifras de su dependencia."))
        return Whose()
    return Whose(everybody=True)


def _whose_in_words(whose: Whose) -> str:
    if whose.everybody:
        return ""
    return whose.department.name if whose.department else _("La oficina (sin dependencia)")


def _counted(scope: Scope, period: Period) -> Capacity:
    return count_capacity(scope, period.days, period.compared)


def _choice(period: Period) -> dict[str, Any]:
    return {"period": period, "offered": offered_periods(period), "today": local_today()}


def _period_or_404(request: HttpRequest) -> Period:
    try:
        return read_period(request.GET)
    except BadFilter as problem:
        raise Http404(problem.detail) from None


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _file_words(period: Period) -> str:
    return period.code or f"{period.days.first}-{period.days.last}"
