"""The addresses of the office's work with petitions."""

from django.urls import path

from backend.casework import maps
from backend.casework.api import PetitionsView, PetitionView
from backend.casework.views import boleta, bulk, capture, correct, echoes, inbox, repeats, saved, scheduling
from backend.casework.views.calendar import calendar
from backend.casework.views.rules import referral_rules
from backend.casework.worklists.urls import urlpatterns as work_lists

app_name = "casework"
urlpatterns = [
    *maps.urlpatterns,
    *work_lists,
    path("boletas/", inbox.inbox, name="inbox"),
    path("boletas/conteos/", inbox.counts, name="inbox-counts"),
    path("boletas/nueva/", capture.capture, name="capture"),
    path("boletas/nueva/preguntas/", capture.questions, name="capture-questions"),
    path("boletas/nueva/plazo/", capture.promise, name="capture-promise"),
    path("boletas/nueva/parecidas/", echoes.similar, name="capture-similar"),
    path("boletas/repetidas/", repeats.repeats, name="repeats"),
    path("boletas/repetidas/decidir/", repeats.decide, name="repeats-decide"),
    path("boletas/dias-inhabiles/", calendar, name="calendar"),
    path("boletas/reglas/", referral_rules, name="referral-rules"),
    path("boletas/cuantas/", bulk.count_view, name="inbox-whole"),
    path("boletas/varias/", bulk.choose, name="bulk-choose"),
    path("boletas/varias/<uuid:bulk_id>/", bulk.prepare, name="bulk"),
    path("boletas/varias/<uuid:bulk_id>/previa/", bulk.preview, name="bulk-preview"),
    path("boletas/varias/<uuid:bulk_id>/dia/", scheduling.of_many, name="bulk-day"),
    path("boletas/varias/<uuid:bulk_id>/hacer/", bulk.make, name="bulk-make"),
    path("boletas/varias/<uuid:bulk_id>/resultado/", bulk.result, name="bulk-result"),
    path("boletas/varias/<uuid:bulk_id>/resultado.xlsx", bulk.sheet, name="bulk-sheet"),
    path("boletas/varias/<uuid:bulk_id>/resultado.csv", bulk.result_text, name="bulk-csv"),
    path("boletas/vistas/", saved.views, name="saved-views"),
    path("boletas/vistas/guardar/", saved.save, name="save-view"),
    path("boletas/vistas/<int:view_id>/", saved.change, name="change-view"),
    path("boletas/vistas/<int:view_id>/borrar/", saved.delete, name="delete-view"),
    path("boletas/vistas/<int:view_id>/recuperar/", saved.restore, name="restore-view"),
    path("boletas/<str:folio>/", boleta.boleta, name="boleta"),
    path("boletas/<str:folio>/acuse/", capture.receipt, name="receipt"),
    path("boletas/<str:folio>/corregir/", correct.correct, name="boleta-correct"),
    path("boletas/<str:folio>/corregir/preguntas/", correct.questions, name="boleta-correct-questions"),
    path("boletas/<str:folio>/dia/", scheduling.of_boleta, name="boleta-day"),
    path("boletas/<str:folio>/mover/", boleta.make_move, name="boleta-move"),
    path("boletas/<str:folio>/abierta/", boleta.report_opened, name="boleta-opened"),
    path("boletas/<str:folio>/juntar/", echoes.join, name="boleta-join"),
    path("boletas/<str:folio>/separar/", echoes.split, name="boleta-split"),
    path("boletas/<str:folio>/punto/", boleta.point, name="boleta-point"),
    path("boletas/<str:folio>/archivos/<str:sha256>/", boleta.attachment, name="boleta-attachment"),
    path("api/v1/petitions/", PetitionsView.as_view(), name="api-petitions"),
    path("api/v1/petitions/<str:key>/", PetitionView.as_view(), name="api-petition"),
]
