import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.folio import SERIES_ALPHABET, FolioError, format_folio, make_folio, parse_folio

folios = st.builds(
    make_folio,
    st.integers(0, 99),
    st.text(SERIES_ALPHABET, min_size=3, max_size=3),
    st.integers(1, 99_999),
)


@given(folios)
def test_a_folio_is_found_however_it_is_typed(folio):
    shown = format_folio(folio)
    for typed in (folio, shown, shown.lower(), f"  {shown.replace('-', ' ')} ", shown.replace("-", "–")):
        assert parse_folio(typed) == folio


@given(folios)
def test_letters_taken_for_digits_are_read_as_digits(folio):
    assert parse_folio(folio[:10].replace("0", "O").replace("1", "l") + folio[10:]) == folio


@given(folios, st.integers(0, 10), st.sampled_from("23456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_never_taken_for_another_folio(folio, position, other):
    typed = folio[:position] + other + folio[position + 1 :]
    if typed == folio:
        return
    with pytest.raises(FolioError):
        parse_folio(typed)


@given(folios, st.integers(0, 9))
def test_two_swapped_neighbours_are_never_taken_for_another_folio(folio, at):
    typed = folio[:at] + folio[at + 1] + folio[at] + folio[at + 2 :]
    if typed == folio:
        return
    with pytest.raises(FolioError):
        parse_folio(typed)


@pytest.mark.parametrize(
    "text", ["", "26", "26-A7F-00042", "26-A7F-00042-KK", "hola", "26-AUF-00042-K", "２６A7F00042K"]
)
def test_what_has_not_the_shape_of_a_folio_is_malformed(text):
    with pytest.raises(FolioError) as caught:
        parse_folio(text)
    assert caught.value.code == "malformed"


@given(st.text(max_size=40))
def test_any_text_is_a_folio_or_a_clear_error(text):
    with contextlib.suppress(FolioError):
        assert len(parse_folio(text)) == 11


def test_a_slip_is_called_mistyped():
    folio = make_folio(26, "A7F", 42)
    with pytest.raises(FolioError) as caught:
        parse_folio(folio.replace("00042", "00043"))
    assert caught.value.code == "mistyped"


@pytest.mark.parametrize(
    ("year", "series", "number"), [(100, "A7F", 1), (26, "AIF", 1), (26, "A7F", 0), (26, "A7F", 100_000)]
)
def test_what_cannot_be_a_folio_is_never_made(year, series, number):
    with pytest.raises(ValueError, match="folio"):
        make_folio(year, series, number)
