"""What anyone may see."""

from django.urls import path

from backend.public import views

app_name = "public"
urlpatterns = [
    path("favicon.ico", views.icon, name="icon"),
    path("publico/", views.start, name="start"),
    path("publico/folio/", views.folio, name="folio"),
]
