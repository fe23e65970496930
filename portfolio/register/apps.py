from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "portfolio.register"
