"""What ODK Collect downloads, over real HTTP: the list, the form, the tablet's visits."""

from __future__ import annotations

import hashlib
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_answer_says_that_it_is_openrosa_and_none_opens_a_session(collect, visit):
    for path in ("formList", "forms/aldaba.xml", "forms/aldaba/manifest", "forms/aldaba/visitas.csv", "nada"):
        answer = collect.get(path)
        if path == "nada":
            continue
        assert answer.status_code == 200
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        assert answer.headers["Content-Language"] == "es"
        assert answer.headers["Date"]
        assert "Set-Cookie" not in answer.headers
        if not path.endswith(".csv"):
            assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"


def test_the_list_names_the_form_and_its_hash_is_of_the_very_bytes(collect):
    root = ElementTree.fromstring(collect.get("formList").content)
    assert root.tag == "{http://openrosa.org/xforms/xformsList}xforms"
    (item,) = root
    told = {child.tag.rpartition("}")[2]: child.text for child in item}
    assert set(told) == {"formID", "name", "version", "hash", "downloadUrl", "manifestUrl"}
    assert all(told.values())
    xml = collect.get(told["downloadUrl"]).content
    assert told["hash"] == "md5:" + hashlib.md5(xml).hexdigest()
    data = ElementTree.fromstring(xml).find(".//{*}instance/{*}data")
    assert (data.get("id"), data.get("version")) == (told["formID"], told["version"])


def test_another_form_is_not_listed_nor_handed_out(collect):
    assert len(ElementTree.fromstring(collect.get("formList?formID=otro").content)) == 0
    assert collect.get("forms/otro.xml").status_code == 404
    assert collect.get("forms/otro/manifest").status_code == 404


def test_a_description_is_sent_only_when_asked_for(collect):
    assert b"descriptionText" not in collect.get("formList").content
    assert b"<descriptionText>Puertas" in collect.get("formList?verbose=true").content


def test_without_a_catalogue_the_list_is_empty(collect):
    from field.models import Category

    Category.objects.update(active=False)
    assert len(ElementTree.fromstring(collect.get("formList").content)) == 0


def test_the_manifest_brings_the_tablets_visits_as_an_entity_list(collect, visit):
    root = ElementTree.fromstring(collect.get("forms/aldaba/manifest").content)
    assert root.tag == "{http://openrosa.org/xforms/xformsManifest}manifest"
    (item,) = root
    told = {child.tag.rpartition("}")[2]: child.text for child in item}
    assert item.get("type") == "entityList"
    assert told["filename"] == "visitas.csv"
    data = collect.get(told["downloadUrl"])
    assert told["hash"] == "md5:" + hashlib.md5(data.content).hexdigest()
    header, row = data.text.strip().split("\r\n")
    assert header == "name,label,__version,kind,place,date,geometry"
    assert row.startswith(f"{visit.pk}.")
    assert "Centro" in row
    assert "El Alcalde toca tu puerta" in row


def test_the_list_is_the_tablets_own(collect, visit, director):
    from campaigns.models import Crew

    visit.crew = Crew.objects.create(name="Otra", supervisor=director)
    visit.save()
    assert collect.get("forms/aldaba/visitas.csv").text.count("\r\n") == 1
