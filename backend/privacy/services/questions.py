"""A person's name in what was asked of the lists: views that were saved, and boletas chosen by a search."""

from __future__ import annotations

from urllib.parse import parse_qs

from backend.casework.models import BulkMove, SavedView
from backend.privacy.finding import Sought, points_at


def forget_questions(*, person: Sought) -> int:
    """Give up saved views that look for a person or are named after them, and the searches of moves for many;
    how many those were. Two words of a name are enough: few search with all of them."""
    views = [
        view.pk for view in SavedView.objects.all() if points_at(f"{view.name} {_asked(view.query)}", person)
    ]
    SavedView.objects.filter(pk__in=views).delete()
    moves = [
        pk
        for pk, query in BulkMove.objects.filter(query__contains="q=").values_list("pk", "query").iterator()
        if points_at(_asked(query), person)
    ]
    BulkMove.objects.filter(pk__in=moves).update(query="")
    return len(views) + len(moves)


def _asked(query: str) -> str:
    return " ".join(parse_qs(query.removeprefix("?")).get("q", []))
