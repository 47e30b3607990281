"""Placeholders: only those of the list, filled in once, and nothing that a text could reach through them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.letters.facts import facts_of
from backend.letters.models import LetterTemplate
from backend.letters.services.office import save_template
from backend.letters.wording import (
    BLANK,
    PLACEHOLDERS,
    check_placeholders,
    fill,
    paragraphs,
    unfinished,
)
from field.folio import format_folio
from geo.problems import Invalid

HOSTILE = ["{folio.__class__}", "{folio!r}", "{0}", "{folio:>10}", "{__import__('os')}", "{}", "{ folio }"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_placeholder_is_refused_and_never_filled_in(text):
    assert check_placeholders(text)
    assert fill(text, {"folio": "26-1"}) == text


def test_django_and_jinja_mean_nothing_here():
    text = "{{7*7}} {% load static %} ${folio}"
    assert check_placeholders(text)
    assert fill("{% debug %}", {}) == "{% debug %}"


def test_a_value_that_looks_like_a_placeholder_is_not_filled_in_again():
    assert fill("{peticion}", {"peticion": "{nombre} {folio}", "nombre": "María"}) == "{nombre} {folio}"


def test_what_is_not_known_leaves_a_blank_that_must_be_filled():
    text = fill("Estimada {nombre}:", {})
    assert text == f"Estimada {BLANK}:"
    assert unfinished(text)
    assert not unfinished("Estimada María:", "llaves { sueltas } y {otra}")


@given(st.text(), st.dictionaries(st.sampled_from(list(PLACEHOLDERS)), st.text()))
def test_any_text_can_be_filled_in(text, values):
    filled = fill(text, values)
    if "{" not in text:
        assert filled == text


@given(st.text(alphabet="{}abfolin. ", max_size=40))
def test_what_passes_the_check_is_filled_in_to_the_last_placeholder(text):
    if not check_placeholders(text):
        assert "{" not in fill(text, dict.fromkeys(PLACEHOLDERS, "x"))


def test_a_template_with_a_wrong_placeholder_is_not_kept_and_says_which(office):
    template = LetterTemplate(kind="respuesta", name="Nueva", subject="{folio}", body="{nombre.email} {vence")
    with pytest.raises(Invalid) as refused:
        save_template(template=template, by=office.staff["director"])
    told = " ".join(error["detail"] for error in refused.value.errors)
    assert "{nombre.email}" in told
    assert "sin pareja" in told
    assert not LetterTemplate.objects.filter(name="Nueva").exists()


def test_every_template_that_comes_with_the_house_is_in_order(db):
    assert LetterTemplate.objects.count() >= 6
    for template in LetterTemplate.objects.all():
        assert check_placeholders(template.subject) == check_placeholders(template.body) == []


def test_one_petition_fills_in_all_that_is_known_of_it(office, receive):
    petition = receive(address="Juárez 12")
    facts = facts_of([petition])
    assert facts["folio"] == format_folio(petition.folio)
    assert facts["asunto"] == "luminaria apagada"
    assert facts["lugar"] == "Juárez 12, colonia Centro"
    assert facts["nombre"] == "María Peña"
    assert facts["dependencia"] == "Alumbrado"


def test_another_institution_is_not_told_who_asked(office, receive):
    assert facts_of([receive()], institution="CFE", name=False)["nombre"] == ""


def test_several_petitions_are_listed(office, receive):
    facts = facts_of([receive(), receive(office.pothole)])
    assert facts["asunto"] == "luminaria apagada y bache"
    assert facts["folio"].count("-") == 6
    assert "nombre" not in facts


def test_of_many_petitions_a_sentence_counts_and_the_list_tells_each(office, receive):
    petitions = [receive(address=f"Juárez {n}", description=f"Poste {n}") for n in range(5)]
    facts = facts_of(petitions)
    assert facts["folio"] == f"{format_folio(petitions[0].folio)} y 4 más"
    assert facts["lugar"] == "varios lugares"
    assert all(f"Juárez {n}, colonia Centro: Poste {n}" in facts["peticion"] for n in range(5))


def test_what_has_no_space_for_long_may_be_broken_and_reads_the_same():
    long, usual = "á" * 20_000, "https://www.municipio.gob.mx/tramites/constancias"
    [broken, kept] = paragraphs(f"  {long}\n\n{usual} {usual}")
    assert max(map(len, broken.split("\u200b"))) == 60
    assert broken.replace("\u200b", "") == long
    assert kept == f"{usual} {usual}"
