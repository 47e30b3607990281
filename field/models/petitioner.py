"""Personal data, in a table of its own that no public page ever joins."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from field.telephones import phone_end


class Petitioner(models.Model):
    """Who asked, as they gave it at one petition, with their consent.

    ``notice`` is the version of the privacy notice shown; ``phone_digits`` is for look-up, by
    ``field.telephones``.
    """

    petition = models.OneToOneField(
        "field.Petition", models.CASCADE, primary_key=True, related_name="petitioner"
    )
    name = models.CharField(_("nombre"), max_length=200, blank=True)
    phone = models.CharField(_("teléfono"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=20, blank=True, editable=False)
    email = models.CharField(_("correo"), max_length=254, blank=True)
    consent = models.BooleanField(_("consentimiento"))
    consented_at = models.DateTimeField(null=True)
    #: Objection (ARCO): nobody writes to this person nor calls to validate.
    objects_to_contact = models.BooleanField(_("pidió que no se le contacte"), default=False)
    #: The law had who asked erased: nobody is written here again.
    erased_at = models.DateTimeField(null=True, editable=False)
    notice = models.CharField(_("aviso de privacidad"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("peticionario")
        verbose_name_plural = _("peticionarios")
        indexes = [
            models.Index(phone_end(), name="petitioner_phone_end"),
            models.Index(Upper("email"), name="petitioner_email", condition=~models.Q(email="")),
        ]
