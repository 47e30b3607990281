"""Wiring of the program."""

from backend.config.celery import app as celery_app

__all__ = ["celery_app"]
