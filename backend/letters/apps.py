from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "backend.letters"
    verbose_name = "Oficios y papeles"
