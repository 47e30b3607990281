"""Where petitions stand on the day they arrive: department, promise and first step of history.

Runs inside the transaction that files a batch, at the pace of the tablets: memory only while the
batch arrives, but for the municipal holidays and the referral rules, then one statement per table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.rules import rules_in_force, waits_for_check
from backend.casework.workflow import IMPORTED, RECEIVED
from field.models import Petition, Status
from geo.clock import local_day, local_zone

_TO_VERIFY = Status.TO_VERIFY.value
_UNREAD = Status.UNREAD.value
#: History that comes with one of these has no department to answer it.
_WITHOUT_DEPARTMENT = frozenset({_TO_VERIFY, Status.NOT_PROCEEDING.value, Status.EXTERNAL.value})

#: A petition and who asked are found together (``aldaba_search_words`` is the database's).
WRITE_SEARCH_ENTRIES = """
    INSERT INTO casework_searchentry (petition_id, words)
    SELECT petition.id, aldaba_search_words(petition, petitioner.name)
      FROM field_petition AS petition
      LEFT JOIN field_petitioner AS petitioner ON petitioner.petition_id = petition.id
"""
# The rows are already in the database, so the database copies them: a third of what building
# 50 + 50 model instances and sending them costs. All in one statement, for each that is sent costs by itself.
_FIRST_ROWS = f"""
    WITH steps AS (INSERT INTO casework_statuschange
           (petition_id, move, from_status, to_status, at, by_id, department_id, note)
    SELECT id, CASE WHEN source_id IS NOT NULL AND status <> %(to_verify)s
                    THEN %(imported)s ELSE %(received)s END,
           '', status, received_at, captured_by_id, department_id, ''
      FROM field_petition
     WHERE id = ANY(%(ids)s)),
    referrals AS (INSERT INTO casework_referral
           (petition_id, department_id, at, working_days, counted_from, due_on, reason)
    SELECT petition.id, petition.department_id, petition.received_at, category.working_days,
           CASE WHEN petition.id = ANY(%(asked_earlier)s::uuid[])
                THEN (petition.captured_at AT TIME ZONE %(zone)s)::date END, petition.due_on, ''
      FROM field_petition AS petition
      JOIN field_category AS category ON category.id = petition.category_id
     WHERE petition.id = ANY(%(ids)s) AND petition.department_id IS NOT NULL)
    {WRITE_SEARCH_ENTRIES} WHERE petition.id = ANY(%(ids)s)
"""  # noqa: S608 (constants of this program)


def place_arrivals(*, petitions: Sequence[Petition]) -> None:
    """Set status, department and due date on unsaved petitions; ``category`` must be at hand.

    The promise is counted from the day on which it came, or from an earlier one on which it was asked.
    History from another system (``source_id``) keeps the status and department that it came with, or
    goes to its category's: the rules are for what arrives now.
    """
    rules = rules_in_force()
    extra = frozenset(municipal_holidays())
    local_days: dict[datetime, date] = {}  # a batch is received at one moment, history is not
    for petition in petitions:
        category = petition.category
        received_at = petition.received_at
        is_new = not _is_history(petition)
        if is_new:
            petition.status = _TO_VERIFY if waits_for_check(category, petition.channel) else _UNREAD
        if petition.status_at is None:
            petition.status_at = received_at
        if petition.status in _WITHOUT_DEPARTMENT:
            petition.department_id = None
            continue
        if petition.department_id is None:
            petition.department_id = (
                rules.department_for(category, petition.place_id) if is_new else category.department_id
            )
        asked_on = petition.asked_earlier or local_days.get(received_at)
        if asked_on is None:
            asked_on = local_days[received_at] = local_day(received_at)
        petition.due_on = due_date(asked_on, category.working_days, extra)


def record_arrivals(*, petitions: Sequence[Petition]) -> None:
    """Write the first step of history, the first referral and what finds petitions just inserted."""
    ids = [petition.id for petition in petitions]
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRST_ROWS,
            {
                "ids": ids,
                "asked_earlier": [petition.id for petition in petitions if petition.asked_earlier],
                "zone": local_zone().key,
                "to_verify": _TO_VERIFY,
                "imported": IMPORTED,
                "received": RECEIVED,
            },
        )


def _is_history(petition: Petition) -> bool:
    return petition.source_id is not None and petition.status != _TO_VERIFY
