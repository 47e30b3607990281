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
INSERT INTO privacy_look (at, user_id, petition_id, record_id, purpose)
SELECT statement_timestamp(), %(user)s, seen.petition, seen.record, %(purpose)s
  FROM (SELECT unnest(%(petitions)s::uuid[]) AS petition, NULL::bigint AS record
        UNION ALL
        SELECT NULL, unnest(%(records)s::bigint[])) AS seen
 WHERE NOT EXISTS (
    SELECT 1 FROM privacy_look
     WHERE (petition_id = seen.petition OR record_id = seen.record)
       AND user_id = %(user)s AND purpose = %(purpose)s
       AND at > statement_timestamp() - make_interval(secs => %(same)s))
"""


def record_looks(
    *, user: User, purpose: str, petitions: Collection[UUID] = (), records: Collection[int] = ()
) -> int:
    """Record that a person looks at the data of these petitions and held records; how many looks are new.

    Raises what the database raises: whoever is about to show them then shows nothing.
    """
    if not petitions and not records:
        return 0
    values: dict[str, Any] = {
        "user": user.pk,
        "purpose": purpose,
        "petitions": list(dict.fromkeys(petitions)),
        "records": list(dict.fromkeys(records)),
        "same": SAME_LOOK_S,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        return int(cursor.rowcount)
