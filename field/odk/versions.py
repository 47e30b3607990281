"""A form's version: the digest of its content, signed, so that one never given out is told from an old one.

Tablets keep an old form for weeks and what they filled in with it is taken. Nothing has to be
remembered for that: each answer says in its name what was asked.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "field.odk.version"


def version_of(content: str) -> str:
    """The version of a form's content: the same text for the same content, anywhere."""
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    return f"{digest}-{_mark(digest, settings.SECRET_KEY)}"


def was_given_out(version: str) -> bool:
    """Whether ``version`` is of a form of ours, present or past."""
    digest, _dash, mark = version.partition("-")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(mark, _mark(digest, key)) for key in keys)


def _mark(digest: str, key: str) -> str:
    return salted_hmac(_SALT, digest, secret=key, algorithm="sha256").hexdigest()[:12]
