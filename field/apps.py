from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "field"
    verbose_name = "Campo"

    def ready(self) -> None:
        from field.signals import attachment_stored
        from field.sync.petitions import register_petitions
        from field.tasks import ask_for_thumbnail

        register_petitions()
        attachment_stored.connect(ask_for_thumbnail, dispatch_uid="field.thumbnail")
