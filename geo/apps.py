from celery.signals import task_postrun, task_prerun
from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class GeoConfig(AppConfig):
    name = "geo"
    verbose_name = "Territorio"

    def ready(self) -> None:
        from geo import clock
        from geo.models import Municipality

        for signal in (post_save, post_delete):
            signal.connect(clock.on_municipality_changed, sender=Municipality)
        # What the middleware does for requests, for the worker's tasks.
        task_prerun.connect(clock.on_task_begun)
        task_postrun.connect(clock.on_task_done)
