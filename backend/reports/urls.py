"""Addresses of the reports."""

from django.urls import path

from backend.reports import views
from backend.reports.capacity import views as capacity

app_name = "reports"
urlpatterns = [
    path("mapas/densidad/", views.density_page, name="density-map"),
    path("mapas/densidad/datos/", views.density_data, name="density-data"),
    path("mapas/densidad/celdas/", views.density_cells, name="density-cells"),
    path("mapas/densidad/lugares/<int:place>/", views.density_place, name="density-place"),
    path("mapas/densidad/celdas/<str:cell>/", views.density_cell, name="density-cell"),
    path("mapas/densidad/tabla.csv", views.density_table, name="density-table"),
    path("informes/capacidad/", capacity.capacity_page, name="capacity"),
    path("informes/capacidad/tabla.xlsx", capacity.capacity_table, name="capacity-table"),
    path("informes/capacidad/boletas/", capacity.capacity_list, name="capacity-list"),
    path("informes/capacidad/boletas.xlsx", capacity.capacity_list_table, name="capacity-list-table"),
]
