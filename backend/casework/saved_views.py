"""The saved views that a person has beside the inbox's tabs."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from backend.accounts.models import User
from backend.casework.filters import NAMES
from backend.casework.models import SavedView

#: What of an address makes a view: its filters, and not where in the list one is.
_KEPT = NAMES | {"view"}


def views_of(user: User) -> QuerySet[SavedView]:
    """One's own, and those shared with whoever one is."""
    return SavedView.objects.filter(_theirs(user), deleted_at=None).select_related("owner", "department")


def canonical(query: QueryDict) -> str:
    """The filters of an address, always in one order, so that two that ask the same are the same."""
    pairs = [(name, value) for name, values in query.lists() if name in _KEPT for value in values if value]
    return urlencode(sorted(pairs))


def same(query: str, other: str) -> bool:
    """Whether two addresses ask the same."""
    return sorted(parse_qsl(query)) == sorted(parse_qsl(other))


def _theirs(user: User) -> Q:
    theirs = Q(owner=user)
    if user.has_perm("casework.see_office"):
        return theirs | Q(audience=SavedView.Audience.OFFICE)
    return theirs | Q(audience=SavedView.Audience.DEPARTMENT, department=user.department_id)
