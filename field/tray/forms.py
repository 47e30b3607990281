"""The form with which a person corrects a held record: one field for each value that its kind knows."""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from field.services.tray import LONGEST_REASON
from field.sync.corrected import Change, member, printable
from field.sync.kinds import KindField
from field.sync.words import belongs, folio_text, parsed_time, point_text
from geo.problems import FieldError

#: Whether the office issues a folio, or a record gets an identity of its own: not values of the record.
NEW_FOLIO, NEW_ID = "new-folio", "new-id"
#: What may be given instead of a value that is wrong: shown beside it.
INSTEAD_OF = {NEW_FOLIO: "folio", "address": "location", "reference": "location"}


class ReasonForm(forms.Form):
    """Why a record is set aside."""

    reason = forms.CharField(
        label=gettext_lazy("Motivo"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LineText(forms.CharField):
    """A text as it stands: browsers end lines with two characters, tablets with one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class PointField(LineText):
    """«latitud, longitud», as maps on the web give it."""

    def clean(self, value: Any) -> Any:
        text = self.to_python(value).strip()
        if not text:
            return None
        try:
            lat, lon = (float(part) for part in text.replace("°", "").split(","))
        except ValueError:
            raise ValidationError(_("Escriba la latitud y la longitud: 23.2494, -106.4111")) from None
        if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
            raise ValidationError(_("Escriba la latitud y la longitud, en ese orden."))
        return {"type": "Point", "coordinates": [lon, lat]}


class JsonField(LineText):
    """Whatever has no field of its own, as JSON."""

    def clean(self, value: Any) -> Any:
        text = self.to_python(value).strip()
        try:
            return json.loads(text) if text else None
        except (ValueError, RecursionError):
            raise ValidationError(_("No es JSON válido.")) from None


class MendForm(forms.Form):
    """A record's values, those that are wrong first; ``changes`` says what was changed in it.

    ``seen`` is the last correction that the person saw.
    """

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *,
        fields: Sequence[KindField],
        body: Mapping[str, Any],
        errors: Sequence[FieldError],
        data: Any = None,
        seen: int = 0,
    ) -> None:
        super().__init__(data, initial={"seen": seen}, label_suffix="")
        self.body = body
        self.kind_fields = {name_of(field.pointer): field for field in fields}
        self.wrong = [
            name
            for name, field in self.kind_fields.items()
            if any(belongs(error["pointer"], field.pointer) for error in errors)
        ]
        codes = {error["pointer"]: error["code"] for error in errors}
        for name in [*self.wrong, *(name for name in self.kind_fields if name not in self.wrong)]:
            self._add(name, self.kind_fields[name], codes)

    def _add(self, name: str, field: KindField, codes: Mapping[str, str]) -> None:
        value = member(self.body, field.pointer)
        if field.type == "id":
            if name in self.wrong and codes.get("/id") != "changed":
                self.fields[NEW_ID] = forms.BooleanField(
                    required=False, label=_("Darle una identidad propia: es otra cosa que lo ya archivado")
                )
            return
        made = _form_field(field, self.body)
        made.label = str(field.label)
        made.required = field.needed and name in self.wrong
        self.fields[name] = made
        self.initial[name] = _initial(field, value)
        if isinstance(made, forms.ChoiceField) and not made.valid_value(self.initial[name]):
            self.initial[name] = ""
        if field.type == "folio":
            self.fields[NEW_FOLIO] = forms.BooleanField(
                required=False,
                label=_("Que la oficina le dé un folio nuevo"),
                help_text=_("El que se entregó en la puerta queda anotado en la boleta."),
            )
            self.initial[NEW_FOLIO] = codes.get("/folio") == "taken"

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What is wrong, to be corrected."""
        return [self[name] for name in self._shown() if self._is_wrong(name)]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """The rest of the record, which may be corrected too."""
        return [self[name] for name in self._shown() if not self._is_wrong(name)]

    def _shown(self) -> list[str]:
        return [name for name in self.fields if name != "seen"]

    def _is_wrong(self, name: str) -> bool:
        if name in INSTEAD_OF:
            return name in self.wrong or INSTEAD_OF[name] in self.wrong
        return name == NEW_ID or name in self.wrong

    def changes(self) -> list[Change]:
        """What was changed, once the form is valid."""
        changed: list[Change] = []
        for name, field in self.kind_fields.items():
            before = member(self.body, field.pointer)
            if field.type == "id":
                if self.cleaned_data.get(NEW_ID):
                    changed.append(_change(field.pointer, before, str(uuid.uuid4())))
            elif field.type == "folio" and self.cleaned_data.get(NEW_FOLIO):
                changed.append(_change(field.pointer, before, None))
            elif name in self.changed_data or self._must_say(name, field, before):
                changed.append(_change(field.pointer, before, _json_value(field, self.cleaned_data[name])))
        return self._with_consent(changed)

    def _must_say(self, name: str, field: KindField, before: Any) -> bool:
        """A naive time reads in the form as it will be understood: sending it says so."""
        naive = parsed_time(before)
        return field.type == "time" and naive is not None and naive.tzinfo is None and name in self.wrong

    def _with_consent(self, changed: list[Change]) -> list[Change]:
        """A person who was not there before comes with an explicit consent or its absence."""
        pointers = {change["pointer"] for change in changed}
        consent = member(self.body, "/petitioner/consent")
        if (
            any(pointer.startswith("/petitioner/") for pointer in pointers)
            and "/petitioner/consent" not in pointers
            and not isinstance(consent, bool)
        ):
            given = bool(self.cleaned_data.get("petitioner-consent"))
            changed.append(_change("/petitioner/consent", consent, given))
        return changed

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Put what the filer found wrong beside the fields that it is about."""
        for error in errors:
            name = next(
                (
                    name
                    for name, field in self.kind_fields.items()
                    if belongs(error["pointer"], field.pointer)
                ),
                None,
            )
            name = NEW_ID if name == "id" else name
            self.add_error(name if name in self.fields else None, error["detail"])


def name_of(pointer: str) -> str:
    """A form field's name for a value."""
    return pointer.strip("/").replace("/", "-")


def _change(pointer: str, before: Any, after: Any) -> Change:
    return {"pointer": pointer, "before": printable(before), "after": after}


def _form_field(field: KindField, body: Mapping[str, Any]) -> forms.Field:  # noqa: PLR0911 - one case a type
    match field.type:
        case "time":
            clock = forms.DateTimeInput(
                attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
            )
            return forms.DateTimeField(
                required=False,
                widget=clock,
                input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
                help_text=_clock_help(body),
            )
        case "choice":
            options = list(field.options(body)) if field.options else []
            return forms.ChoiceField(required=False, choices=[("", _("Elija")), *options])
        case "yes_no":
            return forms.BooleanField(required=False)
        case "number":
            return forms.FloatField(required=False, widget=forms.NumberInput(attrs={"step": "any"}))
        case "point":
            return PointField(help_text=_("Latitud y longitud: 23.2494, -106.4111"))
        case "long" | "texts":
            return LineText(widget=forms.Textarea(attrs={"rows": 3}))
        case "json" | "files":
            return JsonField(widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}))
        case _:
            return LineText()


def _clock_help(body: Mapping[str, Any]) -> str:
    """What the tablet itself knew of its clock's error; nobody's time is changed by it alone."""
    offset = member(body, "/device_clock/offset_ms")
    if type(offset) not in (int, float) or abs(offset) < 60_000 or abs(offset) > 1e14:
        return ""
    minutes = round(abs(offset) / 60_000)
    if offset > 0:
        return _("El reloj de la tableta iba atrasado %(minutes)s minutos.") % {"minutes": minutes}
    return _("El reloj de la tableta iba adelantado %(minutes)s minutos.") % {"minutes": minutes}


def _initial(field: KindField, value: Any) -> Any:  # noqa: PLR0911 - one case a type
    value = printable(value)
    match field.type:
        case "time":
            return _local(parsed_time(value))
        case "point":
            return point_text(value) or ""
        case "folio":
            return folio_text(value) if isinstance(value, str) else ""
        case "json" | "files":
            return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)
        case "texts":
            return "\n".join(map(str, value)) if isinstance(value, list) else ""
        case "yes_no":
            return value is True
        case "number":
            return value if type(value) in (int, float) else None
        case _:
            return value if isinstance(value, str) else ""


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    """As the form shows it: in the municipality's zone, to the second."""
    if moment is None:
        return None
    moment = moment.replace(microsecond=0)
    try:
        return timezone.make_aware(moment) if moment.tzinfo is None else timezone.localtime(moment)
    except OverflowError:
        return None


def _json_value(field: KindField, value: Any) -> Any:
    match field.type:
        case "time":
            return value.isoformat() if value else None
        case "texts":
            return [line.strip() for line in value.split("\n") if line.strip()]
        case "choice":
            return value or None
        case "folio":
            return value.strip() or None
        case _:
            return value
