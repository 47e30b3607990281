"""The addresses of what is handed in."""

from django.urls import include, path

from field import basemap, shell, views
from field.api.attachments import AttachmentView
from field.api.devices import EnrolView
from field.api.pack import PackView
from field.api.sync import SyncView
from field.offline import service_worker
from field.tray import views as tray

app_name = "field"
urlpatterns = [
    path("campo/", shell.app, name="app"),
    path("campo/manifest.webmanifest", shell.manifest, name="app-manifest"),
    path("campo/mapa/<slug:version>.json", basemap.basemap_parts, name="basemap-parts"),
    path("campo/mapa/<slug:version>.pmtiles", basemap.basemap_file, name="basemap"),
    path("campo/sw.js", service_worker, name="service-worker"),
    path("tabletas/", views.devices, name="devices"),
    path("tabletas/nueva/", views.enrol, name="enrol-page"),
    path("tabletas/<uuid:device_id>/baja/", views.revoke, name="revoke"),
    path("tabletas/<uuid:device_id>/codigo/", views.enrol_again, name="enrol-again"),
    path("tabletas/altas/<int:enrolment_id>/anular/", views.cancel, name="cancel"),
    path("bandeja/", tray.tray, name="tray"),
    path("bandeja/<int:pk>/", tray.RecordView.as_view(), name="tray-record"),
    path("bandeja/<int:pk>/agregar/", tray.join, name="tray-join"),
    path("bandeja/<int:pk>/dejar/", tray.keep, name="tray-keep"),
    path("bandeja/<int:pk>/apartar/", tray.put_aside, name="tray-set-aside"),
    path("bandeja/<int:pk>/devolver/", tray.put_back, name="tray-take-back"),
    path("bandeja/<int:pk>/fotos/<str:sha256>/", tray.photo, name="tray-photo"),
    path("api/v1/devices/enrol", EnrolView.as_view(), name="enrol"),
    path("api/v1/attachments/<str:sha256>", AttachmentView.as_view(), name="attachment"),
    path("api/v1/pack", PackView.as_view(), name="pack"),
    path("api/v1/sync", SyncView.as_view(), name="sync"),
    path("odk/key/<str:key>/", include("field.odk.urls")),
]
