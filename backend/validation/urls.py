"""Addresses of the validation by telephone."""

from django.urls import path

from backend.validation.views import calls, lists, report

app_name = "validation"
urlpatterns = [
    path("validacion/", lists.lists, name="lists"),
    path("validacion/nueva/", lists.draw, name="draw"),
    path("validacion/guion/", lists.script, name="script"),
    path("validacion/informe/", report.report, name="report"),
    path("validacion/informe/tabla.xlsx", report.report_table, name="report-table"),
    path("validacion/<int:list_id>/", lists.one_list, name="list"),
    path("validacion/<int:list_id>/deshacer/", lists.undo, name="undo"),
    path("validacion/<int:list_id>/llamar/", calls.call_next, name="call-next"),
    path("validacion/<int:list_id>/llamar/<int:item_id>/", calls.call, name="call"),
    path("validacion/<int:list_id>/llamar/<int:item_id>/dejar/", calls.leave, name="leave"),
]
