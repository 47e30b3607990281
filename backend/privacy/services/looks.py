"""Recording looks at people's data: one statement, however many they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.db import connection

from backend.accounts.models import User

#: Looking again at the same data for the same purpose within this is the same look: pages reload themselves.
SAME_LOOK_S: Final = 600

_RECORD = """
INSERT INTO privacy_look (at, user_id, petition_id, record_id, letter_id, purpose)
SELECT statement_timestamp(), %(user)s, seen.petition, seen.record, seen.letter, %(purpose)s
  FROM (SELECT unnest(%(petitions)s::uuid[]) AS petition, NULL::bigint AS record, NULL::bigint AS letter
        UNION ALL
        SELECT NULL, unnest(%(records)s::bigint[]), NULL
        UNION ALL
        SELECT NULL, NULL, unnest(%(letters)s::bigint[])) AS seen
 WHERE NOT EXISTS (
    SELECT 1 FROM privacy_look
     WHERE (petition_id = seen.petition OR record_id = seen.record OR letter_id = seen.letter)
       AND user_id = %(user)s AND purpose = %(purpose)s
       AND at > statement_timestamp() - make_interval(secs => %(same)s))
"""


def record_looks(
    *,
    user: User,
    purpose: str,
    petitions: Collection[UUID] = (),
    records: Collection[int] = (),
    letters: Collection[int] = (),
) -> int:
    """Record that a person looks at the data of these petitions, held records and letters of no petition; how
    many looks are new.

    Raises what the database raises: whoever is about to show them then shows nothing.
    """
    if not petitions and not records and not letters:
        return 0
    values: dict[str, Any] = {
        "user": user.pk,
        "purpose": purpose,
        "petitions": list(dict.fromkeys(petitions)),
        "records": list(dict.fromkeys(records)),
        "letters": list(dict.fromkeys(letters)),
        "same": SAME_LOOK_S,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        return int(cursor.rowcount)
