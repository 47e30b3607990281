"""The validation by telephone: each month's list with the calls that its boletas' histories tell of, and a
sample of this month's, half called.

Months come to tens of thousands of calls: they are set down from the histories in a few statements, as
``backend.validation`` would have. The sample goes through its services.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from backend.accounts.models import User
from backend.demo import texts
from backend.demo.calls import ZONE
from backend.demo.diary import Affair
from backend.demo.rooms.city_hall import CityHall
from backend.validation.models import CallItem, CallList, Result
from backend.validation.selectors import eligible_boletas
from backend.validation.services.calls import MOST_ATTEMPTS, note_call, take_next
from backend.validation.services.lists import draw_list
from geo.clock import local_today, next_month

#: Calls in a hundred of the sample, by what came of them.
_RESULTS: Final = {
    Result.POSITIVE: 52,
    Result.NEGATIVE: 11,
    Result.NO_ANSWER: 20,
    Result.CALL_BACK: 8,
    Result.WRONG_NUMBER: 5,
    Result.DECLINED: 4,
}
_SAMPLE_DAYS: Final = 30

# Every time that a boleta was given as attended, and when it was moved on from there.
_SPANS: Final = """
    WITH span AS (
        SELECT change.petition_id, change.department_id, change.at,
               min(later.at) AS left_at
          FROM casework_statuschange AS change
          LEFT JOIN casework_statuschange AS later
            ON later.petition_id = change.petition_id AND later.at > change.at
           AND later.from_status = 'atendida' AND later.to_status <> 'atendida'
         WHERE change.move = 'attend'
         GROUP BY change.id
    ), asked AS (
        SELECT list.id AS list_id, list.seed, span.*,
               (person.petition_id IS NOT NULL) AS callable
          FROM validation_calllist AS list
          JOIN span ON span.at >= list.since::timestamp AT TIME ZONE %(zone)s
                   AND span.at < (list.until + 1)::timestamp AT TIME ZONE %(zone)s
                   AND (span.left_at IS NULL OR span.left_at > list.drawn_at)
          JOIN field_petition AS petition ON petition.id = span.petition_id
          JOIN field_category AS category ON category.id = petition.category_id AND NOT category.sensitive
          LEFT JOIN field_petitioner AS person
            ON person.petition_id = petition.id AND person.consent AND person.phone_digits <> ''
    )
"""
_ITEMS: Final = """
    INSERT INTO validation_callitem
        (call_list_id, petition_id, department_id, position, state, attempts, call_after)
    SELECT list_id, asked.petition_id, asked.department_id,
           row_number() OVER (
               PARTITION BY list_id
               ORDER BY sha256(convert_to(seed || ':' || asked.petition_id, 'UTF8')), asked.petition_id
           ),
           CASE WHEN calls.positive THEN 'positive'
                WHEN calls.negative THEN 'negative'
                WHEN asked.left_at IS NOT NULL THEN 'moved_on'
                WHEN calls.made >= %(most)s THEN 'unreached'
                ELSE 'waiting' END,
           calls.made,
           CASE WHEN asked.left_at IS NULL THEN calls.last + interval '3 hours' END
      FROM asked
     CROSS JOIN LATERAL (
        SELECT count(*) AS made, max(at) AS last,
               COALESCE(bool_or(move = 'validate_positive'), false) AS positive,
               COALESCE(bool_or(move = 'validate_negative'), false) AS negative
          FROM casework_statuschange
         WHERE petition_id = asked.petition_id AND at > asked.at AND at <= COALESCE(asked.left_at, 'infinity')
           AND move IN ('validate_positive', 'validate_negative', 'no_answer')
     ) AS calls
     WHERE asked.callable
"""
_COUNTS: Final = """
    UPDATE validation_calllist AS list
       SET eligible = counted.callable, unreachable = counted.others
      FROM (SELECT list_id, count(*) FILTER (WHERE callable) AS callable,
                   count(*) FILTER (WHERE NOT callable) AS others
              FROM asked GROUP BY list_id) AS counted
     WHERE list.id = counted.list_id
"""
_CALLS: Final = """
    INSERT INTO validation_call (petition_id, item_id, department_id, result, words, by_id, at)
    SELECT change.petition_id, item.id, COALESCE(item.department_id, change.department_id),
           CASE change.move WHEN 'validate_positive' THEN 'positive'
                            WHEN 'validate_negative' THEN 'negative' ELSE 'no_answer' END,
           change.note, change.by_id, change.at
      FROM casework_statuschange AS change
      LEFT JOIN LATERAL (
        SELECT item.id, item.department_id
          FROM validation_callitem AS item
          JOIN validation_calllist AS list ON list.id = item.call_list_id
         WHERE item.petition_id = change.petition_id AND list.drawn_at <= change.at
         ORDER BY list.drawn_at DESC LIMIT 1
      ) AS item ON true
     WHERE change.move IN ('validate_positive', 'validate_negative', 'no_answer')
     ORDER BY change.at, change.id
"""


def set_down_months(hall: CityHall, *, first: date) -> None:
    """Write the lists of every month since ``first``, and the calls that were made."""
    CallList.objects.bulk_create(_lists(hall, first))
    values: dict[str, str | int] = {"zone": ZONE.key, "most": MOST_ATTEMPTS}
    with connection.cursor() as cursor:
        for statement in (_SPANS + _ITEMS, _SPANS + _COUNTS, _CALLS):
            cursor.execute(statement, values)


def _lists(hall: CityHall, first: date) -> Iterator[CallList]:
    """One at the beginning of each month, of all that was attended in the month before."""
    since = next_month(first)  # its first days had nothing attended
    while True:
        month = next_month(since)
        day = hall.hours.first_of_month(month)
        drawn_at = datetime.combine(day, time(7, 55), ZONE)  # before the first call
        if drawn_at >= hall.hours.until:
            return
        yield CallList(
            month=month,
            since=since,
            until=month - timedelta(days=1),
            seed=f"{hall.chance.getrandbits(32):08x}",
            eligible=0,
            unreachable=0,
            drawn_at=drawn_at,
            drawn_by=hall.staff.jefe,
        )
        since = month


def affairs(hall: CityHall) -> Iterator[Affair]:
    """This month's sample, and who calls."""
    yield _sample(hall)


def _sample(hall: CityHall) -> Affair:
    yield hall.hours.before_end(4)
    until = local_today() - timedelta(days=1)  # of today the histories tell what has not happened yet
    since = until - timedelta(days=_SAMPLE_DAYS)
    if not eligible_boletas(since=since, until=until).total:
        return
    drawn = draw_list(
        since=since, until=until, size=hall.some(16, 36), seed=f"muestra-{until:%m-%d}", by=hall.staff.jefe
    )
    for _call in range(drawn.items.count() * 2 // 3):
        yield hall.hours.soon(timezone.now())
        by = hall.auxiliar
        if (item := take_next(call_list=drawn, by=by)) is not None:
            _call_about(hall, item, by)


def _call_about(hall: CityHall, item: CallItem, by: User) -> None:
    chance = hall.chance
    result = chance.choices(list(_RESULTS), list(_RESULTS.values()))[0]
    said = {Result.POSITIVE: "positive", Result.NEGATIVE: "negative"}.get(result)
    back = hall.hours.later(timezone.now(), chance.randint(5, 9)) if result == Result.CALL_BACK else None
    words = texts.words(chance, said) if said else ""
    note_call(item=item, result=result, by=by, words=words, call_after=back)
