from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "backend.casework"
    verbose_name = "Atención"

    def ready(self) -> None:
        from backend.casework import panels, receivers  # noqa: F401
        from backend.casework.persons import register_persons
        from backend.casework.views.echoes import alike_after_words, alike_panel, split_panel, voices_panel

        panels.register(alike_after_words, position=0, place=panels.WORDS)
        panels.register(split_panel, position=0, place=panels.NEXT)
        panels.register(voices_panel, position=0)
        panels.register(alike_panel, position=1)
        register_persons()
