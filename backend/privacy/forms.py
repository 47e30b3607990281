"""The forms of this room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.letters.models import Letter
from backend.privacy.finding import Sought
from backend.privacy.models import ArcoRequest, RetentionRule
from field.folio import FolioError, parse_folio
from field.models import Petition
from geo.clock import local_today


class DayInput(forms.DateInput):
    """A browser's own calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class BoletaField(forms.CharField):
    """A folio however typed; cleans to the petition."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            petition = Petition.objects.filter(folio=parse_folio(text)).first()
        except FolioError as error:
            raise ValidationError(error.detail) from error
        if petition is None:
            raise ValidationError(_("No hay una boleta con ese folio."))
        return petition


class LetterField(forms.CharField):
    """A letter's number; cleans to the letter."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        letter = Letter.objects.filter(number__iexact=text).first()
        if letter is None:
            raise ValidationError(_("No hay un oficio con ese número."))
        return letter


class LookFilters(forms.Form):
    """Whose looks, at what, and when."""

    use_required_attribute = False

    person = forms.ModelChoiceField(
        User.objects.order_by("first_name", "last_name", "username"),
        label=_("Quién consultó"),
        required=False,
        empty_label=_("Cualquier persona"),
    )
    folio = BoletaField(label=_("Boleta"), required=False, max_length=40)
    letter = LetterField(label=_("Oficio sin boleta"), required=False, max_length=60)
    day = forms.DateField(label=_("Día"), required=False, widget=DayInput())

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day and not 2000 <= day.year < 3000:
            raise ValidationError(_("Ese día no es de aquí. Elija uno del calendario."))
        return day


class RequestForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the law asks a request to say."""

    class Meta:
        model = ArcoRequest
        fields = (
            *("right", "holder", "representative", "identity_shown", "contact", "means"),
            *("received_on", "asked"),
        )
        widgets = {
            "received_on": DayInput(),
            "asked": forms.Textarea(attrs={"rows": 4}),
            "right": forms.RadioSelect,
        }
        help_texts = {
            "identity_shown": _(
                "Por ejemplo: INE vigente, pasaporte, cédula; o carta poder con dos testigos."
            ),
            "contact": _("Correo, teléfono o domicilio que la persona da para esto."),
            "asked": _(
                "Acceso: en qué forma quiere recibirlos. Rectificación: cuál dato y cómo debe decir. "
                "Cancelación: por qué. Oposición: qué daño le causa o para qué ya no los quiere en uso."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["right"].choices = ArcoRequest.Right.choices  # type: ignore[attr-defined]
        means = [("", _("Elija")), *ArcoRequest.Means.choices]
        self.fields["means"].choices = means  # type: ignore[attr-defined]

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > local_today():
            raise ValidationError(_("La fecha en que se recibió no puede ser futura."))
        if day < local_today() - timedelta(days=366):
            raise ValidationError(_("Esa fecha es de hace más de un año; revísela."))
        return day


class FindForm(forms.Form):
    """What is known of the person; each that is given brings its own candidates."""

    use_required_attribute = False

    name = forms.CharField(label=_("Nombre"), required=False, max_length=200)
    phone = forms.CharField(label=_("Teléfono"), required=False, max_length=40)
    email = forms.CharField(label=_("Correo"), required=False, max_length=254)
    folio = forms.CharField(label=_("Folio"), required=False, max_length=40)

    def sought(self) -> Sought:
        """Empty where the form is not valid."""
        return Sought(**self.cleaned_data) if self.is_valid() else Sought()


class ResolveForm(forms.Form):
    """The answer."""

    outcome = forms.ChoiceField(
        label=_("Respuesta"), choices=ArcoRequest.Outcome.choices, widget=forms.RadioSelect
    )
    cause = forms.ChoiceField(
        label=_("Si no procede, por qué (artículo 49)"),
        choices=[("", _("Elija la causa")), *ArcoRequest.Cause.choices],
        help_text=_(
            "Toda negativa, también que no se tienen los datos, la confirma el Comité de Transparencia."
        ),
        required=False,
    )
    letter = forms.CharField(
        label=_("Texto de la respuesta"),
        help_text=_(
            "Respóndale por el mismo medio por el que llegó. Dígale que puede interponer recurso de revisión "
            "en los quince días hábiles siguientes."
        ),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ExtendForm(forms.Form):
    """Ten days more, and why."""

    reason = forms.CharField(
        label=_("Por qué hace falta más tiempo"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CompleteForm(forms.Form):
    """What a request lacks."""

    missing = forms.CharField(
        label=_("Qué le falta"),
        help_text=_("La persona tiene diez días hábiles para completarla."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CompletedForm(forms.Form):
    """When the person completed it."""

    on = forms.DateField(label=_("Qué día la completó"), widget=DayInput())


class CheckForm(forms.Form):
    """A name, to tell whether it is the one that was erased."""

    name = forms.CharField(label=_("Nombre completo"), max_length=200)


class RectifyForm(forms.Form):
    """What the boleta says of the person, to be corrected."""

    name = forms.CharField(label=_("Nombre"), required=False, max_length=200)
    phone = forms.CharField(label=_("Teléfono"), required=False, max_length=40)
    email = forms.EmailField(label=_("Correo"), required=False, max_length=254)
    address = forms.CharField(label=_("Dirección"), required=False, max_length=300)
    reference = forms.CharField(label=_("Referencia"), required=False, max_length=300)


class RuleForm(forms.Form):
    """After how many months one kind of data goes."""

    kind = forms.ChoiceField(choices=RetentionRule.Kind.choices, widget=forms.HiddenInput)
    months = forms.IntegerField(label=_("Después de cuántos meses"), min_value=6, max_value=600)
    in_force = forms.BooleanField(label=_("En vigor"), required=False)


class OpeningForm(forms.Form):
    """Why what is blocked is opened."""

    reason = forms.CharField(
        label=_("Quién lo pide y con qué documento"),
        help_text=_("Por ejemplo: Órgano Interno de Control, oficio OIC-112/2027. Sin nombres de personas."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
