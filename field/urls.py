"""The addresses of what is handed in."""

from django.urls import path

from field.api.attachments import AttachmentView
from field.api.devices import EnrolView
from field.api.pack import PackView
from field.api.sync import SyncView

app_name = "field"
urlpatterns = [
    path("api/v1/devices/enrol", EnrolView.as_view(), name="enrol"),
    path("api/v1/attachments/<str:sha256>", AttachmentView.as_view(), name="attachment"),
    path("api/v1/pack", PackView.as_view(), name="pack"),
    path("api/v1/sync", SyncView.as_view(), name="sync"),
]
