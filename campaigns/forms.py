"""What the office fills in to plan tours."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import Case, Q, QuerySet, When
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Crew, Programme, Tour, Visit
from geo.models import Place
from geo.problems import Problem


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def _offer(form: forms.Form, field: str, choices: QuerySet[Any]) -> None:
    cast("forms.ModelChoiceField[Any]", form.fields[field]).queryset = choices


def tell(form: forms.Form, problem: Problem) -> None:
    """Put what a service found wrong beside the fields that it names."""
    for error in problem.errors:
        name = error["pointer"].lstrip("/")
        form.add_error(name if name in form.fields else None, error["detail"])
    if not problem.errors:
        form.add_error(None, problem.detail)


class TourForm(forms.Form):
    """A tour's own facts; its visits come next."""

    programme = forms.ModelChoiceField(
        Programme.objects.filter(active=True),
        label=gettext_lazy("Programa"),
        empty_label=gettext_lazy("Elija un programa"),
        error_messages={"required": gettext_lazy("Elija un programa o escriba el nombre de uno nuevo.")},
    )
    new_programme = forms.CharField(
        label=gettext_lazy("Nombre del programa nuevo"), max_length=120, required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Nombre del recorrido"),
        max_length=160,
        help_text=gettext_lazy("Como lo conocerán las brigadas, por ejemplo «Centro y Playa Sur»."),
    )
    starts_on = forms.DateField(label=gettext_lazy("Empieza"), widget=DayInput)
    ends_on = forms.DateField(label=gettext_lazy("Termina"), widget=DayInput)
    notes = forms.CharField(
        label=gettext_lazy("Notas para la brigada"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, tour: Tour | None = None, **kwargs: Any) -> None:
        if tour is not None:
            facts = ("programme", "name", "starts_on", "ends_on", "notes")
            kwargs.setdefault("initial", {fact: getattr(tour, fact) for fact in facts})
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.filter(Q(active=True) | Q(pk=tour.programme_id if tour else None))
        _offer(self, "programme", programmes)
        if not programmes.exists():
            del self.fields["programme"]
            self.fields["new_programme"].label = _("Programa")
            self.fields["new_programme"].required = True
        elif self.data.get("new_programme", "").strip():
            self.fields["programme"].required = False


class VisitForm(forms.Form):
    """One place on a tour: the place is found by name, on the page itself."""

    place = forms.ModelChoiceField(
        Place.objects.without_geometry(),
        to_field_name="code",
        label=gettext_lazy("Colonia o comunidad"),
        error_messages={
            "required": gettext_lazy("Busque la colonia o comunidad y elíjala de la lista."),
            "invalid_choice": gettext_lazy("Ese lugar ya no está; búsquelo otra vez."),
        },
    )
    date = forms.DateField(label=gettext_lazy("Día"), widget=DayInput)
    crew = forms.ModelChoiceField(
        Crew.objects.none(),
        label=gettext_lazy("Brigada"),
        required=False,
        empty_label=gettext_lazy("Sin brigada: la verán todas las tabletas"),
    )

    def __init__(self, *args: Any, tour: Tour, visit: Visit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "crew", Crew.objects.filter(Q(active=True) | Q(pk=visit.crew_id if visit else None)))
        widget = self.fields["date"].widget
        widget.attrs |= {"min": tour.starts_on.isoformat(), "max": tour.ends_on.isoformat()}
        if tour.starts_on == tour.ends_on:
            self.fields["date"].initial = tour.starts_on
        if visit is not None:
            del self.fields["place"]
            self.initial = {"date": visit.date, "crew": visit.crew_id}


#: Who may lead a crew; the roles are named on a floor above (``backend.accounts.roles``).
LEADING_ROLES = ("supervisor", "director", "jefe")


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} · {obj.get_role_display()}"


class PeopleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several people, each by name and role."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return format_html('<span>{} <span class="row-note">{}</span></span>', obj, obj.get_role_display())


class CrewForm(forms.Form):
    """A crew: its name, who leads it, who is in it."""

    name = forms.CharField(label=gettext_lazy("Nombre"), max_length=80)
    supervisor = PersonChoice(
        get_user_model().objects.none(),
        label=gettext_lazy("La dirige"),
        empty_label=gettext_lazy("Elija a una persona"),
    )
    members = PeopleChoice(
        get_user_model().objects.none(),
        label=gettext_lazy("Integrantes"),
        required=False,
    )
    active = forms.BooleanField(label=gettext_lazy("Sale a recorridos"), required=False, initial=True)

    def __init__(self, *args: Any, user: AbstractUser, crew: Crew | None = None, **kwargs: Any) -> None:
        if crew is not None:
            kwargs.setdefault(
                "initial",
                {
                    "name": crew.name,
                    "supervisor": crew.supervisor_id,
                    "members": [member.pk for member in crew.members.all()],
                    "active": crew.active,
                },
            )
        super().__init__(*args, **kwargs)
        if crew is None:
            del self.fields["active"]
        people = get_user_model().objects.filter(is_active=True)
        people = people.order_by(
            Case(When(role="promotor", then=0), When(role="supervisor", then=1), default=2),
            "first_name",
            "last_name",
            "username",
        )
        leads = people.filter(role__in=LEADING_ROLES)
        if not user.has_perm("campaigns.see_all"):
            leads = leads.filter(pk=user.pk)
            self.fields["supervisor"].initial = user.pk
        _offer(self, "supervisor", leads)
        _offer(self, "members", people.exclude(role="enlace"))


class TourFilter(forms.Form):
    """Which tours the list shows."""

    programme = forms.ModelChoiceField(
        Programme.objects.all(),
        to_field_name="code",
        label=gettext_lazy("Programa"),
        required=False,
        empty_label=gettext_lazy("Todos"),
    )
