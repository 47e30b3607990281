"""Calls stay as they were noted; the law alone takes what the citizen said out of them."""

from __future__ import annotations

import pytest

from backend.validation import persons
from backend.validation.models import Call
from backend.validation.services.calls import note_call, take_next
from backend.validation.services.lists import draw_list
from geo.clock import local_today
from tests.past import assert_refused


@pytest.fixture
def call(office, attend) -> Call:
    attend()
    by, today = office.staff["jefe"], local_today()
    item = take_next(call_list=draw_list(since=today, until=today, size=None, by=by), by=by)
    note_call(item=item, result="negative", words="Sigue igual, dice María", by=by)
    return Call.objects.get()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM validation_call",
        "UPDATE validation_call SET result = 'positive'",
        "UPDATE validation_call SET words = 'Quedó muy bien'",
        "UPDATE validation_call SET item_id = NULL",
    ],
)
def test_a_call_is_rewritten_by_nobody(call, sql):
    before = Call.objects.values().get()
    assert_refused(sql)
    assert Call.objects.values().get() == before


def test_erasing_takes_the_words_out_and_leaves_the_call(call):
    before = Call.objects.values().get()
    persons.write(call.petition_id, {str(call.pk): "Sigue igual"})
    assert Call.objects.values().get() == before | {"words": "Sigue igual"}
    assert_refused("UPDATE validation_call SET words = ''")
