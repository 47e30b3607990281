from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "backend.casework"
    verbose_name = "Atención"

    def ready(self) -> None:
        from backend.casework import receivers  # noqa: F401
