"""How often one caller may try a thing, counted in the cache."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most ``limit`` tries in each fixed window of ``seconds``, for each name under ``scope``.

    When the cache is away the try is let through: a throttle must not shut the office's door.
    """

    scope: str
    limit: int
    seconds: int

    def is_spent(self, name: str) -> bool:
        """Whether the name has used up its tries, without counting one."""
        try:
            return int(cache.get(self._key(name)) or 0) >= self.limit
        except RedisError:
            log.warning("cache away: throttle %s not applied", self.scope)
            return False

    def count(self, name: str) -> bool:
        """Count one try; whether it was still within the limit."""
        key = self._key(name)
        try:
            cache.add(key, 0, self.seconds)
            return cache.incr(key) <= self.limit
        except ValueError:  # the window ended between the two
            return True
        except RedisError:
            log.warning("cache away: throttle %s not applied", self.scope)
            return True

    def wait_s(self) -> int:
        """Seconds until the next window."""
        return self.seconds - int(time.time()) % self.seconds

    def _key(self, name: str) -> str:
        digest = sha256(name.encode()).hexdigest()[:32]
        return f"throttle:{self.scope}:{int(time.time()) // self.seconds}:{digest}"
