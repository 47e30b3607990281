"""Where tours, visits and crews are found."""

from django.urls import path

from campaigns.views import crews, maps, progress, tours, visits

app_name = "campaigns"
urlpatterns = [
    path("recorridos/", tours.tour_list, name="tours"),
    path("recorridos/nuevo/", tours.plan_tour, name="plan-tour"),
    path("recorridos/lugares/", visits.find_places, name="find-places"),
    path("recorridos/brigadas/", crews.crew_list, name="crews"),
    path("recorridos/brigadas/nueva/", crews.form_crew, name="form-crew"),
    path("recorridos/brigadas/<int:crew_id>/", crews.edit_crew, name="edit-crew"),
    path("recorridos/visitas/<uuid:visit_id>/", visits.edit_visit, name="edit-visit"),
    path("recorridos/visitas/<uuid:visit_id>/cancelar/", visits.cancel_visit, name="cancel-visit"),
    path("recorridos/visitas/<uuid:visit_id>/recuperar/", visits.restore_visit, name="restore-visit"),
    path("recorridos/visitas/<uuid:visit_id>/cerrar/", visits.close_visit, name="close-visit"),
    path("recorridos/visitas/<uuid:visit_id>/reabrir/", visits.reopen_visit, name="reopen-visit"),
    path("recorridos/<uuid:tour_id>/", progress.tour, name="tour"),
    path("recorridos/<uuid:tour_id>/editar/", tours.edit_tour, name="edit-tour"),
    path("recorridos/<uuid:tour_id>/cancelar/", tours.cancel_tour, name="cancel-tour"),
    path("recorridos/<uuid:tour_id>/recuperar/", tours.restore_tour, name="restore-tour"),
    path("recorridos/<uuid:tour_id>/colonias/", visits.add_visit, name="add-visit"),
    path("recorridos/<uuid:tour_id>/mapa/lugares.json", maps.places, name="map-places"),
    path("recorridos/<uuid:tour_id>/mapa/puertas.json", maps.doors, name="map-doors"),
    path("recorridos/<uuid:tour_id>/mapa/puertas/<uuid:door_id>/", maps.door, name="map-door"),
]
