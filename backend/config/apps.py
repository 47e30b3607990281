"""Makes the wiring's system checks known to Django."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """No models: only ``backend.config.checks``."""

    name = "backend.config"
    label = "config"

    def ready(self) -> None:
        """Registers the checks."""
        from backend.config import checks  # noqa: F401
