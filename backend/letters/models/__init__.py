"""What goes out and comes in on paper."""

from backend.letters.models.letter import Letter, LetterCapture, LetterStep
from backend.letters.models.office import Letterhead, LetterTemplate
from backend.letters.models.series import LetterCounter, LetterSeries
from backend.letters.vocabulary import AWAITING, OUT, UNNUMBERED, Delivery, Kind, State

__all__ = [
    "AWAITING",
    "OUT",
    "UNNUMBERED",
    "Delivery",
    "Kind",
    "Letter",
    "LetterCapture",
    "LetterCounter",
    "LetterSeries",
    "LetterStep",
    "LetterTemplate",
    "Letterhead",
    "State",
]
