"""Sign-in and change of password, in the frame's words."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """One answer for a wrong name, a wrong password and a closed account."""

    error_messages = {
        "invalid_login": _("El usuario o la contraseña no son correctos. Revise mayúsculas y minúsculas."),
        "inactive": _("El usuario o la contraseña no son correctos. Revise mayúsculas y minúsculas."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Usuario")
        self.fields["username"].widget.attrs |= {"spellcheck": "false"}


class NewPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Contraseña actual")
        self.fields["new_password1"].label = _("Contraseña nueva")
        self.fields["new_password1"].help_text = _(
            "Al menos 8 caracteres. No vale su nombre, ni sólo números, ni una clave de las más comunes."
        )
        self.fields["new_password2"].label = _("Contraseña nueva, otra vez")
        self.fields["new_password2"].help_text = ""
