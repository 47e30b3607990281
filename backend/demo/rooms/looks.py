"""Who looked at whose data in the last weeks: whoever wrote a step, called or made a letter, had it open."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection

from backend.demo.rooms.city_hall import CityHall

_DAYS: Final = 30

# As ``backend.privacy.services.looks`` writes them, but dated: there the moment is the database's own.
_LOOKS: Final = """
    INSERT INTO privacy_look (at, user_id, petition_id, letter_id, purpose)
    SELECT seen.at, seen.by_id, seen.petition_id, seen.letter_id, seen.purpose
      FROM (
        SELECT at - interval '40 seconds' AS at, by_id, petition_id, NULL::bigint AS letter_id,
               'boleta' AS purpose
          FROM casework_statuschange
         WHERE move NOT IN ('receive', 'no_answer', 'validate_positive', 'validate_negative')
        UNION ALL
        SELECT at - interval '90 seconds', by_id, petition_id, NULL, 'call' FROM validation_call
        UNION ALL
        SELECT step.at - interval '2 minutes', step.by_id, about.petition_id,
               CASE WHEN about.petition_id IS NULL THEN step.letter_id END, 'letter'
          FROM letters_letterstep AS step
          LEFT JOIN letters_letter_petitions AS about ON about.letter_id = step.letter_id
         WHERE step.step IN ('draft', 'issue', 'receive')
      ) AS seen
      LEFT JOIN field_petitioner AS person ON person.petition_id = seen.petition_id
     WHERE (person.petition_id IS NOT NULL OR seen.letter_id IS NOT NULL)
       AND seen.at >= %s AND seen.by_id IS NOT NULL
     ORDER BY seen.at, seen.petition_id, seen.letter_id
"""


def set_down_looks(hall: CityHall) -> None:
    """One statement, however many."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [hall.hours.until - timedelta(days=_DAYS)])
