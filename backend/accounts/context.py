"""What every page of the office's frame needs."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from backend.accounts.navigation import Section, menu_for
from geo.models import Municipality

#: How long a new name of the municipality may take to show, in seconds.
NAME_KEPT_S = 60


class Frame:
    """Lazy, so that a page which shows none of it pays for none of it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def municipality(self) -> str:
        """The municipality's name, empty before one is loaded."""
        return municipality_name(int(time.monotonic() // NAME_KEPT_S))

    @property
    def office_phone(self) -> str:
        """What citizens call, empty where the office did not say."""
        return str(settings.OFFICE_PHONE)

    @cached_property
    def navigation(self) -> list[Section]:
        """The menu, empty for a stranger."""
        user = getattr(self._request, "user", None)
        return menu_for(self._request) if user is not None and user.is_authenticated else []

    @cached_property
    def department(self) -> str:
        """The department of a liaison."""
        return str(getattr(self._request.user, "department", None) or "")


@lru_cache(maxsize=1)
def municipality_name(moment: int) -> str:
    """The name as it stood in the ``moment``-th minute of this process: one query a minute."""
    return Municipality.objects.values_list("name", flat=True).first() or ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's variables, such as ``frame.municipality`` and ``frame.navigation``."""
    return {"frame": Frame(request)}
