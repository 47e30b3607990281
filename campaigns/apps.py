from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = "Recorridos"

    def ready(self) -> None:
        from campaigns import pack, sync, undoing
        from campaigns.persons import register_persons
        from field.signals import pack_requested, visits_requested
        from field.sync.kinds import register

        register(
            "encounter",
            file=sync.file_encounters,
            receipts=sync.encounter_receipts,
            order=sync.ORDER,
            label=sync.LABEL,
            fields=sync.FIELDS,
        )
        register(
            "encounter_undo",
            file=undoing.file_undos,
            receipts=undoing.undo_receipts,
            order=undoing.ORDER,
            label=undoing.LABEL,
            fields=undoing.FIELDS,
        )
        register_persons()
        pack_requested.connect(pack.add_visits, dispatch_uid="campaigns.pack")
        visits_requested.connect(pack.tell_visits, dispatch_uid="campaigns.visits")
