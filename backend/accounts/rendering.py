"""How forms are drawn: Django's own form API over the frame's templates, no classes in widgets."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FrameRenderer(TemplatesSetting):
    """Forms and fields from ``backend/templates/forms``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
