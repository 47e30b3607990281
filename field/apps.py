from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "field"
    verbose_name = "Campo"

    def ready(self) -> None:
        from field.sync.petitions import register_petitions

        register_petitions()
