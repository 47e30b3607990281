"""The form that Collect downloads: valid by ODK's own judge, the same for the same catalogue."""

from __future__ import annotations

import base64
import json
import zlib
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from pyxform.validators.odk_validate import check_xform

from backend.demo.catalogue import save_catalogue
from field.models import PrivacyNotice
from field.odk.invitation import collect_qr_text
from field.odk.names import name_of, text_of
from field.odk.submission import derived_records, uuid_of
from field.odk.versions import was_given_out
from field.odk.xform import FORM_ID, current_form
from tests.factories import CategoryFactory, DepartmentFactory

pytestmark = pytest.mark.django_db

HOSTILE = [
    {
        "key": "a b/ñ.",
        "label": "¿*Qué* ${z}?",
        "type": "choice",
        "options": ["Más de 10", "<&>", "a\"b'", "", "Más de 10"],
    },
    {"key": "1", "label": "", "type": "yes_no", "required": True},
    {"key": "n", "type": "number"},
    {"key": "t", "label": "]]> <b>", "type": "text"},
]


def notice(version="2026-1"):
    PrivacyNotice.objects.create(
        version=version, text="Usamos sus datos & nada más ${ni}.", published_at=timezone.now()
    )


def validated(tmp_path) -> list[str]:
    form = current_form()
    assert form is not None
    path = tmp_path / "aldaba.xml"
    path.write_bytes(form.xml)
    warnings: list[str] = check_xform(str(path))
    return warnings


def test_odk_validate_finds_nothing_wrong_with_the_demos_catalogue(tmp_path):
    save_catalogue(published_at=timezone.now())
    assert validated(tmp_path) == []


def test_odk_validate_finds_nothing_wrong_whatever_the_office_writes(tmp_path):
    CategoryFactory(code="1-raro_", name="${x} <b> & 'q' \"", group='O\'tros "x"', questions=HOSTILE)
    CategoryFactory(code="simple", group="")
    notice("20'26\"<&")
    assert validated(tmp_path) == []


def test_one_category_without_group_questions_or_notice_is_a_form_too(tmp_path):
    CategoryFactory(code="simple", name="Simple", group="")
    assert validated(tmp_path) == []


def test_the_version_is_of_the_content_and_signed():
    category = CategoryFactory(code="bache")
    first = current_form()
    again = current_form()
    assert first.version == again.version
    assert was_given_out(first.version)
    category.name = "Bache hondo"
    category.save()
    other = current_form()
    assert other.version != first.version
    assert other.md5 != first.md5
    category.name = "Otro nombre"
    category.working_days = 3
    category.save()
    third = current_form().version
    category.working_days = 30
    category.save()
    assert current_form().version == third, "what the form does not show makes no new one"


def test_a_new_notice_makes_a_new_version():
    CategoryFactory(code="bache")
    before = current_form().version
    notice()
    assert current_form().version != before


@pytest.mark.parametrize("version", ["", "1", "abc-", "-", "ec5373d5752c-000000000000", "ñ-ñ"])
def test_a_version_never_given_out_is_known_as_such(version):
    assert not was_given_out(version)


def test_a_version_outlives_a_change_of_the_secret_that_was_announced(settings):
    CategoryFactory()
    version = current_form().version
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "otra"
    assert was_given_out(version)
    settings.SECRET_KEY_FALLBACKS = []
    assert not was_given_out(version)


def test_every_question_answered_in_the_forms_own_nodes_comes_back_under_its_key():
    CategoryFactory(code="1-raro_", questions=HOSTILE, department=DepartmentFactory())
    tree = ElementTree.fromstring(current_form().xml)
    data = tree.find(".//{*}instance/{*}data")
    petition = data.find("{*}petition")
    petition.find("{*}category").text = "1-raro_"
    group = petition.find("{*}c_1-raro_")
    options = [item.findtext("{*}name") for item in tree.findall(".//{*}instance/{*}root/{*}item")]
    assert name_of("<&>") in options
    for node, text in zip(group, [name_of("<&>"), "no", "12", "hola"], strict=True):
        node.text = text
    data.find("{*}end").text = "2026-11-20T10:00:00-07:00"
    xml = ElementTree.tostring(data, encoding="unicode")
    (record,) = derived_records(xml, uuid_of("uuid:x"))
    assert data.get("id") == FORM_ID
    assert record["answers"] == {"a b/ñ.": "<&>", "1": False, "n": 12, "t": "hola"}


@pytest.mark.parametrize("text", ["simple", "a b/ñ.", ".41.", "👩‍🚒", "a_b-c", "", "..", "\n"])
def test_any_text_survives_being_a_name(text):
    assert text_of(name_of(text)) == text


@pytest.mark.parametrize("name", [".d800.", ".ffffffff.", ".zz.", "."])
def test_a_name_of_other_making_is_left_as_it_is(name):
    assert text_of(name) == name


def test_the_qr_holds_what_collect_reads_from_one():
    settings = {"general": {"server_url": "https://aldaba.example/odk/key/1.x"}, "admin": {}}
    packed = base64.b64decode(collect_qr_text(settings))
    assert json.loads(zlib.decompress(packed)) == settings
