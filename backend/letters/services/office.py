"""What the office sets for its letters: letterhead, series of numbers, templates."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.letters.models import Letterhead, LetterSeries, LetterTemplate
from backend.letters.wording import check_number_format, check_placeholders
from field.models import Attachment
from geo.problems import Conflict, FieldError, Invalid


@transaction.atomic
def save_template(*, template: LetterTemplate, by: User) -> LetterTemplate:
    """Keep a template whose placeholders all exist. Raises Invalid that names each that does not."""
    require(by, "letters.edit")
    errors: list[FieldError] = [
        {"pointer": f"/{name}", "code": "placeholder", "detail": detail}
        for name in ("subject", "body")
        for detail in check_placeholders(getattr(template, name))
    ]
    same = LetterTemplate.objects.filter(kind=template.kind, name=template.name).exclude(pk=template.pk)
    if same.exists():
        detail = _("Ya hay una plantilla con ese nombre.")
        errors.append({"pointer": "/name", "code": "repeated", "detail": detail})
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    template.edited_by = by
    template.save()
    return template


@transaction.atomic
def save_letterhead(*, letterhead: Letterhead, by: User, emblem: Attachment | None = None) -> Letterhead:
    """Keep how papers are headed; ``emblem`` replaces the one there is. Issued papers stay as they are."""
    require(by, "letters.edit")
    if emblem is not None:
        if not emblem.content_type.startswith("image/"):
            detail = _("El escudo debe ser una imagen PNG, JPEG o WebP.")
            error = FieldError(pointer="/emblem_file", code="type", detail=detail)
            raise Invalid(detail, errors=[error])
        letterhead.emblem = emblem
    letterhead.save()
    return letterhead


@transaction.atomic
def save_series(*, series: LetterSeries, by: User) -> LetterSeries:
    """Keep a series whose numbers no other letter can come to have.

    Raises Invalid for a format without its parts, and Conflict for the last series of its direction being
    put out of use, or a code that changes after letters were numbered with it.
    """
    require(by, "letters.edit")
    if wrong := check_number_format(series.format):
        raise Invalid(
            _("Revise los datos marcados."),
            errors=[{"pointer": "/format", "code": "format", "detail": detail} for detail in wrong],
        )
    others = LetterSeries.objects.exclude(pk=series.pk)
    if not series.active and not others.filter(incoming=series.incoming, active=True).exists():
        raise Conflict(_("Es la única serie en uso: dé de alta otra antes de dejarla."))
    before = LetterSeries.objects.filter(pk=series.pk).first()
    used = before is not None and before.letters.exclude(number="").exists()
    if before is not None and used and (before.code, before.incoming) != (series.code, series.incoming):
        raise Conflict(_("Ya hay oficios con esa clave: dé de alta otra serie y deje esta sin usar."))
    series.save()
    return series
