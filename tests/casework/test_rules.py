"""Which department a petition goes to by the office's own rules."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from backend.casework.given import Given
from backend.casework.models import ReferralRule, RuleSet
from backend.casework.rule_trial import try_rules
from backend.casework.rules import Rule, Rules, rules_in_force, rules_of
from backend.casework.services.rules import save_rules
from backend.casework.services.statuses import change_status
from field.models import Category, Petition, Status
from field.services.petitions import PetitionIntake, receive_petitions
from geo.models import Place
from geo.problems import Conflict, Invalid, NotAllowed
from tests.factories import SIDE, SOUTH, WEST, DepartmentFactory, PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(office):
    """Put rows in force, as the jefe."""

    def _save(*rows: ReferralRule) -> RuleSet:
        latest = RuleSet.objects.values_list("number", flat=True).first() or 0
        return save_rules(rows=rows, based_on=latest, by=office.staff["jefe"])

    return _save


@pytest.fixture
def centro(office) -> Place:
    return Place.objects.get(code="C0000")


def test_the_first_rule_that_fits_decides_and_the_category_where_none_does(office, receive, save, centro):
    save(
        ReferralRule(category=office.pothole, place=centro, department=office.lights),
        ReferralRule(group="Calles", department=office.streets),
    )
    assert receive(office.pothole).department == office.lights
    assert receive(office.lamp).department == office.streets
    elsewhere = receive(office.pothole, lon_lat=None, location_method="")
    assert elsewhere.department == office.streets
    assert elsewhere.referrals.get().department == office.streets
    save()
    assert receive(office.lamp).department == office.lights


def test_a_rule_of_a_district_is_for_all_its_places(office, receive, save, centro):
    Place.objects.filter(pk=centro.pk).update(district="Sur")
    PlaceFactory(column=1, code="C0001", district="Norte")
    save(ReferralRule(district="Norte", department=office.streets))
    assert receive(office.lamp).department == office.lights
    north = receive(office.lamp, lon_lat=(WEST + SIDE * 1.5, SOUTH + SIDE / 2))
    assert north.department == office.streets


def test_a_complaint_against_a_servant_always_goes_to_internal_control(office, receive, save):
    save(
        ReferralRule(department=office.streets),
        ReferralRule(group="Calles", department=office.streets),
    )
    assert receive(office.complaint).department == office.control
    assert receive(office.lamp).department == office.streets


@pytest.mark.parametrize("rule", [{"sensitive": True}, {"category": "complaint"}])
def test_a_rule_that_would_take_a_complaint_elsewhere_is_not_saved(office, save, rule):
    if "category" in rule:
        rule = {"category": office.complaint}
    with pytest.raises(Invalid) as caught:
        save(ReferralRule(department=office.streets), ReferralRule(department=office.streets, **rule))
    [error] = caught.value.errors
    assert error["pointer"] == "/rules/1"
    assert "control interno" in error["detail"]
    assert not RuleSet.objects.exists()


def test_what_is_reserved_never_goes_where_nobody_could_read_it(office, receive, save):
    office.lamp.sensitive = True
    office.lamp.save()
    save(ReferralRule(group="Calles", department=office.streets))
    assert receive(office.lamp).department == office.lights
    save(ReferralRule(category=office.lamp, department=office.control))
    assert receive(office.lamp).department == office.control


_CATEGORIES = [
    Category(pk=key, group=group, sensitive=sensitive, department_id=department)
    for key, (group, sensitive, department) in enumerate(
        [("a", False, 1), ("a", True, 2), ("b", True, 9), ("b", False, 9), ("", True, 1)], start=1
    )
]
_RULES = st.builds(
    Rule,
    department=st.sampled_from([1, 2, 3, 9]),
    category=st.sampled_from([None, 1, 2, 3, 4]),
    group=st.sampled_from(["", "a", "b"]),
    places=st.sampled_from([None, frozenset(), frozenset({7}), frozenset({7, 8})]),
    sensitive=st.sampled_from([None, True, False]),
)


@example([Rule(department=1)], _CATEGORIES[3], None)  # control's own, and not even reserved
@example([Rule(department=3, sensitive=True)], _CATEGORIES[1], 7)
@given(st.lists(_RULES, max_size=12), st.sampled_from(_CATEGORIES), st.sampled_from([None, 7, 8]))
def test_no_set_of_rules_takes_a_complaint_from_control_or_hides_what_is_reserved(rows, category, place):
    rules = Rules(tuple(rows), control=9)
    department = rules.department_for(category, place)
    if category.department_id == 9:
        assert department == 9
    elif category.sensitive:
        assert department in (9, category.department_id)
    else:
        fitting = [row.department for row in rows if row.fits(category, place)]
        assert department == (fitting[0] if fitting else category.department_id)


def test_a_department_that_is_no_more_gets_nothing(office, receive, save):
    save(ReferralRule(department=office.streets))
    office.streets.active = False
    office.streets.save()
    assert receive(office.lamp).department == office.lights


def test_history_goes_where_it_came_from_and_what_waits_for_a_check_goes_nowhere(office, receive, save):
    save(ReferralRule(department=office.lights))
    assert receive(office.pothole, source_id="SAC-1", status=Status.CLOSED).department == office.streets
    assert receive(office.to_check).department is None


def test_the_rules_in_force_cost_one_query_however_many(office, save, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert rules_in_force() == Rules()
    save(*(ReferralRule(category=office.lamp, district="Sur", department=office.streets) for _ in range(50)))
    with django_assert_num_queries(1):
        assert len(rules_in_force().rows) == 50


def test_each_saving_is_a_version_and_no_earlier_one_changes(office, save):
    first = save(ReferralRule(category=office.lamp, department=office.streets))
    second = save(ReferralRule(category=office.pothole, department=office.lights))
    assert [version.number for version in RuleSet.objects.all()] == [2, 1]
    assert first.rules.get().category == office.lamp
    assert second.by == office.staff["jefe"]


def test_of_two_who_save_at_once_the_second_is_told(office, save):
    save()
    with pytest.raises(Conflict):
        save_rules(rows=[], based_on=0, by=office.staff["director"])
    assert RuleSet.objects.count() == 1


@pytest.mark.parametrize("person", ["auxiliar", "asesor", "enlace", "promotor", "supervisor"])
def test_only_chiefs_save_rules(office, person):
    with pytest.raises(NotAllowed):
        save_rules(rows=[], based_on=0, by=office.staff[person])


def test_a_trial_tells_which_would_have_gone_elsewhere_and_moves_nothing(office, receive, save, centro):
    lamps = [receive(office.lamp) for _ in range(5)]
    receive(office.pothole), receive(office.complaint)
    refused = receive(office.lamp)
    Petition.objects.filter(pk=refused.pk).update(status=Status.NOT_PROCEEDING)
    change_status(
        petition=lamps[0],
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="Es de Obras", department=office.streets),
    )
    old = receive(office.lamp)
    Petition.objects.filter(pk=old.pk).update(received_at=timezone.now() - timezone.timedelta(400))
    draft = rules_of(
        [
            ReferralRule(category=office.lamp, place=centro, department=office.streets),
            ReferralRule(category=office.lamp, department=office.control),
        ]
    )
    trial = try_rules(draft, office.staff["jefe"])
    assert (trial.total, trial.moved, trial.decided) == (7, 5, [5, 0])
    [change] = trial.changes
    assert (change.origin, change.target, change.count, change.arrived) == (
        office.lights,
        office.streets,
        5,
        1,
    )
    assert change.folios == [petition.folio for petition in lamps[:1:-1]]
    assert Petition.objects.filter(department=office.lights).count() == 6
    assert RuleSet.objects.count() == 0


def test_a_trial_is_against_the_rules_in_force(office, receive, save):
    receive(office.lamp, lon_lat=None, location_method="")
    rows = [ReferralRule(category=office.lamp, department=office.streets)]
    assert try_rules(rules_of(rows), office.staff["jefe"]).moved == 1
    save(*rows)
    assert try_rules(rules_of(rows), office.staff["jefe"]).moved == 0
    back = try_rules(rules_of([]), office.staff["jefe"])
    assert [(change.origin, change.target) for change in back.changes] == [(office.streets, office.lights)]
    assert len(back.changes[0].folios) == 1  # a petition without a place is found too


def test_what_a_trial_foretells_is_what_arrivals_then_do(office, receive, save, centro):
    PlaceFactory(column=1, code="C0001", district="Norte")
    spots = [(WEST + SIDE * (n + 0.5), SOUTH + SIDE / 2) for n in (0, 1)] + [None]
    kinds = [office.lamp, office.pothole, office.complaint]

    def arrive() -> list[Petition]:
        now = timezone.now()
        return receive_petitions(
            intakes=[
                PetitionIntake(
                    id=uuid.uuid4(),
                    category=kind,
                    channel="modulo",
                    captured_at=now,
                    received_at=now,
                    lon_lat=spot,
                )
                for kind in kinds
                for spot in spots
            ]
        )

    before = arrive()
    rows = [
        ReferralRule(category=office.lamp, district="Norte", department=office.streets),
        ReferralRule(place=centro, department=DepartmentFactory(name="Delegación")),
    ]
    trial = try_rules(rules_of(rows), office.staff["jefe"])
    save(*rows)
    after = arrive()
    changed = sum(a.department_id != b.department_id for a, b in zip(before, after, strict=True))
    assert trial.moved == changed == 3
