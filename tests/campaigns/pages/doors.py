"""Doors at which a visit knocks."""

from __future__ import annotations

from campaigns.models import Visit
from field.models import Petition
from tests.campaigns.rows import EncounterFactory


def knock(visit: Visit, *petitions: Petition, **facts):
    encounter = EncounterFactory(visit=visit, **facts)
    encounter.petitions.set(petitions)
    return encounter
