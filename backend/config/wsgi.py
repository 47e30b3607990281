"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from backend.config.bodies import whole_forms

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
application = whole_forms(get_wsgi_application())
