"""What hangs from no boleta loses a whole name, a telephone or an e-mail; words of other people stay."""

from __future__ import annotations

import pytest

from backend.privacy.finding import Sought
from backend.privacy.keeping import Kept
from backend.privacy.services.loose import forget_loose_words
from campaigns.models import Tour
from tests.campaigns.rows import TourFactory

pytestmark = pytest.mark.django_db

NOTES = "No hay luz en el parque; llevar luz propia. Luz Ahuactzin tiene la llave: 669 987 1234."


def left(person: Sought) -> str:
    TourFactory(notes=NOTES)
    forget_loose_words(person=person, kept=Kept())
    return Tour.objects.get().notes


def test_a_name_of_one_word_takes_nothing_away():
    assert left(Sought(name="Luz", besides=(Sought(name="Luz  "), Sought(name="De la Luz")))) == NOTES


def test_a_telephone_beside_it_still_goes():
    assert left(Sought(name="Luz", phone="6699871234")) == NOTES.replace("669 987 1234", "[dato suprimido]")


def test_a_whole_name_goes():
    assert "Ahuactzin" not in left(Sought(besides=(Sought(name="Luz Ahuactzin"),)))
