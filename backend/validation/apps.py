from django.apps import AppConfig


class ValidationConfig(AppConfig):
    name = "backend.validation"
    verbose_name = "Validación"
