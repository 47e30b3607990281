"""A small Puerto Aldaba, loaded once for all the tests of a module and undone after them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from backend.demo.load import Loaded, load_demo
from field.models import Petition

TODAY = date(2026, 11, 20)
COUNT = 700


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo(count=COUNT, seed=7, today=TODAY, progress=lambda step: None)
        transaction.set_rollback(True)


def fingerprint() -> list[tuple[Any, ...]]:
    return list(
        Petition.objects.order_by("id").values_list(
            "id", "folio", "captured_at", "description", "location", "place__code", "status", "due_on"
        )
    )
