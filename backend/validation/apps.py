from django.apps import AppConfig


class ValidationConfig(AppConfig):
    name = "backend.validation"
    verbose_name = "Validación"

    def ready(self) -> None:
        from backend.validation import receivers  # noqa: F401
        from backend.validation.persons import register_persons

        register_persons()
