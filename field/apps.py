from contextlib import suppress

from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "field"
    verbose_name = "Campo"

    def ready(self) -> None:
        from field import checks  # noqa: F401  registers itself
        from field.odk.filing import register_submissions
        from field.services.persons import register_persons
        from field.services.scratch import scratch_folder
        from field.signals import attachment_stored
        from field.sync.attachments import register_attachments
        from field.sync.petitions import register_petitions
        from field.tasks import ask_for_thumbnail

        register_petitions()
        register_persons()
        register_attachments()
        register_submissions()
        attachment_stored.connect(ask_for_thumbnail, dispatch_uid="field.thumbnail")
        # Django sets uploads down there; where it cannot be made, its own check says so.
        with suppress(OSError):
            scratch_folder()
