from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "backend.notifications"
    verbose_name = "Avisos al ciudadano"

    def ready(self) -> None:
        from backend.casework import panels
        from backend.notifications import receivers  # noqa: F401
        from backend.notifications.panel import messages_panel
        from backend.notifications.persons import register_persons

        panels.register(messages_panel, position=40)
        register_persons()
