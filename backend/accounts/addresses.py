"""The caller's address, as far as our own proxies can be believed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address from which the caller reached the outermost proxy of ours.

    ``TRUSTED_PROXIES`` says how many stand before the program. Each appends to X-Forwarded-For
    the address it saw; what lies further left was written by the caller and is not believed.
    """
    proxies: int = settings.TRUSTED_PROXIES
    header: str = request.headers.get("X-Forwarded-For", "")
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    if proxies and forwarded:
        return forwarded[-min(proxies, len(forwarded))]
    return str(request.META.get("REMOTE_ADDR", ""))
