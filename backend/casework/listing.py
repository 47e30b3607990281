"""A page of the petitions that a person may see and that some filters keep: what every list asks for."""

from __future__ import annotations

from collections.abc import Callable

from backend.accounts.models import User
from backend.casework.filters import Filters, apply_filters
from backend.casework.paging import NEWEST, Order, Page, nth_page, page_of
from backend.casework.search import (
    FIRST_WEEKS,
    FIRST_WEEKS_OF_OVERDUE,
    Marks,
    Search,
    as_meant,
    by_number,
    weeks_between,
    words_of,
)
from backend.casework.selectors import for_reading, sees_people, visible_to
from field.querysets import PetitionQuerySet

Keep = Callable[[PetitionQuerySet], PetitionQuerySet]


def page_for(
    user: User,
    filters: Filters,
    *,
    order: Order,
    cursor: str | None,
    size: int,
    number: int = 1,
    keep: Keep = lambda petitions: petitions,
) -> Page:
    """The page that ``cursor`` names, else the ``number``-th; ``keep`` narrows it further.

    What is searched for comes newest first, whatever the order; what is found by words has no number. Raises
    FolioError (mistyped) and BadCursor.
    """
    petitions = apply_filters(keep(for_reading(visible_to(user))), filters)
    if filters.q:
        order, words = NEWEST, words_of(filters.q)
        if words is not None:
            search = search_for(user, filters, words)
            return page_of(petitions, order, cursor=cursor, size=size, search=search)
        petitions = by_number(petitions, filters.q, people=sees_people(user))
    if number > 1 and cursor is None:
        return nth_page(petitions, order, number=number, size=size)
    return page_of(petitions, order, cursor=cursor, size=size)


def search_for(user: User, filters: Filters, words: str) -> Search:
    """The search for words among what the user may see and the filters keep."""
    own = (user.department_id,) if user.department_id else ()
    marks = Marks(
        filters.department or own,
        filters.category,
        filters.place,
        weeks_between(filters.captured_after, filters.captured_before),
    )
    first_weeks = FIRST_WEEKS_OF_OVERDUE if filters.overdue else FIRST_WEEKS
    return as_meant(Search(words, sees_people(user), marks, filters.captured_before, first_weeks))
