"""What people fill in: an event's text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.notifications.services.deciding import BODY_MAX_LENGTH, SUBJECT_MAX_LENGTH
from backend.notifications.vocabulary import Way


class TemplateForm(forms.Form):
    """An event's text by one way; only an e-mail has a subject."""

    subject = forms.CharField(label=_("Asunto"), max_length=SUBJECT_MAX_LENGTH)
    body = forms.CharField(label=_("Texto"), widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, way: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs["maxlength"] = BODY_MAX_LENGTH[Way(way)]
        if way != Way.EMAIL:
            del self.fields["subject"]
            self.fields["body"].widget.attrs["rows"] = 5
