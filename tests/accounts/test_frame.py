"""The frame: the menu by role, the policy of its pages, the tokens' contrast."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.formats import date_format

from backend.accounts import navigation
from backend.accounts.templatetags.frame import ICONS
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_today
from tests.factories import UserFactory

TOKENS = Path(settings.BASE_DIR, "backend/static/css/tokens.css").read_text()


def menu(rf, user, path="/"):
    request = rf.get(path)
    request.user = user
    return [link for section in navigation.menu_for(request) for link in section.links]


@pytest.mark.django_db
def test_the_menu_shows_each_role_only_what_it_may(rf):
    for role in ("promotor", "supervisor", "auxiliar", "asesor", "jefe", "director", "enlace"):
        user = UserFactory(role=role)
        hrefs = {link.href for link in menu(rf, user)}
        for _title, entries in navigation.MENU:
            for entry in entries:
                address = navigation._address(entry)
                may = not entry.verbs or any(user.has_perm(verb) for verb in entry.verbs)
                assert (address in hrefs) == (address is not None and may)


@pytest.mark.django_db
def test_the_menu_marks_where_the_person_is(rf):
    current = [link.href for link in menu(rf, UserFactory(role="director")) if link.current]
    assert current == ["/"]


@pytest.mark.django_db
def test_an_entry_whose_page_does_not_stand_is_left_out(rf, monkeypatch):
    entry = navigation.Entry("nowhere:at-all", "Nada", "x")
    monkeypatch.setattr(navigation, "MENU", (("", (entry,)),))
    assert menu(rf, UserFactory()) == []


@pytest.mark.django_db
def test_the_page_names_the_person_the_role_and_the_way_out(client):
    liaison = UserFactory(role="enlace")
    client.force_login(liaison)
    page = client.get("/contrasena/").content.decode()
    assert str(liaison) in page
    assert f"Enlace · {liaison.department.name}" in page
    assert 'action="/salir/"' in page
    assert "Puerto de Prueba" in page


@pytest.mark.django_db
def test_the_policy_lets_nothing_in_from_outside(client):
    response = client.get("/entrar/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-eval'" not in policy
    assert "script-src 'self'" in policy
    assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    page = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"""(?:src|href)="https?://""", page)


def test_each_status_has_its_own_colour_and_icon():
    assert set(ICONS) == set(Status.values)
    assert len(set(ICONS.values())) == len(ICONS)
    colours = [token(f"status-{status}") for status in (*Status.values, "vencida")]
    assert len(set(colours)) == len(colours)


@pytest.mark.parametrize("status", Status.values)
def test_a_badge_says_the_word_and_that_it_is_overdue_only_while_it_is_owed(status):
    late = Petition(status=status, due_on=local_today() - timedelta(days=1))
    badge = Template("{% load frame %}{% status_badge petition %}").render(Context({"petition": late}))
    assert str(Status(status).label) in badge
    assert f"status-{status}" in badge
    assert ("Vencida" in badge) == (status in OPEN_STATUSES)
    late.due_on = local_today()
    badge = Template("{% load frame %}{% status_badge petition %}").render(Context({"petition": late}))
    assert "Vencida" not in badge


def test_a_folio_is_shown_with_its_dashes():
    assert Template("{% load frame %}{{ f|folio }}").render(Context({"f": "26A7F00042K"})) == "26-A7F-00042-K"


def token(name: str) -> str:
    found = re.search(rf"--{name}:\s*(#[0-9a-f]{{6}})", TOKENS)
    assert found, f"no token --{name}"
    return found[1]


def channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def contrast(one: list[int], other: list[int]) -> float:
    """WCAG 2.2's contrast ratio of two sRGB colours."""

    def luminance(colour: list[int]) -> float:
        linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


INKS = ["ink", "ink-muted", "bronze", "bronze-deep", *(f"status-{s}" for s in (*Status.values, "vencida"))]


@pytest.mark.parametrize(("ink", "ground"), [*product(INKS, ["ground", "surface", "sunken"])])
def test_every_ink_reads_on_every_ground(ink, ground):
    assert contrast(channels(token(ink)), channels(token(ground))) >= 4.5


@pytest.mark.parametrize("status", Status.values)
def test_every_status_reads_on_its_own_tint(status):
    colour = channels(token(f"status-{status}"))
    tint = [round(0.1 * c + 0.9 * 255) for c in colour]
    assert contrast(colour, tint) >= 4.5


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("on-wood", "wood", 4.5),
        ("on-wood-muted", "wood-raised", 4.5),
        ("bronze-light", "wood", 4.5),
        ("line-strong", "ground", 3),
        ("surface", "bronze", 4.5),
        ("surface", "status-vencida", 4.5),
    ],
)
def test_wood_buttons_and_borders_keep_their_contrast(ink, ground, least):
    assert contrast(channels(token(ink)), channels(token(ground))) >= least


def test_months_and_days_are_written_as_spanish_writes_them():
    day = date(2026, 11, 20)
    assert date_format(day, r"l j \d\e F \d\e Y") == "viernes 20 de noviembre de 2026"
    assert date_format(day, "D j b") == "vie 20 nov"
