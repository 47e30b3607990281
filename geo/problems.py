"""Errors that a person can act on, and how the API answers them (RFC 9457)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypedDict

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError as QueueError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import set_rollback


class FieldError(TypedDict):
    """One thing wrong with what was sent: ``pointer`` is an RFC 6901 pointer into the body."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """A domain error: ``code`` names it for programs, the message tells a person what to do."""

    code = "bad_request"
    status = 400
    title = "No se pudo hacer lo que pidió"

    def __init__(
        self, detail: str, *, errors: list[FieldError] | None = None, extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.extra = dict(extra or {})


class Malformed(Problem):
    """A body that cannot be read at all."""

    code, title = "parse_error", "La solicitud tiene errores"


class NotAllowed(Problem):
    """The caller may not do this."""

    code, status, title = "not_allowed", 403, "No tiene permiso"


class NotFound(Problem):
    """There is no such thing, or the caller may not know of it."""

    code, status, title = "not_found", 404, "No existe"


class Conflict(Problem):
    """What was asked does not fit where the thing stands now."""

    code, status, title = "conflict", 409, "Ya no es posible"


class TooLarge(Problem):
    """More than the limits allow; nothing of it was taken."""

    code, status, title = "too_large", 413, "Demasiado grande"


class Invalid(Problem):
    """Fields that do not hold what they must; see ``errors``."""

    code, status, title = "invalid", 422, "Hay datos por corregir"


class Unavailable(Problem):
    """A part of the program is down for now; nothing was taken and it may be sent again."""

    code, status, title = "unavailable", 503, "El servicio no está disponible por el momento"


#: When to come back after a part was down, in seconds.
RETRY_AFTER_S = 30

STATUS_TITLES = {
    400: "La solicitud tiene errores",
    401: "Falta identificarse",
    403: "No tiene permiso",
    404: "No existe",
    405: "Eso no se puede hacer aquí",
    406: "No hay respuesta en ese formato",
    413: "Demasiado grande",
    415: "Formato no admitido",
    429: "Demasiados intentos",
}

#: The framework's own words are for programmers, and some are in English.
_DETAILS = {
    exceptions.ParseError: gettext_lazy("Lo enviado no se puede leer."),
    exceptions.NotAuthenticated: gettext_lazy("Entre con su usuario, o dé de alta esta tableta."),
    exceptions.MethodNotAllowed: gettext_lazy("Esta dirección no admite esa operación."),
    exceptions.NotAcceptable: gettext_lazy("Aquí no se responde en el formato que se pide."),
    exceptions.UnsupportedMediaType: gettext_lazy("Lo enviado no viene en un formato que se admita aquí."),
}
#: For those raised without words of their own.
_DEFAULT_DETAILS = {
    exceptions.AuthenticationFailed: gettext_lazy("No se reconoció quién envía. Vuelva a entrar."),
    exceptions.PermissionDenied: gettext_lazy("Su cuenta no tiene permiso para esto."),
    exceptions.NotFound: gettext_lazy("No existe, o ya no está en esta dirección."),
}
_CSRF_FAILED = "CSRF Failed"


def problem_body(problem: Problem) -> dict[str, Any]:
    """The RFC 9457 members of a problem."""
    body: dict[str, Any] = {
        "type": f"urn:aldaba:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return body | problem.extra


def _field_errors(detail: Any, pointer: str = "") -> list[FieldError]:
    """DRF's nested error detail, flattened to pointers."""
    if isinstance(detail, Mapping):
        return [
            error
            for key, value in detail.items()
            for error in _field_errors(
                value, pointer if key == "non_field_errors" else f"{pointer}/{pointer_token(key)}"
            )
        ]
    if isinstance(detail, list):
        return [
            error
            for index, value in enumerate(detail)
            for error in _field_errors(
                value, pointer if isinstance(value, exceptions.ErrorDetail) else f"{pointer}/{index}"
            )
        ]
    if str(detail).startswith(str(Serializer.default_error_messages["invalid"]).partition("{")[0]):
        return [{"pointer": pointer, "code": "not_an_object", "detail": _("Se espera un objeto JSON.")}]
    return [{"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}]


def pointer_token(name: object) -> str:
    """A name as RFC 6901 writes it between the slashes of a pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def as_problem(error: Exception) -> Problem | None:
    """The problem that an error stands for, or None for one that nobody foresaw."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return Unavailable(_("No hay conexión con la base de datos. Nada se perdió: vuelva a intentar."))
    if isinstance(error, QueueError | RedisConnectionError | RedisTimeoutError):
        return Unavailable(_("Una parte del sistema no responde. Nada se perdió: vuelva a intentar."))
    if isinstance(error, RequestDataTooBig):
        return TooLarge(_("Lo enviado pasa del tamaño que se admite."))
    if isinstance(error, SuspiciousOperation | BadRequest | MultiPartParserError):
        error = exceptions.ParseError(_("Lo enviado no se puede leer."))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.ValidationError):
        problem = Problem(_("Revise los datos marcados."), errors=_field_errors(error.detail))
        problem.code = Invalid.code
    else:
        problem = _plain_problem(error)
    problem.status = error.status_code
    problem.title = STATUS_TITLES.get(error.status_code, Problem.title)
    return problem


def _plain_problem(error: exceptions.APIException) -> Problem:
    """One of the framework's errors in words for whoever reads them."""
    detail, code = str(error.detail), str(error.get_codes())
    if isinstance(error, exceptions.Throttled):
        minutes = math.ceil((getattr(error, "wait", None) or 60) / 60)
        detail = _("Van demasiados intentos. Espere %(minutes)d min y vuelva a intentar.") % {
            "minutes": minutes
        }
    elif isinstance(error, exceptions.PermissionDenied) and detail.startswith(_CSRF_FAILED):
        detail, code = (
            _("Su sesión en esta página venció. Vuelva a cargarla e intente de nuevo."),
            "csrf_failed",
        )
    elif type(error) in _DETAILS:
        detail = str(_DETAILS[type(error)])
    elif type(error) in _DEFAULT_DETAILS and detail == str(error.default_detail):
        detail = str(_DEFAULT_DETAILS[type(error)])
    problem = Problem(detail)
    problem.code = code
    return problem


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: every foreseen error as ``application/problem+json``."""
    problem = as_problem(error)
    if problem is None:
        return None
    set_rollback()
    response = Response(problem_body(problem), status=problem.status, content_type="application/problem+json")
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait) + 1)
    elif problem.status == Unavailable.status:
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response
