"""What other referral rules would have done with the petitions of the last year, before anybody saves them.

A rule asks only for the category and the place, so the database counts petitions by these and the rules are
applied once to each count: the very ones that place the petitions that arrive.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.rules import Rules, rules_in_force
from backend.casework.selectors import visible_to
from field.models import Category, Department, Status

LOOKS_BACK = timedelta(days=365)
EXAMPLES = 3

# The place 0 stands for none, so that both columns can be hashed.
_EXAMPLES = """
    SELECT from_id, to_id, folio
      FROM (SELECT moved.from_id, moved.to_id, petition.folio,
                   row_number() OVER (PARTITION BY moved.from_id, moved.to_id
                                      ORDER BY petition.received_at DESC) AS nth
              FROM field_petition AS petition
              JOIN unnest(%(categories)s::bigint[], %(places)s::bigint[],
                          %(from)s::bigint[], %(to)s::bigint[])
                   AS moved (category_id, place_id, from_id, to_id)
                ON moved.category_id = petition.category_id
               AND moved.place_id = coalesce(petition.place_id, 0)
             WHERE petition.received_at >= %(since)s AND petition.status <> %(refused)s) AS ranked
     WHERE nth <= %(examples)s
     ORDER BY from_id, to_id, nth
"""


@dataclass(slots=True)
class Change:
    """Petitions that would have gone from one department to another, with some of their folios.

    ``arrived`` of them are in the new one today: they were referred again, or it was the choice of a person.
    """

    origin: Department
    target: Department
    count: int = 0
    arrived: int = 0
    folios: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft would have done: ``total`` petitions looked at, how many each row would have decided."""

    total: int
    decided: list[int]
    changes: list[Change]

    @property
    def moved(self) -> int:
        """How many would have gone elsewhere than by the rules in force."""
        return sum(change.count for change in self.changes)


def try_rules(draft: Rules, user: User) -> Trial:
    """Compare a draft with the rules in force on the last year's petitions that the user sees.

    Those that did not proceed are left out: nobody had to be sent anywhere.
    """
    since = timezone.now() - LOOKS_BACK
    now, categories = rules_in_force(), Category.objects.in_bulk()
    petitions = visible_to(user).filter(received_at__gte=since).exclude(status=Status.NOT_PROCEEDING)
    groups = (
        petitions.order_by().values_list("category_id", "place_id", "department_id").annotate(Count("pk"))
    )
    decided, total = [0] * len(draft.rows), 0
    counts: Counter[tuple[int, int]] = Counter()
    arrived: Counter[tuple[int, int]] = Counter()
    moved: dict[tuple[int, int], tuple[int, int]] = {}
    for category_id, place_id, department_id, count in groups:
        category = categories[category_id]
        total += count
        row = draft.row_for(category, place_id)
        if row is not None:
            decided[row] += count
        before, after = now.department_for(category, place_id), draft.department_for(category, place_id)
        if before != after:
            counts[before, after] += count
            arrived[before, after] += count * (department_id == after)
            moved[category_id, place_id or 0] = before, after
    return Trial(total, decided, _changes(counts, arrived, moved, since))


def _changes(
    counts: Counter[tuple[int, int]],
    arrived: Counter[tuple[int, int]],
    moved: dict[tuple[int, int], tuple[int, int]],
    since: datetime,
) -> list[Change]:
    """The changes, the largest first, with the folios of the newest petitions of each."""
    if not counts:
        return []
    departments = Department.objects.in_bulk()
    changes = {
        pair: Change(departments[pair[0]], departments[pair[1]], count, arrived[pair])
        for pair, count in counts.most_common()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            _EXAMPLES,
            {
                "categories": [category for category, _place in moved],
                "places": [place for _category, place in moved],
                "from": [origin for origin, _target in moved.values()],
                "to": [target for _origin, target in moved.values()],
                "since": since,
                "refused": Status.NOT_PROCEEDING.value,
                "examples": EXAMPLES,
            },
        )
        for origin, target, folio in cursor.fetchall():
            changes[origin, target].folios.append(folio)
    return list(changes.values())
