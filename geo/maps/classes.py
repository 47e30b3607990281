"""Classes of a map: five by quantiles, their colours, and what each means in words.

Quantiles, because counts by colonia are skewed: natural breaks put nearly all colonias in one class.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _

#: ColorBrewer YlOrBr and Reds, light to dark (colorbrewer2.org, Cynthia Brewer; Apache 2.0).
YLORBR: Final = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
REDS: Final = ("#fee5d9", "#fcae91", "#fb6a4a", "#de2d26", "#a50f15")
#: Nothing to count there.
PAPER: Final = "#fbf8f3"


@dataclass(frozen=True, slots=True)
class MapClass:
    """One class as the legend shows it; ``shape`` only for points."""

    colour: str
    label: str
    shape: str = "square"

    def as_json(self) -> dict[str, str]:
        return {"colour": self.colour, "label": self.label, "shape": self.shape}


@dataclass(frozen=True, slots=True)
class Scale:
    """Upper bounds of the classes above zero; the last has none. Class 0 is zero itself."""

    bounds: tuple[float, ...]
    colours: Sequence[str]
    whole: bool

    def class_of(self, value: float) -> int:
        """The class of a value: 0 for none, else 1 to the number of classes."""
        return 0 if value <= 0 else 1 + bisect_left(self.bounds[:-1], value)

    def classes(self, nothing: str) -> list[MapClass]:
        """All classes, class 0 (labelled ``nothing``) first."""
        shades = spread(self.colours, len(self.bounds))
        return [
            MapClass(PAPER, nothing),
            *(MapClass(colour, label) for colour, label in zip(shades, self._labels(), strict=True)),
        ]

    def _labels(self) -> list[str]:
        edges = [0.0, *self.bounds]
        return [self._label(low, high, high == edges[-1]) for low, high in pairwise(edges)]

    def _label(self, low: float, high: float, last: bool) -> str:
        if self.whole:
            first = int(low) + 1
            if first == high:
                return _number(high)
            return _("%(low)s a %(high)s") % {"low": _number(first), "high": _number(high)}
        if last and low:
            return _("más de %(low)s") % {"low": _number(low)}
        if not low:
            return _("hasta %(high)s") % {"high": _number(high)}
        return _("%(low)s a %(high)s") % {"low": _number(low), "high": _number(high)}


def quantile_classes(values: Iterable[float], k: int = 5, colours: Sequence[str] = YLORBR) -> Scale:
    """At most ``k`` classes with about as many of the positive values in each.

    With ``k`` different values or fewer, each is its own class. Bounds between classes are rounded to
    two significant figures where that keeps them apart, so that the legend can be read.
    """
    positive = sorted(value for value in values if value > 0)
    different = sorted(set(positive))
    whole = all(float(value).is_integer() for value in different)
    if len(different) <= k:
        return Scale(tuple(map(float, different)), colours, whole)
    count = len(positive)
    cuts = sorted({positive[math.ceil(count * part / k) - 1] for part in range(1, k)} - {positive[-1]})
    rounded = [_readable(cut) for cut in cuts]
    if all(a < b for a, b in pairwise([0.0, *rounded, float(positive[-1])])):
        cuts = rounded
    return Scale((*map(float, cuts), float(positive[-1])), colours, whole)


def spread(colours: Sequence[str], count: int) -> list[str]:
    """``count`` of the colours, from lightest to darkest: few classes keep the contrast."""
    if count <= 1:
        return [colours[len(colours) // 2]] * count
    return [colours[round(index * (len(colours) - 1) / (count - 1))] for index in range(count)]


def _readable(value: float) -> float:
    if value <= 0:
        return value
    digits = 1 - math.floor(math.log10(value))
    rounded = round(value, digits)
    return float(rounded)


def _number(value: float) -> str:
    """As es-MX writes numbers: comma between thousands, point before decimals."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if value >= 1 else f"{value:.2f}"
