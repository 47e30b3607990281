"""Words that hang from no boleta and may name a person: doors that gave none, notes of tours, names of lists.

Nobody ticks them one by one. Only those go that say all of a name of two words or more, or a telephone or an
e-mail: names repeat, and one word of a name is often a word like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.casework.worklists.models import WorkList
from backend.privacy.finding import Sought, telling, tells_of, without
from backend.privacy.keeping import Kept
from campaigns.models import Encounter, Tour
from campaigns.persons import WORDS, rewrite_door

#: Letters that a work list's name may have.
WORK_LIST_NAME: Final = 120


def forget_loose_words(*, person: Sought, kept: Kept) -> int:
    """Take a person out of the words that hang from no boleta; how many texts changed."""
    changed, person = 0, person.unmistakable()
    for name, label in WORDS.items():
        for door, text in _telling(Encounter.objects.filter(petitions=None), name, person):
            kept.words(_("Puerta sin boleta"), label, getattr(door, name))
            rewrite_door(door=door, name=name, text=text)
            changed += 1
    for model, name, room in ((Tour, "notes", None), (WorkList, "name", WORK_LIST_NAME)):
        for row, text in _telling(model._default_manager.all(), name, person):
            kept.words(model._meta.verbose_name, row, getattr(row, name))
            model._default_manager.filter(pk=row.pk).update(**{name: text[:room]})
            changed += 1
    return changed


def _telling(rows: QuerySet[Any], name: str, person: Sought) -> Iterator[tuple[Any, str]]:
    """The rows whose text tells of a person, each with what it says without them."""
    for row in telling(rows, name, person):
        text = getattr(row, name)
        if tells_of(text, person):
            yield row, without(text, person)
