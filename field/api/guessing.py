"""Slowing down those who guess codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from geo.problems import Unavailable

WINDOW_S = 900
#: Wrong codes in a window: from one address (an office's tablets often share one), and in all.
MOST_FROM_ONE = 20
MOST_IN_ALL = 250


@contextmanager
def guesses_are_counted(request: Request, *, what: str) -> Iterator[None]:
    """Refuse with 429 whoever has been wrong too often of late; a right answer costs nothing.

    An attempt is counted before it is looked at, so that a thousand at once are not all let through.
    Without the cache there is no counting, and so no trying: Unavailable (503).
    """
    caller = BaseThrottle().get_ident(request)
    limits = {f"guess:{what}:all": MOST_IN_ALL, f"guess:{what}:{caller}": MOST_FROM_ONE}
    try:
        if any(_count(key) > most for key, most in limits.items()):
            raise Throttled(wait=WINDOW_S)
    except RedisError as error:
        raise Unavailable(_("Por ahora no se pueden revisar códigos. Intente en un minuto.")) from error
    yield
    _forgive(list(limits))


def _count(key: str) -> int:
    cache.add(key, 0, timeout=WINDOW_S)
    try:
        return cache.incr(key)
    except ValueError:  # its window closed between the two calls
        cache.set(key, 1, timeout=WINDOW_S)
        return 1


def _forgive(keys: list[str]) -> None:
    for key in keys:
        try:
            cache.decr(key)
        except (ValueError, RedisError):  # nothing to take back, or nobody to tell: it expires by itself
            return
