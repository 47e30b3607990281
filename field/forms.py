"""What the office fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class EnrolmentForm(forms.Form):
    """Which tablet, and who will carry it: those who may capture."""

    name = forms.CharField(
        label=_("Nombre de la tableta"),
        max_length=80,
        help_text=_("El que lleva escrito, para reconocerla: por ejemplo «Tableta 12»."),
    )
    user = forms.ChoiceField(label=_("Quién la llevará"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = (
            get_user_model().objects.filter(is_active=True).order_by("first_name", "last_name", "username")
        )
        self.people: dict[str, AbstractUser] = {
            str(person.pk): person for person in people if person.has_perm("field.capture")
        }
        choices = [(key, str(person)) for key, person in self.people.items()]
        self.fields["user"].choices = [("", _("Elija a una persona")), *choices]  # type: ignore[attr-defined]

    @property
    def holder(self) -> AbstractUser:
        """Who was chosen, once the form is valid."""
        return self.people[self.cleaned_data["user"]]
