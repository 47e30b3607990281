"""The territory's addresses, and the API's own description."""

from django.urls import path

from geo.api import DocsView, LocateView, PlacesView, PlaceView, SchemaView

app_name = "geo"
urlpatterns = [
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(), name="docs"),
    path("api/v1/places/", PlacesView.as_view(), name="places"),
    path("api/v1/places/locate", LocateView.as_view(), name="locate"),
    path("api/v1/places/<str:code>/", PlaceView.as_view(), name="place"),
]
