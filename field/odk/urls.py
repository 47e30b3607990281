"""The addresses under a tablet's key; names are ``field:odk-…``."""

from django.urls import path

from field.odk import views
from field.odk.xform import VISITS_FILE

urlpatterns = [
    path("formList", views.form_list, name="odk-form-list"),
    path("forms/<str:form_id>.xml", views.form, name="odk-form"),
    path("forms/<str:form_id>/manifest", views.manifest, name="odk-manifest"),
    path(f"forms/<str:form_id>/{VISITS_FILE}", views.visits, name="odk-visits"),
    path("submission", views.submission, name="odk-submission"),
]
