"""What each role may do: the one table of permissions, asked everywhere as ``user.has_perm(verb)``.

Source: the four manuals, as ``docs/glossary.md`` names their posts. A verb says *what*; *which rows*
is each queryset's ``visible_to(user)``.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from geo.problems import NotAllowed

_R = User.Role
_OFFICE: Final = frozenset({_R.AUXILIAR, _R.JEFE, _R.DIRECTOR})
_CHIEFS: Final = frozenset({_R.JEFE, _R.DIRECTOR})
_DEPARTMENT: Final = frozenset({_R.ENLACE, _R.JEFE, _R.DIRECTOR})

PERMISSIONS: Final[dict[str, frozenset[User.Role]]] = {
    "field.capture": frozenset(_R) - {_R.ENLACE},
    "field.enrol_device": frozenset({_R.SUPERVISOR, _R.JEFE, _R.DIRECTOR}),
    # What was handed in and could not be filed. Not the supervisor's: it holds every crew's citizens.
    "field.mend": _OFFICE,
    "casework.see_office": _OFFICE | {_R.ASESOR},
    "casework.see_department": frozenset({_R.ENLACE}),
    # An enlace has it only in the internal control department: see ``may``.
    "casework.see_sensitive": frozenset({_R.JEFE, _R.DIRECTOR, _R.ENLACE}),
    # What a boleta says, where it was taken down wrong.
    "casework.correct": _OFFICE,
    "casework.verify": _OFFICE,
    "casework.refer": _OFFICE,
    "casework.validate": _OFFICE,
    "casework.close": _OFFICE,
    "casework.open": _DEPARTMENT,
    "casework.schedule": _DEPARTMENT,
    "casework.attend": _DEPARTMENT,
    "casework.hand_back": _DEPARTMENT,
    "casework.note": _OFFICE | {_R.ASESOR, _R.ENLACE},
    # Joining petitions about the same thing under one work item, and splitting them again.
    "casework.join": _OFFICE,
    # Which department a new petition goes to, and the days on which the municipality rests.
    "casework.edit_rules": _CHIEFS,
    # A view of the inbox that others find beside their tabs.
    "casework.share_views": _CHIEFS,
    "letters.see": _OFFICE | {_R.ASESOR},
    # Anyone who works on answers writes them, registers what comes and notes deliveries; a number, and with
    # it the office's word, is given only by who answers for it.
    "letters.draft": _OFFICE | {_R.ASESOR},
    "letters.issue": _CHIEFS,
    # Letterhead, series and templates.
    "letters.edit": _CHIEFS,
    "notifications.see": _OFFICE,
    "notifications.edit": _CHIEFS,
    "privacy.answer": _CHIEFS,
    # What nobody sees any more, to answer an authority.
    "privacy.open_blocked": frozenset({_R.DIRECTOR}),
    "privacy.see_looks": frozenset({_R.DIRECTOR}),
    "validation.call": _OFFICE,
    "validation.draw": _CHIEFS,
    "campaigns.plan": frozenset({_R.SUPERVISOR, _R.DIRECTOR}),
    "campaigns.see": frozenset({_R.PROMOTOR, _R.SUPERVISOR, _R.AUXILIAR, _R.JEFE, _R.DIRECTOR}),
    # Every crew's tours, not only one's own.
    "campaigns.see_all": _OFFICE,
    "reports.density": _CHIEFS,
    # A liaison sees the own department's figures.
    "reports.capacity": _CHIEFS | {_R.ENLACE},
    "territory.edit": frozenset({_R.DIRECTOR}),
}


def may(user: AbstractBaseUser | AnonymousUser, verb: str) -> bool:
    """Whether the user may do what the verb says; a verb that is not in the table is nobody's."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.is_superuser:
        return verb in PERMISSIONS
    if user.role not in PERMISSIONS.get(verb, frozenset()):
        return False
    if verb == "casework.see_sensitive" and user.role == _R.ENLACE:
        department = user.department
        return department is not None and department.code == settings.INTERNAL_CONTROL_DEPARTMENT
    return True


def require(user: AbstractBaseUser | AnonymousUser, verb: str) -> None:
    """Do nothing if the user may; else raise NotAllowed, which says whose task it is."""
    if not may(user, verb):
        raise NotAllowed(who_may(verb))


def who_may(verb: str) -> str:
    """A sentence that names the roles that may: what a person who may not needs to know."""
    labels = [str(role.label) for role in _R if role in PERMISSIONS.get(verb, frozenset())]
    if not labels:
        return _("Su cuenta no tiene este permiso.")
    *others, last = labels
    names = _("{others} o {last}").format(others=", ".join(others), last=last) if others else last
    return (
        ngettext("Esto le corresponde al rol: %s.", "Esto les corresponde a los roles: %s.", len(labels))
        % names
    )


def verbs_of(user: Any) -> set[str]:
    """Every verb that the user may do."""
    return {verb for verb in PERMISSIONS if may(user, verb)}
