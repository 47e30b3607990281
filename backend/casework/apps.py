from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "backend.casework"
    verbose_name = "Atención"

    def ready(self) -> None:
        from backend.casework import panels, receivers  # noqa: F401
        from backend.casework.persons import register_persons
        from backend.casework.views.echoes import echoes_panel

        panels.register(echoes_panel, position=0)
        register_persons()
