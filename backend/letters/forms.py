"""What people fill in: a letter's text, one that came, its delivery, and the register's filters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.casework.widgets import DateInput
from backend.letters.models import Delivery, Kind, LetterTemplate, State
from geo.clock import local_today

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

REASON_MAX_LENGTH = 1000


def _folios(help_text: StrPromise) -> forms.CharField:
    return forms.CharField(label=_("Boletas"), required=False, max_length=2000, help_text=help_text)


def _scan(label: StrPromise, help_text: StrPromise) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
    )


class LetterForm(forms.Form):
    """The text of a draft: the fields of ``LetterText``. Nothing is required until it is issued."""

    party_name = forms.CharField(label=_("Nombre"), required=False, max_length=200)
    party_post = forms.CharField(label=_("Cargo"), required=False, max_length=200)
    party_institution = forms.CharField(label=_("Institución o dependencia"), required=False, max_length=200)
    subject = forms.CharField(label=_("Asunto"), required=False, max_length=300)
    body = forms.CharField(
        label=_("Texto"),
        required=False,
        max_length=40_000,
        help_text=_("Cada renglón es un párrafo."),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    signer_name = forms.CharField(label=_("Quién firma"), required=False, max_length=120)
    signer_post = forms.CharField(label=_("Su cargo"), required=False, max_length=120)
    copies = forms.CharField(
        label=_("Con copia para"),
        required=False,
        max_length=2000,
        help_text=_("Una persona por renglón, con su cargo."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    with_map = forms.BooleanField(label=_("Poner el croquis del lugar"), required=False)


class NewLetterForm(forms.Form):
    """How a letter begins: to whom, from which text, about which boletas."""

    beginning = forms.ChoiceField(label=_("A quién se escribe, y con qué texto empieza"))
    institution = forms.CharField(
        label=_("Qué institución"),
        required=False,
        max_length=200,
        help_text=_("A la que se escribe, o la que ahora tiene el asunto."),
    )
    folios = _folios(_("Los folios de que trata, separados por espacios. Puede ir sin ninguno."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.templates = {str(row.pk): row for row in LetterTemplate.objects.filter(active=True)}
        field = cast("forms.ChoiceField", self.fields["beginning"])
        field.choices = [
            (
                label,
                [(pk, row.name) for pk, row in self.templates.items() if row.kind == kind]
                + [(kind, _("En blanco"))],
            )
            for kind, label in Kind.choices
            if kind != Kind.INCOMING
        ]

    def chosen(self) -> tuple[str, LetterTemplate | None]:
        """To whom it goes, and the template if it does not begin blank; of a valid form."""
        beginning = self.cleaned_data["beginning"]
        template = self.templates.get(beginning)
        return (template.kind if template else beginning), template


class IncomingForm(forms.Form):
    """A letter as it is taken in: the fields of ``Incoming``, its scan and what it belongs to."""

    party_name = forms.CharField(label=_("Quién lo firma"), required=False, max_length=200)
    party_post = forms.CharField(label=_("Su cargo"), required=False, max_length=200)
    party_institution = forms.CharField(
        label=_("Institución, grupo o colonia"), required=False, max_length=200
    )
    their_number = forms.CharField(
        label=_("Su número de oficio"), required=False, max_length=60, help_text=_("El que trae escrito.")
    )
    date = forms.DateField(label=_("Su fecha"), required=False, widget=DateInput())
    received_on = forms.DateField(label=_("Recibido el"), widget=DateInput())
    subject = forms.CharField(label=_("Asunto"), max_length=300)
    body = forms.CharField(
        label=_("Qué dice"),
        required=False,
        max_length=40_000,
        help_text=_("Lo esencial, para encontrarlo y contestarlo."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    scan = _scan(_("Escaneo o foto"), _("PDF, JPEG, PNG o WebP."))
    answer_due_on = forms.DateField(
        label=_("Contestar a más tardar"),
        required=False,
        help_text=_("Vacío si no pide respuesta, o si contesta a un oficio nuestro."),
        widget=DateInput(),
    )
    answers_number = forms.CharField(
        label=_("Contesta a nuestro oficio"),
        required=False,
        max_length=60,
        help_text=_("Su número, si es respuesta a uno nuestro: entonces no se debe respuesta."),
    )
    folios = _folios(_("Los folios de que trata, separados por espacios, si los hay."))
    reserved = forms.BooleanField(
        label=_("Reservado: trata de una queja contra un servidor público"), required=False
    )
    #: The sheet's own: pressed twice, the letter is registered once.
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not (data.get("party_name") or data.get("party_institution")):
            self.add_error("party_name", _("Diga quién lo envía: la persona o la institución."))
        return data


class DeliveryForm(forms.Form):
    """How an issued letter was handed over; the arguments of ``record_delivery``."""

    received = forms.TypedChoiceField(
        label=_("Qué pasó"),
        choices=[("1", _("Se entregó: hay quien lo recibió")), ("0", _("Se envió; falta saber si llegó"))],
        coerce=lambda value: value == "1",
    )
    delivery = forms.ChoiceField(label=_("Cómo"), choices=[("", _("Elija")), *Delivery.choices])
    on = forms.DateField(label=_("Qué día"), widget=DateInput())
    to = forms.CharField(label=_("Quién lo recibió"), required=False, max_length=200)
    scan = _scan(_("Acuse sellado"), _("Escaneo o foto de la copia con el sello: PDF, JPEG, PNG o WebP."))


class IssueForm(forms.Form):
    """What is still asked when a number is given."""

    answer_due_on = forms.DateField(label=_("Se espera respuesta a más tardar"), widget=DateInput())


class ReasonForm(forms.Form):
    """Why a letter is cancelled, or a draft thrown away."""

    reason = forms.CharField(
        label=_("Motivo"), max_length=REASON_MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )


class LinkForm(forms.Form):
    """A boleta to which a letter that came belongs."""

    folio = forms.CharField(label=_("Folio"), max_length=40)


class RegisterFilters(forms.Form):
    """The register's filters, as a GET form."""

    q = forms.CharField(
        label=_("Buscar"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Número, asunto, nombre o institución")}
        ),
    )
    direction = forms.ChoiceField(
        label=_("Sentido"),
        required=False,
        choices=[("", _("Todos")), ("enviados", _("Enviados")), ("recibidos", _("Recibidos"))],
    )
    state = forms.ChoiceField(
        label=_("Estado"),
        required=False,
        choices=[("", _("Todos")), *(choice for choice in State.choices)],
    )
    year = forms.TypedChoiceField(label=_("Año"), required=False, coerce=int, empty_value=None)
    answer = forms.ChoiceField(
        label=_("Respuesta"),
        required=False,
        choices=[("", _("Todas")), ("falta", _("Falta")), ("vencida", _("Vencida"))],
    )

    def __init__(self, query: Any, *, years: list[int]) -> None:
        super().__init__(query)
        field = cast("forms.TypedChoiceField", self.fields["year"])
        field.choices = [("", _("Todos")), *((year, str(year)) for year in years)]


def today_as_initial() -> dict[str, date]:
    """Forms about a day begin with this one."""
    return {"on": local_today(), "received_on": local_today()}
