"""The first page: what waits for this person today."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The home that fits the role."""
    return render(request, "reports/home.html", {"figures": [], "ways": []})
