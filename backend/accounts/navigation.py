"""The office's menu: only what stands in this installation and the person may see."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from field.models import InboxRecord


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; any one of ``verbs`` is enough to see it, none means everyone."""

    url_name: str
    label: Promise
    icon: str
    verbs: tuple[str, ...] = ()
    title: Promise | None = None
    #: Pages below the entry's own address belong to it too (a boleta, to the inbox).
    branch: bool = True
    #: How many things wait there for the person; shown beside the label when there are any.
    count: Callable[[AbstractBaseUser | AnonymousUser], int] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str
    icon: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    links: list[Link]


#: How long the menu's count of held records may be behind, in seconds.
COUNT_KEPT_S = 15


def held_for(user: AbstractBaseUser | AnonymousUser) -> int:
    """How many held records wait for the person; those that wait for another record join by themselves."""
    reserved = user.has_perm("casework.see_sensitive")  # type: ignore[union-attr]
    return held_count(int(time.monotonic() // COUNT_KEPT_S), reserved)


@lru_cache(maxsize=2)
def held_count(moment: int, reserved: bool) -> int:
    """As it stood at the ``moment`` in this process, with those of reserved categories or without."""
    held = InboxRecord.objects.amiss()
    return (held if reserved else held.not_reserved()).count()


#: Either of these lets a person see boletas, the office's or a department's.
SEE_BOLETAS: Final = ("casework.see_office", "casework.see_department")

MENU: Final[tuple[tuple[Promise | str, tuple[Entry, ...]], ...]] = (
    ("", (Entry("home", _("Inicio"), "house-door", branch=False),)),
    (
        _("Boletas"),
        (
            Entry("casework:inbox", _("Bandeja"), "inbox", SEE_BOLETAS),
            Entry("casework:repeats", _("Posibles repetidas"), "intersect", ("casework.join",)),
            Entry("casework:capture", _("Capturar"), "pencil-square", ("field.capture",)),
            Entry("validation:lists", _("Validación"), "telephone-outbound", ("validation.call",)),
            Entry("letters:register", _("Oficios"), "envelope-paper", ("letters.see",)),
            Entry("notifications:sent", _("Avisos"), "chat-left-text", ("notifications.see",)),
            Entry("reports:capacity", _("Capacidad de respuesta"), "speedometer2", ("reports.capacity",)),
        ),
    ),
    (
        _("Mapas"),
        (
            Entry(
                "casework:backlog-map",
                _("Rezago"),
                "hourglass-split",
                SEE_BOLETAS,
            ),
            Entry("reports:density-map", _("Densidad"), "hexagon-half", ("reports.density",)),
        ),
    ),
    (
        _("En campo"),
        (
            Entry("field:app", _("Aplicación de campo"), "tablet-landscape", ("field.capture",)),
            Entry("campaigns:tours", _("Recorridos"), "signpost-2", ("campaigns.see",)),
            Entry("campaigns:crews", _("Brigadas"), "people", ("campaigns.plan",)),
            Entry("field:tray", _("Por componer"), "bandaid", ("field.mend",), count=held_for),
            Entry("field:devices", _("Tabletas"), "tablet", ("field.enrol_device",)),
        ),
    ),
    (
        _("Reglas"),
        (
            Entry("casework:referral-rules", _("Canalización"), "signpost-split", ("casework.edit_rules",)),
            Entry("casework:calendar", _("Días inhábiles"), "calendar3", SEE_BOLETAS),
            Entry("privacy:requests", _("Derechos ARCO"), "person-lock", ("privacy.answer",)),
            Entry("privacy:looks", _("Quién consultó datos"), "eye", ("privacy.see_looks",)),
        ),
    ),
)


def menu_for(request: HttpRequest) -> list[Section]:
    """The sections of the menu for the person who asks, the current page marked."""
    sections = []
    links_of_page: list[tuple[Section, Entry, str]] = []
    for title, entries in MENU:
        section = Section(str(title), [])
        for entry in entries:
            href = _address(entry)
            if href and (not entry.verbs or any(request.user.has_perm(verb) for verb in entry.verbs)):
                links_of_page.append((section, entry, href))
        sections.append(section)
    current = _current(request.path, [(entry, href) for _section, entry, href in links_of_page])
    for section, entry, href in links_of_page:
        count = entry.count(request.user) if entry.count else 0
        section.links.append(Link(href, str(entry.label), entry.icon, href == current, count))
    return [section for section in sections if section.links]


def _address(entry: Entry) -> str | None:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return None


def _current(path: str, entries: list[tuple[Entry, str]]) -> str | None:
    """The address of the entry to which the path belongs: the longest that begins it."""
    fitting = [href for entry, href in entries if path == href or (entry.branch and path.startswith(href))]
    return max(fitting, key=len, default=None)
