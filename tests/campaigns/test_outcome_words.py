"""What came of a door is called the same on the tablet, in ODK Collect and in the office."""

from __future__ import annotations

import re
from pathlib import Path

from campaigns.models import Encounter
from field.odk import xform

TABLET = Path(xform.__file__).parents[1] / "static" / "campo" / "words.js"


def test_a_doors_outcomes_have_one_word_each():
    office = {outcome.value: str(outcome.label) for outcome in Encounter.Outcome}
    outcomes = TABLET.read_text().partition("OUTCOMES = [")[2].partition("];")[0]
    assert dict(re.findall(r'value: "(\w+)", label: "([^"]+)"', outcomes)) == office
    collect = {row["name"]: row["label"] for row in xform._choices([]) if row["list_name"] == "outcomes"}
    assert collect == office
