"""The density map: its page, the addresses that feed it, and its table as CSV."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.casework.filters import BadFilter
from backend.casework.map_filters import MapFilters, Question
from backend.reports.density import Source, count_by, count_cells, count_places, in_cell, source_for
from backend.reports.density_drawing import RATE, Figures, drawn_places, table_csv, table_rows
from field.models import Category
from geo.files import file_response
from geo.maps.answers import map_data
from geo.maps.cells import WIDTH_M, cell_of, cells_body, resolution_for, resolution_of
from geo.maps.classes import quantile_classes
from geo.maps.divided import divided_map
from geo.maps.extent import bbox_of, zoom_of
from geo.models import Place

_TOP = 8


class DensityFilters(MapFilters):
    MEASURES = (("count", gettext_lazy("Cantidad")), (RATE, gettext_lazy("Por mil hab.")))
    USUAL_PERIOD = "365"


@gzip_page
@require_GET
@requires("reports.density")
@cache_control(private=True, no_cache=True)
def density_page(request: HttpRequest) -> HttpResponse:
    """The page, or for the page's own script only the figures beside the map."""
    filters = DensityFilters(request)
    try:
        question = filters.question()
    except BadFilter as problem:
        return render(request, "maps/bad_filters.html", {"problem": problem}, status=400)
    figures = _figures(question, _hidden(request))
    context: dict[str, Any] = {
        "figures": figures,
        "drawn": drawn_places(figures, measure=question.measure),
        "rows": table_rows(figures, measure=question.measure),
        "query": request.GET.urlencode(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "reports/density_figures.html", context)
    return render(
        request,
        "reports/density.html",
        context
        | {
            "filters": filters,
            "map": divided_map(request, label=_("Mapa de densidad de peticiones"), names="reports:density"),
            "clear": request.path,
        },
    )


@requires("reports.density")
@map_data
def density_data(request: HttpRequest) -> dict[str, Any]:
    """The figures by place as the map draws them."""
    question = DensityFilters(request).question()
    return drawn_places(_figures(question, _hidden(request)), measure=question.measure)


@requires("reports.density")
@map_data
def density_cells(request: HttpRequest) -> bytes:
    """The figures by grid cell in ``bbox``, in cells that suit ``zoom``; classes are of the whole city's."""
    question = DensityFilters(request).question()
    resolution = resolution_for(zoom_of(request.GET.get("zoom", "")))
    bbox = bbox_of(request.GET.get("bbox", ""))
    counts = count_cells(source_for(question), question, _hidden(request), resolution)
    return cells_body(
        counts,
        bbox=bbox,
        scale=quantile_classes(count for _cell, count in counts),
        words={
            "one": _("petición"),
            "many": _("peticiones"),
            "legend": _("Peticiones en cada hexágono de unos %s de ancho") % _metres(WIDTH_M[resolution]),
            "note": _("La cuadrícula siempre cuenta peticiones, no por habitante.")
            if question.measure == RATE
            else "",
        },
    )


@requires("reports.density")
@map_data
def density_place(request: HttpRequest, place: int) -> dict[str, Any]:
    """What a click on a place shows."""
    question = DensityFilters(request).question()
    found = get_object_or_404(Place.objects.without_geometry(), pk=place)
    source = source_for(question)
    details = _details(source, question, _hidden(request), lambda part: part.place == place)
    if found.population:
        per_thousand = details.pop("count") * 1000 / found.population
        details["lines"].append(
            _("%(rate).1f por cada 1,000 de sus %(people)s habitantes")
            % {"rate": per_thousand, "people": f"{found.population:,}"}
        )
    return {"title": found.name, **details}


@requires("reports.density")
@map_data
def density_cell(request: HttpRequest, cell: str) -> dict[str, Any]:
    """What a click on a hexagon shows."""
    question = DensityFilters(request).question()
    index = cell_of(cell)
    within = in_cell(index, resolution_of(index))
    details = _details(source_for(question), question, _hidden(request), within)
    return {"title": _("Hexágono de %s") % _metres(WIDTH_M[resolution_of(index)]), **details}


def _details(source: Source, question: Question, hidden: frozenset[int], within: Any) -> dict[str, Any]:
    counts = count_by(source, question, hidden, column="category", within=within)
    total = sum(counts.values())
    names = dict(Category.objects.filter(pk__in=counts).values_list("pk", "name"))
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    rest = len(ordered) - _TOP
    return {
        "count": total,
        "lines": [ngettext("%s petición", "%s peticiones", total) % f"{total:,}"],
        "items": [{"label": names.get(pk, ""), "text": f"{count:,}"} for pk, count in ordered[:_TOP]],
        "note": ngettext("y otra categoría", "y otras %(rest)s categorías", rest) % {"rest": rest}
        if rest > 0
        else "",
    }


@require_GET
@requires("reports.density")
def density_table(request: HttpRequest) -> HttpResponse:
    """The table of the page as CSV."""
    question = DensityFilters(request).question()
    return file_response(table_csv(_figures(question, _hidden(request))), "densidad.csv")


def _figures(question: Question, hidden: frozenset[int]) -> Figures:
    source = source_for(question)
    return Figures.of(count_places(source, question, hidden), source.cut_at)


def _hidden(request: HttpRequest) -> frozenset[int]:
    """Categories whose very counts this reader may not know."""
    if request.user.has_perm("casework.see_sensitive"):
        return frozenset()
    return frozenset(Category.objects.filter(sensitive=True).values_list("pk", flat=True))


def _metres(width: int) -> str:
    return _("%s km") % f"{width / 1000:.1f}" if width >= 1000 else _("%s m") % width
