"""One person's telephone, however it was taken down and however it is asked for."""

from __future__ import annotations

import pytest
from django.db import connection

from field.models import Petition, Petitioner
from field.telephones import has_telephone, spellings, telephone


def digits_of(typed: str) -> str:
    return "".join(filter(str.isdigit, typed))


@pytest.mark.parametrize("before", ["", "+52 1 ", "52 ", "044 ", "045 ", "01 ", "0052 ", "011 52 "])
def test_a_mexican_number_is_its_ten_digits(before):
    digits = digits_of(f"{before}(669) 999-8877")
    assert telephone(digits) == "6699998877"
    assert digits in spellings("6699998877")


@pytest.mark.parametrize("digits", ["16025550100", "5212345678", "0995551234", "9998877"])
def test_another_is_what_it_is(digits):
    assert telephone(digits) == digits
    assert digits in spellings(digits)


@pytest.mark.django_db
def test_fewer_digits_than_a_telephone_has_find_nobody():
    assert not Petition.objects.asked_from("12")


@pytest.mark.django_db
def test_each_number_is_looked_up_in_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for found, index in (
            (Petitioner.objects.filter(has_telephone("6699998877")), "petitioner_phone_end"),
            (Petitioner.objects.filter(has_telephone("9998877")), "petitioner_phone_end"),
            (Petition.objects.numbered("231").order_by("-captured_at"), "petition_folio_number"),
        ):
            assert index in found.explain()
