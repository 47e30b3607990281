"""The addresses of the office's work with petitions."""

from django.urls import path

from backend.casework.api import PetitionsView, PetitionView

app_name = "casework"
urlpatterns = [
    path("api/v1/petitions/", PetitionsView.as_view(), name="api-petitions"),
    path("api/v1/petitions/<str:key>/", PetitionView.as_view(), name="api-petition"),
]
