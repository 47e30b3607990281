"""Address and place in one line, and the place once."""

from __future__ import annotations

import pytest

from field.whereabouts import where_in_words


@pytest.mark.parametrize(
    ("address", "place", "told"),
    [
        ("Juárez 118", "Esperanza", "Juárez 118, Esperanza"),
        ("Juárez 118, Esperanza", "Esperanza", "Juárez 118, Esperanza"),
        ("Juárez 118, col. ESPERANZA. ", "Esperanza", "Juárez 118, col. ESPERANZA"),
        ("Calle Esperanza 5", "Esperanza", "Calle Esperanza 5, Esperanza"),
        ("Nueva-Esperanza", "Esperanza", "Nueva-Esperanza"),
        ("Desesperanza", "Esperanza", "Desesperanza, Esperanza"),
        ("", "Esperanza", "Esperanza"),
        ("Juárez 118", "", "Juárez 118"),
        ("", "", ""),
        ("Km 3 (rancho)", "(rancho)", "Km 3 (rancho)"),
    ],
)
def test_the_place_is_named_once(address, place, told):
    assert where_in_words(address, place) == told
