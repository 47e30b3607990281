"""Random joins, splits, voices and moves by random people: what holds of work items, holds always."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.casework.filters import Filters
from backend.casework.inbox import tabs_of
from backend.casework.models import Referral, StatusChange, Unlike
from backend.casework.repeats import near_pairs
from backend.casework.services.calendar import add_days
from backend.casework.services.echoes import join_petitions, split_petition
from backend.casework.services.statuses import change_statuses, preview_moves
from backend.casework.services.unlike import propose_again, tell_apart
from backend.casework.workflow import CALENDAR, MOVES
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_today
from geo.problems import Problem
from tests.casework.items import assert_items_hold
from tests.casework.statuses.moves import MAY, asked

#: When each came: some are late, some are not, and no older one is always the later promised.
DAYS_AGO = (30, 2, 15, 9, 0, 20, 5)
ONES = st.lists(st.integers(0, 6), min_size=1, max_size=3)
#: Who may do all is drawn more often than there are such people, or little would ever happen.
PEOPLE = st.one_of(st.just("jefe"), st.just("jefe"), st.just("director"), st.sampled_from(sorted(MAY)))
#: The way to the end, and what turns back from there.
USUAL = ["open", "attend", "validate_positive", "validate_positive", "validate_negative", "dispute"]
ACTS = st.tuples(
    st.one_of(
        st.just("join"),
        st.sampled_from(["split", "voice", "apart", "again", "rest"]),
        st.sampled_from(USUAL),
        st.sampled_from(USUAL),
        st.sampled_from(sorted(MOVES)),
    ),
    PEOPLE,
    ONES,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=30, max_size=50))
def test_whatever_people_do_members_agree_and_no_step_is_lost(office, receive, acts):
    with transaction.atomic():
        _play(office, receive, acts)
        transaction.set_rollback(True)  # the next example begins with an empty office again


def _play(office, receive, acts) -> None:
    petitions = [
        receive(
            office.to_check if n == 6 else office.lamp,
            petitioner=None,
            received_at=timezone.now() - timedelta(days=DAYS_AGO[n]),
        )
        for n in range(7)
    ]
    written = {step.pk for step in StatusChange.objects.all()}
    apart: set[tuple[UUID, UUID]] = set()
    for act, person, ones in acts:
        keys = [petitions[n].pk for n in ones]
        promised = _promised()
        try:
            if act == "join":
                join_petitions(petitions=keys, by=office.staff[person])
            elif act == "split":
                split_petition(petition=Petition.objects.get(pk=keys[0]), by=office.staff[person])
            elif act == "apart":
                tell_apart(petitions=keys, by=office.staff[person])
                apart |= set(combinations(sorted(set(keys)), 2))
            elif act == "again":
                propose_again(petitions=keys, by=office.staff[person])
                apart -= set(combinations(sorted(set(keys)), 2))
            elif act == "rest":
                day = local_today() + timedelta(days=3 * ones[0])
                add_days(first=day, last=day, name="Feria", move=True, by=office.staff[person])
            elif act == "voice":
                petitions.append(receive(echo_of=petitions[ones[0]].folio, petitioner=None))
            else:
                _move(keys, act, office.staff[person], asked(act, office))
        except Problem:
            continue
        steps = {step.pk for step in StatusChange.objects.all()}
        assert written <= steps, "a step was lost"
        written = steps
        assert_items_hold()
        if act in ("join", "split", "voice"):
            assert promised.items() <= _promised().items(), "a date that somebody was told was changed"
    _assert_sums(office)
    _assert_proposed(office, apart)
    for step in StatusChange.objects.all():
        if move := MOVES.get(step.move):
            assert step.from_status in move.sources
            assert step.to_status == (move.target or step.from_status)
    for petition in Petition.objects.exclude(department=None).exclude(status=Status.CLOSED):
        referred = Referral.objects.filter(petition=petition).last()
        moved = StatusChange.objects.filter(petition=petition, move=CALENDAR, at__gt=referred.at).last()
        assert (moved or referred).due_on == petition.due_on


def _promised() -> dict[UUID, date]:
    return dict(Petition.objects.exclude(due_on=None).values_list("pk", "due_on"))


def _assert_proposed(office, apart: set[tuple[UUID, UUID]]) -> None:
    """All stand at one point: every two open heads of a category are proposed but for those told apart."""
    heads = Petition.objects.open().work_items()
    alike = {
        (one.pk, other.pk)
        for one, other in combinations(heads.order_by("pk"), 2)
        if one.category_id == other.category_id
    }
    found = {(min(one, other), max(one, other)) for one, other, _m in near_pairs([head.pk for head in heads])}
    assert found == alike - apart
    assert {(pair.one_id, pair.other_id) for pair in Unlike.objects.all()} == apart


def _move(keys, act, by, given) -> None:
    """What the preview foretold is what happens, to those asked for and to those that go along."""
    foreseen = preview_moves(petitions=keys, move=act, by=by, given=given)
    moved = change_statuses(petitions=keys, move=act, by=by, given=given)
    assert [step.petition_id for step in moved.changes] == [one.pk for one in foreseen.petitions]
    assert {step.petition_id for step in moved.along} == {one.pk for one in foreseen.along}
    assert moved.refused == foreseen.refused


def _assert_sums(office) -> None:
    """The inbox's counts are those of the heads, and no petition is owed but under a head that is."""
    heads = Counter(Petition.objects.work_items().values_list("status", flat=True))
    counts = {tab.view.name: tab.count for tab in tabs_of(office.staff["director"], QueryDict(), Filters())}
    assert counts["pending"] == sum(heads[status] for status in OPEN_STATUSES)
    assert counts["unread"] == heads[Status.UNREAD]
    assert counts["disputed"] == heads[Status.DISPUTED]
    assert (
        not Petition.objects.open().exclude(echo_of=None).exclude(echo_of__status__in=OPEN_STATUSES).exists()
    )
