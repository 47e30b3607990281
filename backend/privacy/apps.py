from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "backend.privacy"
    verbose_name = "Datos personales"
