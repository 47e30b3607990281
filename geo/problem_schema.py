"""How the OpenAPI document tells of problems: once, for every operation."""

from __future__ import annotations

from typing import Any

from geo.problems import STATUS_TITLES

_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. «detail» es para personas; «type» y «errors/code», para programas.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _TEXT | {"examples": ["urn:aldaba:problem:invalid"]},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": _TEXT | {"description": "RFC 6901, dentro de lo enviado."},
                    "code": _TEXT,
                    "detail": _TEXT,
                },
            },
        },
    },
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def describe_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Add the problems to every operation of a document: a drf-spectacular postprocessing hook."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    for path, operations in result.get("paths", {}).items():
        for operation in operations.values():
            responses = operation["responses"]
            for status in _statuses(path, operation):
                responses.setdefault(status, {"description": STATUS_TITLES[int(status)]})
            for status, response in responses.items():
                if status.startswith(("4", "5")):
                    response["content"] = _CONTENT
    return result


def _statuses(path: str, operation: dict[str, Any]) -> list[str]:
    statuses = ["400", "403"]
    if operation.get("security", [{}]) != [{}]:
        statuses.append("401")
    else:  # strangers may call it, and are slowed down
        statuses.append("429")
    if "{" in path:
        statuses.append("404")
    if "requestBody" in operation:
        statuses.append("413")
    return statuses
