"""What people read when a program's call goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions, serializers

from geo.problems import Problem, as_problem, problem_body, problem_response


class _Form(serializers.Serializer[Any]):
    name = serializers.CharField()


@pytest.mark.parametrize(
    ("error", "status", "code", "words"),
    [
        (exceptions.ParseError("JSON parse error - Expecting value"), 400, "parse_error", "no se puede leer"),
        (SuspiciousOperation("x"), 400, "parse_error", "no se puede leer"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated", "su usuario"),
        (exceptions.AuthenticationFailed(), 401, "authentication_failed", "Vuelva a entrar"),
        (exceptions.AuthenticationFailed("De baja."), 401, "authentication_failed", "De baja."),
        (exceptions.PermissionDenied("CSRF Failed: CSRF token missing."), 403, "csrf_failed", "cargarla"),
        (PermissionDenied(), 403, "permission_denied", "permiso para esto"),
        (exceptions.PermissionDenied("Sólo el director."), 403, "permission_denied", "Sólo el director."),
        (Http404("No Place matches the given query."), 404, "not_found", "No existe"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed", "no admite esa operación"),
        (exceptions.NotAcceptable(), 406, "not_acceptable", "formato que se pide"),
        (exceptions.UnsupportedMediaType("text/x"), 415, "unsupported_media_type", "formato que se admita"),
        (exceptions.Throttled(wait=900), 429, "throttled", "Espere 15 min"),
        (exceptions.Throttled(), 429, "throttled", "Espere 1 min"),
        (Problem("Así no."), 400, "bad_request", "Así no."),
    ],
)
def test_the_framework_s_errors_are_told_in_plain_spanish(
    error: Exception, status: int, code: str, words: str
) -> None:
    answer = problem_response(error, {})
    assert answer is not None
    assert (answer.status_code, answer.data["type"]) == (status, f"urn:aldaba:problem:{code}")
    assert words in answer.data["detail"]
    assert not {"CSRF", "JSON", "throttled"} & set(answer.data["detail"].replace(":", " ").split())


@pytest.mark.parametrize("sent", [[], "x", 3])
def test_what_is_no_object_is_told_without_the_names_of_types(sent: Any) -> None:
    form = _Form(data=sent)
    with pytest.raises(serializers.ValidationError) as caught:
        form.is_valid(raise_exception=True)
    problem = as_problem(caught.value)
    assert problem is not None
    assert problem_body(problem)["type"] == "urn:aldaba:problem:invalid"
    assert problem.errors == [{"pointer": "", "code": "not_an_object", "detail": "Se espera un objeto JSON."}]


def test_a_field_s_own_error_keeps_its_words_and_pointer() -> None:
    problem = as_problem(serializers.ValidationError({"name": ["Falta."]}))
    assert problem is not None
    assert problem.errors == [{"pointer": "/name", "code": "invalid", "detail": "Falta."}]
