"""Addresses of what the office asks citizens by phone: was it really resolved?."""

from django.urls import URLPattern

app_name = "validation"
urlpatterns: list[URLPattern] = []
