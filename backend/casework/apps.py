from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "backend.casework"
    verbose_name = "Atención"
