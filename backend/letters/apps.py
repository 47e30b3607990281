from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LettersConfig(AppConfig):
    name = "backend.letters"
    verbose_name = "Oficios y papeles"

    def ready(self) -> None:
        from backend.casework import beginnings, obstacles, panels
        from backend.letters import receivers  # noqa: F401
        from backend.letters.capture import from_letter
        from backend.letters.defaults import furnish
        from backend.letters.panel import letters_panel, next_in_writing
        from backend.letters.persons import register_persons
        from backend.letters.selectors import waiting_to_be_asked

        post_migrate.connect(furnish, sender=self, dispatch_uid="letters.furnish")
        panels.register(letters_panel, position=30)
        panels.register(next_in_writing, position=30, place=panels.NEXT)
        beginnings.register("oficio", from_letter)
        obstacles.register("close", waiting_to_be_asked)
        register_persons()
