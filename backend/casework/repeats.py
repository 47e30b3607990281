"""Which open petitions of the whole city may be about the same thing: the office's list of possible repeats.

The list is walked a stretch at a time, those that nobody has checked first and then the latest promised,
so that its last page costs what its first does. What is near each petition of the stretch is asked of the
index of open locations; a pair is told once, in the stretch of whichever of the two comes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from backend.accounts.models import User
from backend.casework.filters import Filters, apply_filters
from backend.casework.paging import DUE_FIRST, beyond, read_cursor, sorting, write_cursor
from backend.casework.selectors import for_reading, visible_to
from field.models import OPEN_STATUSES, Category, Petition

#: Petitions looked at for one page, and how many such stretches, where the first ones have none.
STRETCH: Final = 150
_STRETCHES: Final = 4
#: Besides the first of a group, the nearest are shown; the rest come up once these are settled.
_MOST_IN_GROUP: Final = 8
_MOST_PAIRS: Final = 5_000

# Every voice of a work item is looked around from, and every voice of another is seen; what is told is heads.
_NEAR = """
    SELECT head.id, near.head, min(near.metres)
      FROM field_petition AS head
     CROSS JOIN LATERAL (
           SELECT head.location
            UNION ALL
           SELECT echo.location FROM field_petition AS echo
            WHERE echo.echo_of_id = head.id AND echo.status = head.status) AS voice
     CROSS JOIN LATERAL (
           SELECT COALESCE(other.echo_of_id, other.id) AS head,
                  CASE WHEN other.echo_of_id IS NULL THEN other.due_on ELSE lead.due_on END AS due_on,
                  ST_Distance(other.location::geography, voice.location::geography) AS metres
             FROM field_petition AS other
             LEFT JOIN field_petition AS lead ON lead.id = other.echo_of_id
            WHERE other.location && ST_Expand(voice.location,
                      %(radius)s / (110000.0 * cos(radians(ST_Y(voice.location)))), %(radius)s / 110000.0)
              AND other.category_id = head.category_id
              AND other.status = ANY(%(open)s)
           ) AS near
     WHERE head.id = ANY(%(heads)s)
       AND near.metres <= %(radius)s
       AND (COALESCE(near.due_on, 'infinity'), near.head) < (COALESCE(head.due_on, 'infinity'), head.id)
       AND NOT EXISTS (SELECT FROM casework_unlike AS unlike
                        WHERE unlike.one_id = LEAST(near.head, head.id)
                          AND unlike.other_id = GREATEST(near.head, head.id))
     GROUP BY head.id, near.head
     ORDER BY min(near.metres), head.id, near.head
     LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Near:
    """A work item of a group, by its head (which has ``echo_count``), and how far it is from the first."""

    head: Petition
    distance_m: int


@dataclass(frozen=True, slots=True)
class Group:
    """Work items that may be about the same thing: one, and those near it, the nearest first."""

    first: Petition
    others: list[Near]

    @property
    def nearest_m(self) -> int:
        return self.others[0].distance_m


@dataclass(frozen=True, slots=True)
class Stretch:
    """The groups of a stretch of the list, the nearest first, and the cursor of what comes after it."""

    groups: list[Group]
    next: str | None


def possible_repeats(user: User, filters: Filters, *, cursor: str = "") -> Stretch:
    """The next groups that a person may look over. Raises BadCursor.

    Three queries; two more for each stretch in which there was nothing. Reserved ones are never told.
    """
    open_ones = visible_to(user).open().work_items().exclude(location=None)
    reserved = list(Category.objects.filter(sensitive=True).values_list("pk", flat=True))
    petitions = apply_filters(open_ones.exclude(category__in=reserved), filters)
    after = read_cursor(cursor, DUE_FIRST)[1:] if cursor else None
    for _number in range(_STRETCHES):
        rest = petitions.filter(beyond(DUE_FIRST, *after, back=True)) if after else petitions
        latest_first = rest.order_by(*sorting(DUE_FIRST, back=True))
        rows = list(latest_first.values_list("due_on", "pk")[: STRETCH + 1])
        more, after = len(rows) > STRETCH, rows[:STRETCH][-1] if rows else None
        pairs = near_pairs([pk for _due_on, pk in rows[:STRETCH]])
        if pairs or not more:
            break
    following = write_cursor(DUE_FIRST, *after, back=True) if more and after else None
    return Stretch(_groups(user, pairs), following)


def near_pairs(heads: Sequence[UUID]) -> list[tuple[UUID, UUID, float]]:
    """Each (head, another's head, metres), the nearest first."""
    if not heads:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR,
            {
                "heads": list(heads),
                "radius": settings.ECHO_RADIUS_M,
                "open": [status.value for status in OPEN_STATUSES],
                "most": _MOST_PAIRS,
            },
        )
        return [(head, other, metres) for head, other, metres in cursor.fetchall()]


def _groups(user: User, pairs: Sequence[tuple[UUID, UUID, float]]) -> list[Group]:
    """Each work item once, with the nearest of those that are not in a nearer group already.

    All of a group are near its first: a street full of petitions is not one group from end to end.
    """
    if not pairs:
        return []
    around: dict[UUID, dict[UUID, float]] = defaultdict(dict)
    for one, other, metres in pairs:
        around[one][other] = around[other][one] = metres
    heads = for_reading(visible_to(user).with_voices()).in_bulk(list(around))
    told: set[UUID] = set()
    groups = []
    for one, other, _metres in pairs:
        if one in told or other in told:
            continue
        first = min((one, other), key=lambda key: (-len(around[key]), key))
        near = _still_free(around[first], heads, told)
        if first not in heads or not near:
            continue
        groups.append(Group(heads[first], near))
        told |= {first, *(one.head.pk for one in near)}
    return sorted(groups, key=lambda group: group.nearest_m)


def _still_free(near: Mapping[UUID, float], heads: Mapping[UUID, Petition], told: set[UUID]) -> list[Near]:
    free = [
        Near(heads[key], round(metres)) for key, metres in near.items() if key in heads and key not in told
    ]
    return sorted(free, key=lambda one: one.distance_m)[:_MOST_IN_GROUP]
