"""Addresses of what the citizen hears of a boleta, by e-mail, SMS or WhatsApp."""

from django.urls import URLPattern

app_name = "notifications"
urlpatterns: list[URLPattern] = []
