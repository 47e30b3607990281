"""The addresses of work lists, in ``casework``'s own name space."""

from django.urls import path

from backend.casework.worklists import exports, views

urlpatterns = [
    path("mapas/rezago/listas/", views.index, name="work-lists"),
    path("mapas/rezago/listas/nueva/", views.make, name="work-list-new"),
    path("mapas/rezago/listas/<int:pk>/", views.page, name="work-list"),
    path("mapas/rezago/listas/<int:pk>/avance/", views.progress, name="work-list-progress"),
    path("mapas/rezago/listas/<int:pk>/puntos/", views.points, name="work-list-points"),
    path("mapas/rezago/listas/<int:pk>/orden/", views.order, name="work-list-order"),
    path("mapas/rezago/listas/<int:pk>/salida/", views.start, name="work-list-start"),
    path("mapas/rezago/listas/<int:pk>/nombre/", views.name, name="work-list-name"),
    path("mapas/rezago/listas/<int:pk>/guardar/", views.away, name="work-list-away"),
    path("mapas/rezago/listas/<int:pk>/lista.xlsx", exports.spreadsheet, name="work-list-xlsx"),
    path("mapas/rezago/listas/<int:pk>/lista.gpx", exports.track, name="work-list-gpx"),
    path("mapas/rezago/listas/<int:pk>/hoja/", exports.paper, name="work-list-paper"),
]
