from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "backend.privacy"
    verbose_name = "Datos personales"

    def ready(self) -> None:
        from backend.privacy import receivers  # noqa: F401
