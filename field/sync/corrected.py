"""A held record as people corrected it: its raw JSON with every change applied, in order."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

from field.models import Correction, InboxRecord
from field.sync.records import clean_text
from geo.problems import pointer_token


class Change(TypedDict):
    """One value of a record that a person changed; ``pointer`` is RFC 6901 through objects only."""

    pointer: str
    before: Any
    after: Any


def corrected_body(record: InboxRecord) -> dict[str, Any]:
    """What the record says now. Reads its corrections, prefetched or not."""
    body: dict[str, Any] = json.loads(record.raw)
    mended = [one for one in record.corrections.all() if one.act == Correction.Act.MENDED]
    return with_changes(body, [change for one in mended for change in one.changes])


def with_changes(body: dict[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """A copy of the record with the changes made. What stands in the way of a member gives way."""
    changed = copy.deepcopy(body)
    for change in changes:
        *parents, name = _names(change["pointer"])
        holder = changed
        for parent in parents:
            if not isinstance(holder.get(parent), dict):
                holder[parent] = {}
            holder = holder[parent]
        holder[name] = change["after"]
    return changed


def member(body: Any, pointer: str) -> Any:
    """The value at a pointer; None where there is none."""
    for name in _names(pointer):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[Change]:
    """What differs between two versions of a record, object by object."""
    return list(_differ(first, second, ""))


def _differ(first: dict[str, Any], second: dict[str, Any], at: str) -> Iterator[Change]:
    for name in dict.fromkeys([*first, *second]):
        before, after = first.get(name), second.get(name)
        pointer = f"{at}/{pointer_token(name)}"
        if isinstance(before, dict) and isinstance(after, dict) and name == "petitioner":
            yield from _differ(before, after, pointer)
        elif before != after or type(before) is not type(after):
            yield {"pointer": pointer, "before": before, "after": after}


def printable(value: Any) -> Any:
    """A JSON value that the database and a page can hold: no NUL, no halves of surrogate pairs."""
    if isinstance(value, dict):
        return {clean_text(key): printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return clean_text(value)


def _names(pointer: str) -> list[str]:
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
