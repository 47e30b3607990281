"""Addresses of what goes out and comes in on paper: boletas, acknowledgements, oficios and their register."""

from django.urls import path

from backend.letters.views import drafts, incoming, letter, office, papers, register

app_name = "letters"
urlpatterns = [
    path("oficios/", register.register, name="register"),
    path("oficios/registro.xlsx", register.export, name="export"),
    path("oficios/nuevo/", drafts.new, name="new"),
    path("oficios/recibidos/nuevo/", incoming.receive, name="receive"),
    path("oficios/plantillas/", office.templates, name="templates"),
    path("oficios/plantillas/nueva/", office.template, name="template-new"),
    path("oficios/plantillas/prueba/", office.try_template, name="template-try"),
    path("oficios/plantillas/<int:pk>/", office.template, name="template"),
    path("oficios/membrete/", office.letterhead, name="letterhead"),
    path("oficios/membrete/escudo/", office.emblem, name="emblem"),
    path("oficios/series/nueva/", office.series, name="series-new"),
    path("oficios/series/<int:pk>/", office.series, name="series"),
    path("oficios/<int:pk>/", letter.letter, name="letter"),
    path("oficios/<int:pk>/editar/", drafts.edit, name="edit"),
    path("oficios/<int:pk>/vista/", drafts.preview, name="preview"),
    path("oficios/<int:pk>/descartar/", drafts.discard, name="discard"),
    path("oficios/<int:pk>/expedir/", letter.issue, name="issue"),
    path("oficios/<int:pk>/entrega/", letter.deliver, name="deliver"),
    path("oficios/<int:pk>/cancelar/", letter.cancel, name="cancel"),
    path("oficios/<int:pk>/oficio.pdf", letter.pdf, name="pdf"),
    path("oficios/<int:pk>/escaneo/", letter.scan, name="scan"),
    path("oficios/<int:pk>/contestar/", incoming.answer, name="answer"),
    path("oficios/<int:pk>/ligar/", incoming.link, name="link"),
    path("oficios/<int:pk>/capturar/", incoming.capture, name="capture"),
    path("boletas/<str:folio>/boleta.pdf", papers.boleta, name="boleta-pdf"),
    path("boletas/<str:folio>/acuse.pdf", papers.receipt, name="receipt-pdf"),
]
