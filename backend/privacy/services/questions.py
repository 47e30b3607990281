"""A person's name in what was asked of the lists: views that were saved, and boletas chosen by a search."""

from __future__ import annotations

from urllib.parse import parse_qs

from django.db.models import Q

from backend.casework.models import BulkMove, SavedView
from backend.privacy.finding import Sought, tells_of

_ASKS = Q(query__contains="q=")


def forget_questions(*, person: Sought) -> int:
    """Give up saved views that look for a person, and the searches of moves for many; how many those were."""
    views = [
        view.pk
        for view in SavedView.objects.filter(_ASKS)
        if tells_of(f"{_asked(view.query)} {view.name}", person)
    ]
    SavedView.objects.filter(pk__in=views).delete()
    moves = [
        pk
        for pk, query in BulkMove.objects.filter(_ASKS).values_list("pk", "query")
        if tells_of(_asked(query), person)
    ]
    BulkMove.objects.filter(pk__in=moves).update(query="")
    return len(views) + len(moves)


def _asked(query: str) -> str:
    return " ".join(parse_qs(query.removeprefix("?")).get("q", []))
