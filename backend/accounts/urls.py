"""The door's addresses."""

from django.urls import path

from backend.accounts import views

app_name = "accounts"
urlpatterns = [
    path("entrar/", views.SignIn.as_view(), name="sign-in"),
    path("salir/", views.SignOut.as_view(), name="sign-out"),
    path("contrasena/", views.ChangePassword.as_view(), name="password"),
]
