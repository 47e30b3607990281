"""A town with a form to fill in, and ODK Collect with a key to it."""

from __future__ import annotations

import httpx
import pytest
from django.utils import timezone

from backend.config.celery import app
from campaigns.models import Programme, Tour, Visit
from field.models import PrivacyNotice
from field.services.devices import open_enrolment
from geo.clock import local_today
from tests.factories import CategoryFactory, PlaceFactory

QUESTIONS = [
    {"key": "tamano", "label": "¿De qué tamaño?", "type": "choice", "options": ["Chico", "Muy grande"]},
    {"key": "agua", "label": "¿Tiene agua?", "type": "yes_no"},
    {"key": "metros", "label": "¿Cuántos metros?", "type": "number"},
    {"key": "color", "label": "¿De qué color?", "type": "text"},
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture(autouse=True)
def town(db):
    CategoryFactory(code="bache", name="Bache", questions=QUESTIONS)
    PrivacyNotice.objects.create(version="2026-1", text="Sus datos…", published_at=timezone.now())
    return PlaceFactory(column=0, code="C0000", name="Centro")


@pytest.fixture
def visit(town):
    today = local_today()
    programme = Programme.objects.create(code="toca", name="El Alcalde toca tu puerta")
    tour = Tour.objects.create(programme=programme, name="Centro", starts_on=today, ends_on=today)
    return Visit.objects.create(tour=tour, place=town, date=today)


@pytest.fixture
def key(promotor):
    opened = open_enrolment(user=promotor, name="Collect 1", by=None)
    return opened.odk["general"]["server_url"].rpartition("/")[2]


@pytest.fixture
def collect(live_server, key):
    with httpx.Client(base_url=f"{live_server.url}/odk/key/{key}/", timeout=60) as client:
        yield client
