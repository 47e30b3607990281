"""What a person reads when a page cannot be given. None of these pages needs the database."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.core.exceptions import BadRequest, DisallowedHost, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    UnreadablePostError,
)
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from backend.accounts.roles import PERMISSIONS, who_may
from geo.problems import FieldError, Problem, pointer_token, problem_body


class ProblemPages:
    """A domain error that a page's view let through becomes a page that says it, and so does what is not
    opened by its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's own answer is an empty page.
        if (
            isinstance(response, HttpResponseNotAllowed)
            and not response.content
            and request.accepts("text/html")
        ):
            said = _page(
                request,
                405,
                "method_not_allowed",
                _("Esta dirección no se abre así"),
                _("Es de un formulario: vuelva a la página donde estaba y envíelo desde ahí."),
            )
            said["Allow"] = response["Allow"]
            return said
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a Problem, or a form that was cut short; leave every other error to Django."""
        if isinstance(error, UnreadablePostError):
            return bad_request(
                request, BadRequest(_("El envío se cortó antes de terminar: no se guardó nada."))
            )
        return _answer(request, error) if isinstance(error, Problem) else None


class WholeAddresses:
    """An address with a NUL in it goes no further: PostgreSQL's text cannot hold one.

    In the path it names nothing, so there is nothing there; in the query each such value is named.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """404 or 400, or whatever the rest of the program answers."""
        if "\0" in request.path_info:
            raise Http404
        broken = [name for name, values in request.GET.lists() if any("\0" in value for value in values)]
        if not broken:
            return self.get_response(request)
        detail = _("Tiene caracteres que no se leen.")
        errors: list[FieldError] = [
            {"pointer": f"/{pointer_token(name)}", "code": "invalid", "detail": detail} for name in broken
        ]
        problem = Problem(_("La dirección tiene caracteres que no se leen."), errors=errors)
        problem.code, problem.title = "bad_request", _("No entendimos la solicitud")
        return _answer(request, problem)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    words = str(exception) if isinstance(exception, BadRequest) else ""
    if isinstance(exception, DisallowedHost):
        words = _("Esta dirección no es la del sistema. Revise la que escribió.")
    return _page(
        request,
        400,
        "bad_request",
        _("No entendimos la solicitud"),
        words or _("Vuelva atrás e intente de nuevo."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403; the exception's words say who may, or are the verb that was missing."""
    words = str(exception) if isinstance(exception, PermissionDenied) else ""
    if words in PERMISSIONS:
        words = who_may(words)
    return _page(
        request,
        403,
        "not_allowed",
        _("Esta página no es para su rol"),
        words or _("Si la necesita para su trabajo, pídala a la dirección de atención ciudadana."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(
        request,
        404,
        "not_found",
        _("No hay nada aquí"),
        _("La dirección está mal escrita o lo que había ya no está."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token has aged: nothing was done, and it can be sent again."""
    return _page(
        request,
        403,
        "stale_form",
        _("La página estuvo abierta demasiado tiempo"),
        _(
            "No se guardó nada. Vuelva atrás, recargue la página y envíe de nuevo. "
            "El navegador debe aceptar cookies."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away, else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _page(
            request,
            503,
            "unavailable",
            _("El sistema está en pausa por un momento"),
            _(
                "No hay conexión con la base de datos. Nada de lo guardado se perdió: "
                "intente de nuevo en un minuto."
            ),
        )
        response["Retry-After"] = "60"
        return response
    return _page(
        request,
        500,
        "server_error",
        _("Algo falló de nuestro lado"),
        _(
            "Lo que ya estaba guardado sigue ahí. Intente de nuevo; si se repite, "
            "avise a quien administra el sistema."
        ),
    )


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(
            problem_body(problem), status=problem.status, content_type="application/problem+json"
        )
    return _page(request, problem.status, problem.code, problem.title, problem.detail)


def _page(request: HttpRequest, status: int, code: str, title: str, detail: str) -> HttpResponse:
    if _wants_json(request):
        problem = Problem(detail)
        problem.code, problem.status, problem.title = code, status, title
        return _answer(request, problem)
    html = render_to_string("errors/page.html", {"status": status, "title": title, "detail": detail})
    return HttpResponse(html, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
