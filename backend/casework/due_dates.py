"""Open promises counted again, all together, when the calendar changes.

Each runs from the day from which its last referral counts, for the working days of then. Those that began on
one day for as many days end on the same one, so that the dates are counted once for each such group, and the
rows are written in one statement.

A promise that an earlier change left as it stood is not counted again by a later one. Nothing marks it: its
date is not the one that the calendar gave before the change, and its page says so (``timeline.Promise``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from backend.casework.deadlines import due_date, is_as_counted
from backend.casework.workflow import CALENDAR
from field.models import OPEN_STATUSES
from geo.clock import local_today, local_zone

# Only a promise that runs over a changed day can change.
_RUNNING = """
    SELECT petition.id, petition.due_on, last.working_days, last.began_on
      FROM field_petition AS petition
      JOIN LATERAL (SELECT referral.working_days, COALESCE(
                           referral.counted_from, (referral.at AT TIME ZONE %(zone)s)::date) AS began_on
                      FROM casework_referral AS referral
                     WHERE referral.petition_id = petition.id
                     ORDER BY referral.at DESC, referral.id DESC LIMIT 1) AS last ON true
     WHERE petition.status = ANY(%(open)s) AND petition.due_on >= %(first)s
       AND last.began_on < %(last)s
"""
_GROUPS = f"""
    SELECT began_on, working_days, due_on, count(*) FROM ({_RUNNING}) AS running GROUP BY 1, 2, 3
"""  # noqa: S608 (constants of this module)
# Held in one order first: whoever moves boletas meanwhile waits, and nobody waits in a ring.
_MOVE = f"""
    WITH running AS ({_RUNNING}),
    held AS MATERIALIZED (
        SELECT petition.id, running.due_on AS was, changed.due_on
          FROM running
          JOIN unnest(%(began)s::date[], %(days)s::int[], %(was)s::date[], %(due)s::date[])
               AS changed (began_on, working_days, was, due_on)
            ON changed.began_on = running.began_on AND changed.working_days = running.working_days
           AND changed.was = running.due_on
          JOIN field_petition AS petition ON petition.id = running.id
         ORDER BY petition.id
           FOR NO KEY UPDATE OF petition
    ),
    moved AS (
        UPDATE field_petition AS petition SET due_on = held.due_on
          FROM held
         WHERE petition.id = held.id AND petition.due_on = held.was AND petition.status = ANY(%(open)s)
        RETURNING petition.id, petition.status, petition.department_id, petition.due_on
    )
    INSERT INTO casework_statuschange
           (petition_id, move, from_status, to_status, at, by_id, department_id, note, due_on)
    SELECT id, %(move)s, status, status, %(at)s, %(by)s, department_id, %(note)s, due_on FROM moved
"""  # noqa: S608 (constants of this module)


@dataclass(frozen=True, slots=True)
class Group:
    """Open boletas promised on one day for as many working days: when they are due, and would be."""

    began_on: date
    working_days: int
    due_on: date
    becomes: date
    count: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of the calendar does to the open promises."""

    groups: list[Group]
    #: How many stay besides because an earlier change left them as they stood.
    kept: int = 0

    @property
    def moved(self) -> int:
        """How many due dates would change."""
        return sum(group.count for group in self.groups)

    @property
    def newly_overdue(self) -> int:
        """How many not yet overdue would be so at once."""
        today = local_today()
        return sum(group.count for group in self.groups if group.becomes < today <= group.due_on)

    @property
    def no_longer_overdue(self) -> int:
        """How many would cease to be overdue."""
        today = local_today()
        return sum(group.count for group in self.groups if group.due_on < today <= group.becomes)


def effect_of(before: frozenset[date], after: frozenset[date], first: date, last: date) -> Effect:
    """What counting again with the municipal days of ``after``, instead of ``before``, would do to the
    promises that run over the span of days in which these differ. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, _span(first, last))
        rows = cursor.fetchall()
    counted = [row for row in rows if is_as_counted(row[2], row[0], row[1], before)]
    groups = [Group(began, days, due, due_date(began, days, after), n) for began, days, due, n in counted]
    kept = sum(row[3] for row in rows) - sum(group.count for group in groups)
    return Effect([group for group in groups if group.becomes != group.due_on], kept)


def move_due_dates(effect: Effect, *, first: date, last: date, at: datetime, by_id: int, note: str) -> int:
    """Write an effect: each boleta's date, and a step of its history that says why. Says how many. One query.

    Whatever a person moved since the effect was counted stays as that person left it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            _span(first, last)
            | {
                "began": [group.began_on for group in effect.groups],
                "days": [group.working_days for group in effect.groups],
                "was": [group.due_on for group in effect.groups],
                "due": [group.becomes for group in effect.groups],
                "move": CALENDAR,
                "at": at,
                "by": by_id,
                "note": note,
            },
        )
        moved: int = cursor.rowcount
    return moved


def _span(first: date, last: date) -> dict[str, Any]:
    open_ = [str(status) for status in OPEN_STATUSES]
    return {"zone": local_zone().key, "open": open_, "first": first, "last": last}
