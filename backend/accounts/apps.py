from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "backend.accounts"
    verbose_name = "Personas y roles"
