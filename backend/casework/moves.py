"""What a move is: from where to where, by whom, and what it asks of the person who makes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from field.vocabulary import Status

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NOTE = _("Nota")


class Need(Enum):
    """Whether a move takes something, and whether it goes without."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Deadline(Enum):
    """What a move does to the due date.

    It stays with what the citizen was promised, unless an answer is asked for anew (referral or
    dispute): then whoever has it gets the category's working days, counted from that day. What the
    office is told of each case: ``docs/deadlines.md``.
    """

    KEPT = "kept"
    ANEW = "anew"


class Reach(Enum):
    """Whom a move moves where petitions about the same thing are one work item (``docs/echoes.md``)."""

    WORK_ITEM = "work_item"  # all of them, each with the note
    ONE_FOR_ALL = "one_for_all"  # all of them, at one citizen's word, which stays in the own history
    ONE = "one"  # that petition alone: it is between the office and its citizen


@dataclass(frozen=True, slots=True)
class Move:
    """One way from some statuses to another, and what it asks of the person who makes it.

    ``target`` None leaves the status as it is. ``label`` is the button's, ``story`` the line that
    the history shows; ``{department}``, ``{date}``, ``{institution}`` and ``{means}`` are filled in.
    """

    name: str
    sources: frozenset[Status]
    target: Status | None
    verb: str
    label: _StrPromise | str
    story: _StrPromise | str
    note: Need = Need.OPTIONAL
    note_label: _StrPromise | str = _NOTE
    date: Need = Need.NO
    department: Need = Need.NO
    #: A photo. The rule is "attended, with evidence", and a note of what was done is evidence: advice, a
    #: paper or a repaired pipe leave nothing to photograph, and a photo that is forced is a photo of nothing.
    #: The true check is the citizen's, in the validation.
    evidence: Need = Need.NO
    #: Another institution's name, and whether it is asked by letter or by telephone.
    institution: Need = Need.NO
    deadline: Deadline = Deadline.KEPT
    leaves_department: bool = False
    #: Only where the boleta has nobody to call.
    unreachable_only: bool = False
    reach: Reach = Reach.WORK_ITEM
    #: The line in the histories of those that were moved at another citizen's word.
    story_along: _StrPromise | str = ""

    @property
    def asks(self) -> bool:
        """Whether there is anything to fill in."""
        needs = (self.note, self.date, self.department, self.evidence, self.institution)
        return any(need is not Need.NO for need in needs)
