from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "backend.notifications"
    verbose_name = "Avisos al ciudadano"
