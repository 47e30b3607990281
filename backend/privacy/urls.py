"""Addresses of what the law of personal data asks of the office: who looked, ARCO requests, retention."""

from django.urls import URLPattern

app_name = "privacy"
urlpatterns: list[URLPattern] = []
