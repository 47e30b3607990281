"""What must hold of work items whatever anybody did."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date, datetime

from backend.casework.models import StatusChange
from field.models import Petition, Status
from geo.clock import local_zone


def assert_items_hold() -> None:
    """No chains, one category, members that agree with their head, which is the earliest promised, no promise
    from before its petition came, and histories without a gap.
    """
    petitions = list(Petition.objects.select_related("category"))
    rows = {petition.pk: petition for petition in petitions}
    for petition in petitions:
        if petition.echo_of_id is None:
            continue
        head = rows[petition.echo_of_id]
        assert head.echo_of_id is None, "a chain"
        assert petition.category_id == head.category_id
        assert not head.category.sensitive
        if petition.status != Status.CLOSED:
            assert (petition.status, petition.department_id) == (head.status, head.department_id)
            assert (head.due_on or date.max) <= (petition.due_on or date.max), "lateness is hidden"
    histories = defaultdict(list)
    for step in StatusChange.objects.order_by("at", "id"):
        histories[step.petition_id].append(step)
    for petition in petitions:
        assert petition.due_on is None or petition.due_on > _day(petition.received_at)
        assert petition.status_at >= petition.received_at
        steps = histories[petition.pk]
        assert steps[0].from_status == ""
        for before, after in itertools.pairwise(steps):
            assert after.from_status == before.to_status, [step.move for step in steps]
        assert steps[-1].to_status == petition.status


def _day(moment: datetime) -> date:
    return moment.astimezone(local_zone()).date()
