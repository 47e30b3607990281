"""One person's telephone, however it was taken down and however it is asked for."""

from __future__ import annotations

import pytest
from django.db import connection

from field.models import Petition, Petitioner
from field.telephones import as_read, digits_in, has_telephone, in_plain_digits, spellings, telephone


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


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("6691234567", "669 123 4567"),
        ("669 1234567", "669 123 4567"),
        ("(669) 123-45-67", "669 123 4567"),
        ("+52 1 669 123 4567", "669 123 4567"),
        ("044 669 123 4567", "669 123 4567"),
        ("0995559464", "099 555 9464"),
        ("5512345678", "55 1234 5678"),
        ("9998877", "999 8877"),
        ("٦٦٩١٢٣٤٥٦٧", "669 123 4567"),
        ("669 123 4567 ext. 12", "669 123 4567 ext. 12"),
        ("+1 602 555 0100", "+1 602 555 0100"),
        ("", ""),
    ],
)
def test_a_telephone_is_shown_in_one_way(typed, shown):
    assert as_read(typed) == shown


def test_digits_of_any_script_are_digits():
    assert digits_in("٦٦٩ १२३ 4567") == "6691234567"
    assert in_plain_digits("٦٦٩ ext. १") == "669 ext. 1"
