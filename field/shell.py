"""The shell of the tablet's app: one page and its manifest, the same for everybody and fit to be kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The page that a service worker keeps: it asks for no session and carries no nonce."""
    response = render(request, "campo/app.html")
    response["Cache-Control"] = "no-cache"
    # The camera and the place are asked for here and nowhere else.
    response["Permissions-Policy"] = "camera=(self), geolocation=(self)"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What Android asks before it installs the app on the home screen."""
    icons: list[dict[str, str]] = [
        {"src": static(f"campo/icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    maskable = {
        "src": static("campo/icons/maskable-512.png"),
        "sizes": "512x512",
        "type": "image/png",
        "purpose": "maskable",
    }
    start = reverse("field:app")
    about: dict[str, Any] = {
        "id": start,
        "start_url": start,
        "scope": start,
        "name": _("Aldaba en campo"),
        "short_name": "Aldaba",
        "description": _("Peticiones puerta por puerta, con o sin señal."),
        "lang": "es-MX",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#fbf8f3",
        "theme_color": "#2a1d14",
        "icons": [*icons, maskable],
    }
    response = JsonResponse(about, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response
