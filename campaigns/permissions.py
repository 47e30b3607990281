"""Who may change what in campaigns, beyond the verb itself.

``campaigns.plan`` lets a person plan; which tours and crews they may touch is said here, once.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser

from campaigns.models import Crew, Tour, Visit
from campaigns.querysets import SEE_ALL

PLAN = "campaigns.plan"
SEE = "campaigns.see"


def plans_everything(user: AbstractUser) -> bool:
    """Whether the user plans for every crew (the director)."""
    return user.has_perm(PLAN) and user.has_perm(SEE_ALL)


def may_plan_tour(user: AbstractUser, tour: Tour) -> bool:
    """Whether the user may edit or cancel the tour and its visits: who made it, or the director."""
    return plans_everything(user) or (user.has_perm(PLAN) and tour.created_by_id == user.pk)


def may_close_visit(user: AbstractUser, visit: Visit) -> bool:
    """Whether the user may close or reopen the visit: its crew's supervisor, or who plans its tour."""
    leads = visit.crew is not None and visit.crew.supervisor_id == user.pk
    return may_plan_tour(user, visit.tour) or (leads and user.has_perm(SEE))


def may_run_crew(user: AbstractUser, crew: Crew) -> bool:
    """Whether the user may change the crew: its supervisor, or the director."""
    return plans_everything(user) or (user.has_perm(PLAN) and crew.supervisor_id == user.pk)
