"""Addresses of what the law of personal data asks of the office: who looked, ARCO requests, retention."""

from django.urls import path

from backend.privacy.views import looks

app_name = "privacy"
urlpatterns = [
    path("privacidad/consultas/", looks.looks, name="looks"),
]
