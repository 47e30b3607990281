"""Addresses of what goes out and comes in on paper: boletas, acknowledgements, oficios and their register."""

from django.urls import URLPattern

app_name = "letters"
urlpatterns: list[URLPattern] = []
