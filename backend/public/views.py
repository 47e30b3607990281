"""The public's pages: no sign-in, no session, no person's data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def start(request: HttpRequest) -> HttpResponse:
    """What this is, and the folio look-up."""
    return render(request, "public/start.html")


def folio(request: HttpRequest) -> HttpResponse:
    """Where a petition stands, by its folio."""
    return render(request, "public/folio.html")
