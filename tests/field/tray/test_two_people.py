"""Two people at one record of the tray."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from backend.accounts.models import User
from field.models import Correction, InboxRecord, Petition
from field.services.tray import mend_record, set_aside
from geo.problems import Conflict
from tests.factories import UserFactory
from tests.field.tray.forms import filled, page_of, words

pytestmark = pytest.mark.django_db


def test_the_second_of_two_people_is_told_that_it_is_done(office, hand_in, category):
    row = hand_in(category="no-hay")
    sent = filled(office, row, category=category.code)
    office.post(page_of(row), sent)
    answer = office.post(page_of(row), sent, follow=True)
    assert "Otra persona acaba de atender" in words(answer)
    assert Petition.objects.count() == Correction.objects.count() == 1


def test_a_form_of_before_another_persons_act_is_refused(hand_in, clerk):
    row = hand_in(category="no-hay")
    set_aside(record=row, reason="x", by=clerk)
    with pytest.raises(Conflict):
        mend_record(record=row, changes=[], by=clerk, seen=0)
    InboxRecord.objects.filter(pk=row.pk).update(state="held")
    with pytest.raises(Conflict):
        mend_record(record=row, changes=[], by=clerk, seen=0)


def test_the_form_offers_nobody_who_may_not_capture(office, hand_in):
    UserFactory(username="enlace1", role=User.Role.ENLACE)
    row = hand_in(category="no-hay")
    names = [
        value for value, _label in office.get(page_of(row)).context["form"].fields["captured_by"].choices
    ]
    assert "enlace1" not in names
    assert get_user_model().objects.filter(username="enlace1").exists()
