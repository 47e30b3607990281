"""``/privacidad/consultas/``: who looked at whose data, and what for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.access import requires
from backend.privacy.forms import LookFilters
from backend.privacy.selectors.looks import LookPage, lookers_of, looks_asked, page_of_looks


@require_safe
@requires("privacy.see_looks")
def looks(request: HttpRequest) -> HttpResponse:
    """The looks, newest first, of a person, at a boleta or a letter, or on a day."""
    form = LookFilters(request.GET)
    context: dict[str, Any] = {"form": form, "page": LookPage([], None)}
    if not form.is_valid():
        return render(request, "privacy/looks.html", context, status=422)
    person, petition, letter, day = (form.cleaned_data[name] for name in form.fields)
    asked = looks_asked(
        user_id=person.pk if person else None,
        petition=petition.pk if petition else None,
        letter=letter.pk if letter else None,
        day=day,
    )
    page = page_of_looks(asked, before=_before(request.GET.get("before", "")))
    context |= {
        "page": page,
        "next": f"{page.next[0].isoformat()}_{page.next[1]}" if page.next else "",
        "narrowed": bool(person or petition or letter or day),
        "day": day,
        "lookers": lookers_of(day) if day and not (person or petition or letter) else [],
    }
    return render(request, "privacy/looks.html", context)


def _before(text: str) -> tuple[dt.datetime, int] | None:
    """Where the last page ended; from the top for what this program did not write."""
    moment, _underscore, pk = text.partition("_")
    try:
        at = dt.datetime.fromisoformat(moment).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return (at, int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
