"""``/avisos/textos/``: what each event's messages say, and whether they are sent."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.notifications.forms import TemplateForm
from backend.notifications.ports import Outgoing, Refused, Unavailable, Unsure, open_port
from backend.notifications.selectors import modes
from backend.notifications.services import deciding
from backend.notifications.vocabulary import FIELDS, Event, Mode, Way
from backend.notifications.writing import Written, fill_in, sms_parts, text_in_use
from campaigns.forms import tell
from geo.problems import Invalid, NotFound


@require_GET
@requires("notifications.edit")
def texts(request: HttpRequest) -> HttpResponse:
    """Every event: whether it is told, and its texts."""
    current = modes()
    rows = [{"event": value, "label": label, "mode": current[value]} for value, label in Event.choices]
    context = {"rows": rows, "modes": Mode.choices, "ways": Way.choices}
    return render(request, "notifications/texts.html", context)


@require_POST
@requires("notifications.edit")
def set_mode(request: HttpRequest, event: str) -> HttpResponse:
    """Say whether an event is told."""
    try:
        deciding.set_mode(event=event, mode=request.POST.get("mode", ""), by=cast("User", request.user))
    except NotFound as problem:
        raise Http404(problem.detail) from problem
    messages.success(request, _("%(event)s: guardado.") % {"event": Event(event).label})
    return redirect("notifications:texts")


@require_http_methods(["GET", "POST"])
@requires("notifications.edit")
def text(request: HttpRequest, event: str, way: str) -> HttpResponse:
    """Write an event's text, seeing how it reads."""
    if event not in Event.values or way not in Way.values:
        raise Http404
    form = _form(request, event, way)
    if request.headers.get("HX-Request"):
        return render(request, "notifications/_preview.html", _preview(form, event, way))
    if request.method == "POST" and form.is_valid():
        given = {"subject": form.cleaned_data.get("subject", ""), "body": form.cleaned_data["body"]}
        try:
            deciding.write_template(event=event, way=way, by=cast("User", request.user), **given)
        except Invalid as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Texto guardado."))
            return redirect("notifications:text", event, way)
    return _page(request, form, event, way)


@require_POST
@requires("notifications.edit")
def try_out(request: HttpRequest, event: str) -> HttpResponse:
    """Send an event's e-mail to the person's own address as it is being written; what is written stays."""
    user = cast("User", request.user)
    if event not in Event.values or not user.email:
        raise Http404
    form = _form(request, event, Way.EMAIL)
    if form.is_valid() and not _preview(form, event, Way.EMAIL)["faults"]:
        link = request.build_absolute_uri("/publico/folio/")
        text = Written(form.cleaned_data["subject"], form.cleaned_data["body"])
        _send_trial(request, fill_in(text, _sample(link)), to=user.email, link=link)
    return _page(request, form, event, Way.EMAIL)


def _send_trial(request: HttpRequest, written: Written, *, to: str, link: str) -> None:
    key = f"prueba-{uuid4().hex}"  # a reader of mail that has seen a key does not show it again
    try:
        with open_port(Way.EMAIL) as port:
            port.send(Outgoing(key, Way.EMAIL, to, written.subject, written.body, link))
    except (Refused, Unavailable) as error:
        told = _("No salió. Dígale a quien cuida el sistema: «%(error)s».")
        messages.error(request, told % {"error": error})
    except (Unsure, OSError) as error:  # smtplib's own are OSErrors
        told = _("No se sabe si salió. Dígale a quien cuida el sistema: «%(error)s».")
        messages.error(request, told % {"error": error})
    else:
        messages.success(request, _("Enviado a %(address)s.") % {"address": to})


def _form(request: HttpRequest, event: str, way: str) -> TemplateForm:
    """What is being written, or the text in use."""
    in_use = text_in_use(event, way)
    return TemplateForm(way, request.POST or {"subject": in_use.subject, "body": in_use.body})


def _page(request: HttpRequest, form: TemplateForm, event: str, way: str) -> HttpResponse:
    context = {
        "form": form,
        "event": event,
        "event_label": Event(event).label,
        "way": way,
        "way_label": Way(way).label,
        "fields": [(f"{{{name}}}", words) for name, words in FIELDS.items()],
        "tryable": way == Way.EMAIL and bool(cast("User", request.user).email),
        **_preview(form, event, way),
    }
    return render(request, "notifications/text.html", context, status=422 if form.errors else 200)


def _preview(form: TemplateForm, event: str, way: str) -> dict[str, Any]:
    subject, body = (str(form.data.get(name, "")) for name in ("subject", "body"))
    faults = deciding.faults_of_template(event=event, way=way, subject=subject, body=body)
    written = fill_in(Written(subject, body), _sample("…/publico/folio/"))
    return {
        "written": written,
        "faults": [fault["detail"] for fault in faults],
        "parts": sms_parts(written.body) if way == Way.SMS else None,
        "mail": way == Way.EMAIL,
    }


def _sample(link: str) -> dict[str, str]:
    """Values that show how a text will read."""
    return {
        "nombre": _("María Peña"),
        "folio": "26-A7F-00042-K",
        "asunto": _("Luminaria apagada"),
        "lugar": _("Centro"),
        "dependencia": _("Alumbrado Público"),
        "vence": _("4 de diciembre"),
        "avance": _("La atiende Alumbrado Público, que debe responder a más tardar el 4 de diciembre."),
        "fecha": _("2 de diciembre"),
        "motivo": _("Se cambió el foco y la fotocelda."),
        "institucion": _("Comisión Federal de Electricidad"),
        "liga": link,
        "municipio": _("Puerto Aldaba"),
    }
