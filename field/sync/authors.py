"""Who captured a record: the tablet's holder, or another of the staff who share it.

A record's ``captured_by`` names a user. It is honoured from an enrolled tablet, for anybody active who
may capture in the field; another name is held for a person, for it says who answers for what was taken
down. From any other sender it is let be: nobody signs for somebody else from a desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from pydantic import Field

from field.sync.kinds import Incoming
from field.sync.records import Text, field_error
from geo.problems import FieldError

#: The member as kinds read it.
CapturedBy = Annotated[Text, Field(max_length=150)] | None


class Authors:
    """The authors of a batch: one query for all that its records name, none where they name nobody."""

    def __init__(self, named: Iterable[tuple[Incoming, str | None]]) -> None:
        names = {name for incoming, name in named if name and incoming.device}
        users = get_user_model().objects.filter(username__in=names, is_active=True) if names else []
        self._ids = {user.get_username(): user.pk for user in users if user.has_perm("field.capture")}

    def errors(self, incoming: Incoming, name: str | None) -> list[FieldError]:
        """What is wrong with a record's ``captured_by``."""
        if not name or not incoming.device or name in self._ids:
            return []
        detail = _("No hay nadie activo con ese usuario que capture en campo.")
        return [field_error("/captured_by", "unknown_staff", detail)]

    def author_id(self, incoming: Incoming, name: str | None) -> int | None:
        """Whose the record is, where ``errors`` finds nothing wrong."""
        return self._ids[name] if name and incoming.device else incoming.user_id


def staff_options() -> list[tuple[str, str]]:
    """Who may be named: pairs of user and name, for whoever corrects a held record."""
    users = get_user_model().objects.filter(is_active=True).order_by("first_name", "last_name", "username")
    return [(user.get_username(), str(user)) for user in users if user.has_perm("field.capture")]
