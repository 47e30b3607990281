"""Addresses of what the law of personal data asks of the office: who looked, ARCO requests, retention."""

from django.urls import path

from backend.privacy.views import blocked, completing, fulfilment, looks, requests, retention

app_name = "privacy"
urlpatterns = [
    path("privacidad/", requests.request_list, name="requests"),
    path("privacidad/consultas/", looks.looks, name="looks"),
    path("privacidad/conservacion/", retention.retention, name="retention"),
    path("privacidad/bloqueados/", blocked.blocked, name="blocked"),
    path("privacidad/bloqueados/<int:pk>/", blocked.one, name="blocked-one"),
    path("privacidad/nueva/", requests.register, name="register"),
    path("privacidad/<int:pk>/", requests.detail, name="request"),
    path("privacidad/<int:pk>/acuse/", requests.receipt, name="receipt"),
    path("privacidad/<int:pk>/buscar/", requests.find, name="find"),
    path("privacidad/<int:pk>/quitar/<int:subject>/", requests.untick, name="untick"),
    path("privacidad/<int:pk>/completar/", completing.ask_to_complete, name="ask-to-complete"),
    path("privacidad/<int:pk>/completada/", completing.completed, name="completed"),
    path("privacidad/<int:pk>/no-presentada/", completing.drop, name="drop"),
    path("privacidad/<int:pk>/cotejar/", requests.check, name="check"),
    path("privacidad/<int:pk>/ampliar/", requests.extend, name="extend"),
    path("privacidad/<int:pk>/responder/", requests.resolve, name="resolve"),
    path("privacidad/<int:pk>/datos.zip", fulfilment.export, name="export"),
    path("privacidad/<int:pk>/corregir/<int:subject>/", fulfilment.rectify, name="rectify"),
    path("privacidad/<int:pk>/suprimir/", fulfilment.erase, name="erase"),
    path("privacidad/<int:pk>/oposicion/", fulfilment.object_to_contact, name="object"),
    path("privacidad/<int:pk>/hecha/", fulfilment.done, name="done"),
]
