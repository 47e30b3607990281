"""The steps of a period as the measures read them: one row for each boleta, department and period.

Everything is read from the steps of the days asked about, which lie together on the disk in the order of
their time (a BRIN index finds them), and not from a boleta's whole history; only what was attended looks up
the referral then in force. Echoes are left out: their heads stand for them, as in the backlog.
"""

from __future__ import annotations

from typing import Any, Final

from backend.casework.deadlines import municipal_holidays
from backend.casework.models import TURNING
from backend.casework.workflow import CALENDAR, IMPORTED, RECEIVED
from backend.reports.capacity.periods import Days
from backend.reports.capacity.scope import Scope
from backend.reports.capacity.working_days import working_days
from field.models import OPEN_STATUSES, Status
from geo.clock import local_zone

#: What a step counts as: a bit for each measure, and for one step several of them.
RECEIVED_BIT, ATTENDED_BIT, DISPUTED_BIT, REOPENED_BIT, POSITIVE_BIT, NEGATIVE_BIT = (
    1 << n for n in range(6)
)
_DISPUTED: Final = DISPUTED_BIT | REOPENED_BIT
_BITS: Final = {
    RECEIVED: RECEIVED_BIT,
    IMPORTED: RECEIVED_BIT,
    "proceed": RECEIVED_BIT,
    "refer_again": RECEIVED_BIT,
    "attend": ATTENDED_BIT,
    "dispute": _DISPUTED,
    "validate_negative": _DISPUTED | NEGATIVE_BIT,
    "validate_positive": POSITIVE_BIT,
}
#: Working days are counted back so many years; what was asked before is counted from there.
_YEARS_BACK: Final = 15

_IN_PERIODS: Final = """
    (step.at >= %(since)s AND step.at < %(until)s
     OR step.at >= %(before_since)s AND step.at < %(before_until)s)
"""
#: Echoes, and what is reserved to others, are not counted.
_HIDDEN: Final = """
    SELECT id FROM field_petition WHERE echo_of_id IS NOT NULL
     UNION ALL SELECT id FROM field_petition WHERE category_id = ANY(%(hidden)s)
"""
#: The boletas that did not always go straight from their arrival to an answer, and so may have the same step
#: or a promise more than once; and those whose promise the calendar altered. They are few, and small indexes
#: tell which.
_TURNED: Final = f"""
    SELECT petition_id FROM casework_statuschange WHERE {TURNING} AND at < %(until)s
     UNION ALL SELECT petition_id FROM casework_statuschange WHERE move = '{CALENDAR}'
"""  # noqa: S608 (constants of this program)
_DAYS: Final = """
    CASE WHEN asked_on IS NOT NULL THEN GREATEST(0,
        (%(counts)s::int[])[attended_on - %(first)s::date + 1]
        - (%(counts)s::int[])[GREATEST(0, asked_on - %(first)s::date) + 1]) END
"""

#: ``measured``: a row for each boleta, department and period (``asked``: the one asked about, not the one
#: it is compared with), with the ``bits`` of all its steps there and the moment ``at`` of the last one
#: with the bit of the figure. Of what was attended besides: when it had been asked for (``asked_on``), when
#: that was due, and how many working days it took.
#:
#: What came from another system already resolved is not received: nobody knows when it was attended. What a
#: referral to another department takes from ``atendida`` is reopened at who had it, not at who gets it. A
#: promise changes without being asked anew when the calendar changes; few are so altered, and a small index
#: of their own tells which.
_MEASURED: Final = """
    WITH step AS MATERIALIZED (
        SELECT id, petition_id, department_id, at, at >= %(since)s AS asked,
               (%(bits)s::int[])[array_position(%(moves)s::varchar[], move)]
                   & ~CASE WHEN from_status <> ALL(%(done)s) THEN %(reopened)s ELSE 0 END
                   & ~CASE WHEN department_id IS NULL OR to_status <> ALL(%(open)s)
                           THEN %(received)s ELSE 0 END
                   AS bits,
               move = 'refer_again' AND from_status = ANY(%(done)s) AS taken
          FROM casework_statuschange AS step
         WHERE {in_periods}
           AND move = ANY(%(moves)s)
           AND (%(department)s::bigint IS NULL OR department_id = %(department)s OR move = 'refer_again')
           AND NOT EXISTS (SELECT FROM field_petition AS echo
                            WHERE echo.id = petition_id AND echo.echo_of_id IS NOT NULL)
           AND NOT EXISTS (SELECT FROM field_petition AS reserved
                            WHERE reserved.id = petition_id AND reserved.category_id = ANY(%(hidden)s))
           {narrowed}
    ),
    happened AS (
        SELECT asked, department_id, petition_id, at, bits FROM step
         UNION ALL
        SELECT asked, (SELECT prior.department_id FROM casework_statuschange AS prior
                        WHERE prior.petition_id = step.petition_id
                          AND (prior.at, prior.id) < (step.at, step.id)
                        ORDER BY prior.at DESC, prior.id DESC LIMIT 1),
               petition_id, at, %(reopened)s
          FROM step WHERE taken
    ),
    tally AS (
        SELECT asked, department_id, petition_id, bit_or(bits) AS bits,
               max(at) FILTER (WHERE bits & %(figure)s > 0) AS at,
               max(at) FILTER (WHERE bits & %(attended)s > 0) AS attended_at
          FROM happened
         WHERE %(department)s::bigint IS NULL OR department_id = %(department)s
         GROUP BY asked, department_id, petition_id
    ),
    altered AS MATERIALIZED (
        SELECT DISTINCT petition_id FROM casework_statuschange WHERE move = 'calendar'
    ),
    promised AS (
        SELECT tally.*,
               CASE WHEN altered.petition_id IS NULL THEN promise.due_on ELSE COALESCE(
                    (SELECT moved.due_on FROM casework_statuschange AS moved
                      WHERE moved.petition_id = tally.petition_id AND moved.move = 'calendar'
                        AND moved.at > promise.at AND moved.at <= attended_at
                      ORDER BY moved.at DESC, moved.id DESC LIMIT 1), promise.due_on) END AS due_on,
               promise.at AS asked_at
          FROM tally
          LEFT JOIN LATERAL (SELECT referral.due_on, referral.at FROM casework_referral AS referral
                              WHERE attended_at IS NOT NULL AND referral.petition_id = tally.petition_id
                                AND referral.at <= attended_at
                              ORDER BY referral.at DESC LIMIT 1) AS promise ON true
          LEFT JOIN altered ON altered.petition_id = tally.petition_id
    ),
    dated AS (
        SELECT *,
               CASE WHEN due_on IS NOT NULL THEN (attended_at AT TIME ZONE %(zone)s)::date END AS attended_on,
               CASE WHEN due_on IS NOT NULL THEN (asked_at AT TIME ZONE %(zone)s)::date END AS asked_on
          FROM promised
    ),
    measured AS (
        SELECT *, attended_on <= due_on AS in_time, {days} AS days FROM dated
    )
"""
MEASURED: Final = _MEASURED.format(in_periods=_IN_PERIODS, days=_DAYS, narrowed="")
#: As if every boleta went straight: each step counts by itself, none is compared with another, and there is
#: one promise at most.
_STRAIGHT: Final = """
    SELECT at >= %(since)s AS asked, department_id,
           CASE WHEN move = 'validate_positive' THEN %(positive)s
                WHEN department_id IS NOT NULL AND to_status = ANY(%(open)s) THEN %(received)s
                ELSE 0 END AS bits,
           NULL::boolean AS in_time, NULL::int AS days, {sign}count(*)
      FROM casework_statuschange AS step
     WHERE {in_periods} AND move = ANY(%(straight)s)
       AND (%(department)s::bigint IS NULL OR department_id = %(department)s) {narrowed}
     GROUP BY 1, 2, 3
     UNION ALL
    SELECT asked, department_id, %(attended)s, attended_on <= due_on, {days}, {sign}count(*)
      FROM (SELECT step.at >= %(since)s AS asked, step.department_id, promise.due_on,
                   (step.at AT TIME ZONE %(zone)s)::date AS attended_on,
                   (promise.at AT TIME ZONE %(zone)s)::date AS asked_on
              FROM casework_statuschange AS step
              LEFT JOIN casework_referral AS promise
                     ON promise.petition_id = step.petition_id AND promise.at <= step.at
             WHERE {in_periods} AND move = 'attend'
               AND (%(department)s::bigint IS NULL OR step.department_id = %(department)s)
               {narrowed}) AS dated
     GROUP BY 1, 2, 3, 4, 5
"""
_ALIKE: Final = """
    SELECT asked, department_id, bits, in_time, days, count(*) FROM measured GROUP BY 1, 2, 3, 4, 5
"""
#: From so many days on ``COUNTED`` is quicker; before, to look for what did not go straight costs more.
LONG_DAYS: Final = 62
COMPARED: Final = (MEASURED + _ALIKE,)
#: Three statements whose rows together say how many are alike in ``MEASURED``: all steps as if each went
#: straight, as nearly all do; less those of which that is not so, or that are not counted; and of the former
#: what is so. To compare each boleta's steps with one another would take most of the time.
COUNTED: Final = (
    _STRAIGHT.format(in_periods=_IN_PERIODS, days=_DAYS, sign="", narrowed=""),
    _STRAIGHT.format(
        in_periods=_IN_PERIODS,
        days=_DAYS,
        sign="-",
        narrowed=f"AND step.petition_id IN ({_TURNED} UNION ALL {_HIDDEN})",
    ),
    _MEASURED.format(in_periods=_IN_PERIODS, days=_DAYS, narrowed=f"AND step.petition_id IN ({_TURNED})")
    + _ALIKE,
)
assert CALENDAR == "calendar"  # noqa: S101 (written out above: the index's condition)


def values_of(
    scope: Scope, days: Days, *, figure: int = ATTENDED_BIT, compared: Days | None = None
) -> dict[str, Any]:
    """The values of ``MEASURED``; ``figure`` is the bit whose moments are asked for.

    One query, for the municipality's rest days.
    """
    before = compared or Days(days.first, days.first)
    calendar = working_days(days.first.year - _YEARS_BACK, days.last.year, frozenset(municipal_holidays()))
    return {
        "since": days.since,
        "until": days.until,
        "before_since": before.since,
        "before_until": before.until if compared else before.since,
        "department": scope.department,
        "hidden": sorted(scope.hidden),
        "moves": list(_BITS),
        "straight": [RECEIVED, IMPORTED, "validate_positive"],
        "bits": list(_BITS.values()),
        "figure": figure,
        "received": RECEIVED_BIT,
        "positive": POSITIVE_BIT,
        "attended": ATTENDED_BIT,
        "reopened": REOPENED_BIT,
        "open": [str(status) for status in OPEN_STATUSES],
        "done": [str(Status.ATTENDED), str(Status.CLOSED)],
        "zone": local_zone().key,
        "first": calendar.first,
        "counts": calendar.counts,
    }
