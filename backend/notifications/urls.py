"""Addresses of the messages to citizens."""

from django.urls import path

from backend.notifications.views import public, sent, templates

app_name = "notifications"
urlpatterns = [
    path("avisos/", sent.sent, name="sent"),
    path("avisos/decidir/", sent.decide, name="decide"),
    path("avisos/textos/", templates.texts, name="texts"),
    path("avisos/textos/<str:event>/modo/", templates.set_mode, name="mode"),
    path("avisos/textos/<str:event>/prueba/", templates.try_out, name="try-out"),
    path("avisos/textos/<str:event>/<str:way>/", templates.text, name="text"),
    path("avisos/<int:message_id>/", sent.one, name="message"),
    path("avisos/boletas/<str:folio>/", sent.hear, name="hear"),
    path("publico/avisos/baja/<str:token>/", public.leave, name="opt-out"),
]
