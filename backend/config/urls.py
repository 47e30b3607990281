"""Every address of the program."""

from django.urls import URLPattern, URLResolver, include, path

from backend.reports.home import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("field.urls")),  # the tablets' first: they call oftenest, and each line above them costs
    path("", include("backend.accounts.urls")),
    path("", include("backend.public.urls")),
    path("", home, name="home"),
    path("", include("backend.validation.urls")),
    path("", include("backend.notifications.urls")),
    path("", include("backend.letters.urls")),
    path("", include("backend.privacy.urls")),
    path("", include("backend.casework.urls")),
    path("", include("campaigns.urls")),
    path("", include("backend.reports.urls")),
    path("", include("geo.urls")),
    path("", include("geo.maps.ground")),
]

handler400 = "backend.accounts.errors.bad_request"
handler403 = "backend.accounts.errors.forbidden"
handler404 = "backend.accounts.errors.not_found"
handler500 = "backend.accounts.errors.server_error"
