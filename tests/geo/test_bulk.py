"""COPY instead of INSERT."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from field.models import FolioSeries
from geo.bulk import copy_rows

pytestmark = pytest.mark.django_db


def test_a_copied_row_is_there_and_may_be_saved_again():
    series = FolioSeries(code="Q01")
    copy_rows(FolioSeries, [series])
    series.office = True
    series.save()
    assert FolioSeries.objects.get(code="Q01").office


def test_a_taken_key_is_djangos_own_error():
    FolioSeries.objects.create(code="Q01")
    with pytest.raises(IntegrityError):
        copy_rows(FolioSeries, [FolioSeries(code="Q01")])


def test_nothing_to_copy_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        copy_rows(FolioSeries, [])
