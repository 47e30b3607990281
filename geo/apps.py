from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class GeoConfig(AppConfig):
    name = "geo"
    verbose_name = "Territorio"

    def ready(self) -> None:
        from geo.clock import forget_zone
        from geo.models import Municipality

        def forget(**_signal: object) -> None:
            forget_zone()

        for signal in (post_save, post_delete):
            signal.connect(forget, sender=Municipality, weak=False, dispatch_uid=f"forget-zone-{id(signal)}")
