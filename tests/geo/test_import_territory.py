"""A territory comes in from the files that municipalities have, whole or not at all."""

from __future__ import annotations

import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from geo.models import Municipality, Place
from geo.services.locate import locate_point
from tests.geo.shapes import lonlat
from tests.geo.vector_files import colonias, feature, square, translate, write_geojson, write_shapefile

pytestmark = pytest.mark.django_db
FIGURES = ("read", "created", "updated", "unchanged", "repaired", "refused")


def figures(answer: dict[str, Any]) -> dict[str, int]:
    return {key: answer[key] for key in FIGURES if answer[key]}


def problems(answer: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(each["severity"], each["problem"], each["feature"]) for each in answer["problems"]]


def notes(answer: dict[str, Any]) -> set[str]:
    return {each["note"] for each in answer["notes"]}


def test_a_geojson_comes_in_and_again_changes_nothing(tmp_path: Path, bring) -> None:
    layer = write_geojson(tmp_path / "puerto_aldaba.geojson", colonias("Centro", "La Ñeca"))
    first = bring(layer, "--code", "clave", "--name", "nombre")
    assert figures(first) == {"read": 2, "created": 2}
    assert first["problems"] == []
    place = Place.objects.get(code="002")
    assert (place.name, place.kind, place.source) == ("La Ñeca", "colonia", "puerto_aldaba.geojson")
    assert place.area_m2 == pytest.approx(160_000, rel=0.001)
    assert place.boundary.covers(place.centre)
    assert place.simple_boundary is not None
    assert figures(bring(layer, "--code", "clave", "--name", "nombre")) == {"read": 2, "unchanged": 2}


def test_what_changed_is_updated_and_what_is_not_brought_stays(tmp_path: Path, bring) -> None:
    bring(write_geojson(tmp_path / "a.geojson", colonias("Centro", "Playa")))
    renamed = [feature(square(0, 0), clave="001", nombre="Centro Histórico")]
    assert figures(bring(write_geojson(tmp_path / "b.geojson", renamed))) == {"read": 1, "updated": 1}
    assert list(Place.objects.order_by("code").values_list("name", flat=True)) == [
        "Centro Histórico",
        "Playa",
    ]


def test_without_a_municipality_it_is_the_union_of_its_places_and_grows_with_them(
    tmp_path: Path, bring
) -> None:
    answer = bring(write_geojson(tmp_path / "puerto_aldaba.geojson", colonias("Centro")))
    assert answer["municipality"] == "puerto aldaba"
    assert "municipality_from_union" in notes(answer)
    first = Municipality.objects.get()
    bring(
        write_geojson(tmp_path / "more.geojson", colonias("Centro", "Playa")),
        "--municipality",
        "Puerto Aldaba",
    )
    grown = Municipality.objects.get()
    assert grown.name == "Puerto Aldaba"
    assert grown.boundary.area == pytest.approx(2 * first.boundary.area)


def test_within_gives_the_municipality_and_refuses_what_lies_outside(tmp_path: Path, bring) -> None:
    limit = write_geojson(
        tmp_path / "mun.geojson", [feature(square(-100, -100, 1200), NOMGEO="Puerto Aldaba")]
    )
    layer = write_geojson(tmp_path / "c.geojson", [*colonias("Centro"), feature(square(5000, 0), clave="9")])
    answer = bring(layer, "--code", "clave", "--within", str(limit))
    assert figures(answer) == {"read": 2, "created": 1, "refused": 1}
    assert problems(answer) == [("refused", "outside", 2)]
    municipality = Municipality.objects.get()
    assert municipality.name == "Puerto Aldaba"
    assert not municipality.boundary_is_derived
    later = bring(write_geojson(tmp_path / "d.geojson", [feature(square(9000, 0), clave="10")]))
    assert problems(later) == [("refused", "outside", 1)]


def test_a_dry_run_tells_all_and_stores_nothing(tmp_path: Path, bring) -> None:
    answer = bring(write_geojson(tmp_path / "c.geojson", colonias("Centro", "Playa")), "--dry-run")
    assert figures(answer) == {"read": 2, "created": 2}
    assert answer["dry_run"] is True
    assert not Place.objects.exists()
    assert not Municipality.objects.exists()


def test_an_import_that_breaks_midway_leaves_nothing(tmp_path: Path, bring, monkeypatch) -> None:
    def breaks(**_values: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("geo.services.import_territory.save_municipality", breaks)
    with pytest.raises(RuntimeError):
        bring(write_geojson(tmp_path / "c.geojson", colonias("Centro")))
    assert not Place.objects.exists()


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_a_shapefile_in_either_encoding_keeps_its_letters(tmp_path: Path, bring, encoding: str) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Peñón"), "-lco", f"ENCODING={encoding}")
    assert figures(bring(layer)) == {"read": 1, "created": 1}
    assert Place.objects.get().name == "Peñón"


@pytest.mark.parametrize(
    ("written", "label"), [("ISO-8859-1", "UTF-8"), ("UTF-8", "ISO-8859-1"), ("UTF-8", None)]
)
def test_a_shapefile_that_lies_about_its_encoding_is_read_by_its_bytes(
    tmp_path: Path, bring, written: str, label: str | None
) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Peñón de Ánimas"), "-lco", f"ENCODING={written}")
    cpg = layer.with_suffix(".cpg")
    cpg.unlink(missing_ok=True)
    if label:
        cpg.write_text(label)
    answer = bring(layer)
    assert Place.objects.get().name == "Peñón de Ánimas"
    assert ("encoding" in notes(answer)) is bool(label)


def test_the_encoding_option_decides(tmp_path: Path, bring) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Peñón"), "-lco", "ENCODING=CP850")
    layer.with_suffix(".cpg").unlink(missing_ok=True)
    table = bytearray(layer.with_suffix(".dbf").read_bytes())
    table[29] = 0  # as programs write it that leave the encoding unsaid
    layer.with_suffix(".dbf").write_bytes(table)
    bring(layer, "--encoding", "cp850")
    assert Place.objects.get().name == "Peñón"
    assert "No existe la codificación" in bring(layer, "--encoding", "klingon")["failed"]


def test_text_garbled_before_it_came_is_put_right(tmp_path: Path, bring) -> None:
    garbled = "Peñón".encode().decode("cp1252")
    bring(write_geojson(tmp_path / "c.geojson", colonias(garbled)))
    assert Place.objects.get().name == "Peñón"


def test_letters_lost_before_they_came_are_pointed_out(tmp_path: Path, bring) -> None:
    answer = bring(write_geojson(tmp_path / "c.geojson", colonias("Pe\ufffd\ufffdn")))
    assert problems(answer) == [("warning", "damaged_name", 1)]


def test_any_reference_system_ends_as_longitude_and_latitude(tmp_path: Path, bring) -> None:
    source = write_geojson(tmp_path / "s.geojson", colonias("Centro"))
    for number, srs in enumerate(("EPSG:6372", "EPSG:32613", "EPSG:6365", "EPSG:4487", "EPSG:3857")):
        layer = translate(source, tmp_path / f"l{number}.gpkg", "-t_srs", srs)
        assert bring(layer, "--kind", "colonia")["refused"] == 0
        assert locate_point(*lonlat(200, 200)).place_code == "001"
        assert Place.objects.get().centre.coords == pytest.approx(lonlat(200, 200), abs=1e-5)


def test_without_a_prj_the_reference_system_is_asked_for(tmp_path: Path, bring) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Centro"), "-t_srs", "EPSG:6372")
    layer.with_suffix(".prj").unlink()
    assert "--srs" in bring(layer)["failed"]
    assert bring(layer)["error"]["type"] == "urn:aldaba:problem:missing_srs"
    assert bring(layer, "--srs", "EPSG:6372")["created"] == 1
    assert Place.objects.get().centre.coords == pytest.approx(lonlat(200, 200), abs=1e-5)


@pytest.mark.parametrize("srs", ["EPSG:999999", "http://example.com/srs", "/etc/passwd", "mercator", ""])
def test_a_reference_system_that_does_not_exist_is_refused(tmp_path: Path, bring, srs: str) -> None:
    layer = write_geojson(tmp_path / "c.geojson", colonias("Centro"))
    if srs:
        assert "sistema de referencia" in bring(layer, "--srs", srs)["failed"]


def test_coordinates_of_another_reference_system_are_not_taken_for_degrees(tmp_path: Path, bring) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Centro"), "-t_srs", "EPSG:32613")
    layer.with_suffix(".prj").unlink()
    answer = bring(layer, "--srs", "EPSG:4326")
    assert answer["refused"] == 1
    assert not Place.objects.exists()


def test_kml_and_kmz_come_in_with_names_for_codes(tmp_path: Path, bring) -> None:
    source = write_geojson(tmp_path / "s.geojson", [feature(square(0, 0), Name="Peña Blanca")])
    kml = translate(source, tmp_path / "capa.kml", "-f", "KML")
    answer = bring(kml)
    assert figures(answer) == {"read": 1, "created": 1}
    assert "code_from_name" in notes(answer)
    assert (Place.objects.get().code, Place.objects.get().name) == ("pena-blanca", "Peña Blanca")
    with zipfile.ZipFile(tmp_path / "capa.kmz", "w") as bundle:
        bundle.write(kml, "doc.kml")
    assert figures(bring(tmp_path / "capa.kmz")) == {"read": 1, "unchanged": 1}


def test_a_zipped_shapefile_comes_in_from_any_folder_of_the_archive(tmp_path: Path, bring) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Centro"))
    archive = tmp_path / "capa.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for part in layer.parent.iterdir():
            bundle.write(part, f"Entrega final/{part.stem}{part.suffix.upper()}")
            bundle.writestr(f"__MACOSX/Entrega final/._{part.name}", b"\0\5")
        bundle.writestr("../../leame.shp.txt", "no")
    assert figures(bring(archive)) == {"read": 1, "created": 1}


def test_comunidades_may_be_points_and_colonias_may_not(tmp_path: Path, bring) -> None:
    point = {"type": "Point", "coordinates": lonlat(100, 100)}
    several = {"type": "MultiPoint", "coordinates": [lonlat(900, 100)]}
    layer = write_geojson(
        tmp_path / "c.geojson", [feature(point, clave="1", nombre="El Palmar"), feature(several, clave="2")]
    )
    refused = bring(layer)
    assert problems(refused) == [("refused", "point_for_colonia", 1), ("refused", "point_for_colonia", 2)]
    assert refused["failed"]
    assert bring(layer, "--kind", "comunidad")["created"] == 2
    assert Place.objects.get(code="1").boundary is None
    assert Municipality.objects.get().boundary is None


def test_a_point_never_takes_away_a_boundary(tmp_path: Path, bring) -> None:
    bring(write_geojson(tmp_path / "a.geojson", colonias("El Palmar")), "--kind", "comunidad")
    point = {"type": "Point", "coordinates": lonlat(100, 100)}
    layer = write_geojson(tmp_path / "b.geojson", [feature(point, clave="001", nombre="El Palmar")])
    assert figures(bring(layer, "--kind", "comunidad")) == {"read": 1, "unchanged": 1}
    assert Place.objects.get().boundary is not None


def test_a_code_of_the_other_kind_is_refused(tmp_path: Path, bring) -> None:
    layer = write_geojson(tmp_path / "a.geojson", colonias("Centro"))
    bring(layer)
    assert problems(bring(layer, "--kind", "comunidad")) == [("refused", "code_of_other_kind", 1)]


def test_other_columns_come_along_when_named(tmp_path: Path, bring) -> None:
    rows = [feature(square(0, 0), clave="1", pob="1,250", viv=300, sector="Norte")]
    rows += [feature(square(500, 0), clave="2", pob="muchos", viv=None, sector="Norte")]
    layer = write_geojson(tmp_path / "c.geojson", rows)
    answer = bring(layer, "--population", "POB", "--households", "viv", "--district", "sector")
    assert problems(answer) == [("repaired", "bad_population", 2)]
    values = Place.objects.order_by("code").values_list("population", "households", "district")
    assert list(values) == [(1250, 300, "Norte"), (None, None, "Norte")]


def test_the_time_zone_is_the_municipalitys(tmp_path: Path, bring) -> None:
    layer = write_geojson(tmp_path / "c.geojson", colonias("Centro"))
    assert "zona horaria" in bring(layer, "--time-zone", "America/Aldaba")["failed"]
    bring(layer, "--time-zone", "America/Mazatlan")
    assert Municipality.objects.get().time_zone == "America/Mazatlan"


def test_people_read_what_happened_and_what_to_do(tmp_path: Path) -> None:
    bowtie = {
        "type": "Polygon",
        "coordinates": [[lonlat(*each) for each in ((0, 0), (9, 9), (9, 0), (0, 9), (0, 0))]],
    }
    layer = write_geojson(tmp_path / "c.geojson", [feature(bowtie, clave="1"), feature(None, clave="2")])
    out = StringIO()
    call_command("import_territory", str(layer), stdout=out)
    assert "Rechazados\n  2 (2): No tiene geometría." in out.getvalue()
    assert "el contorno se cruza a sí mismo" in out.getvalue()
    assert "Leídos 2: nuevos 1" in out.getvalue()


def test_a_failure_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^No existe el archivo .*nada\.shp\.$"):
        call_command("import_territory", str(tmp_path / "nada.shp"))


def test_neighbours_keep_one_border_when_simplified(tmp_path: Path, bring) -> None:
    wave = [lonlat(400 + (index % 2) * 3, 4 * index) for index in range(101)]
    west = {"type": "Polygon", "coordinates": [[lonlat(0, 0), *wave, lonlat(0, 400), lonlat(0, 0)]]}
    east = {
        "type": "Polygon",
        "coordinates": [[lonlat(800, 0), lonlat(800, 400), *wave[::-1], lonlat(800, 0)]],
    }
    bring(write_geojson(tmp_path / "c.geojson", [feature(west, clave="1"), feature(east, clave="2")]))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT ST_Area(ST_Union(simple_boundary)), sum(ST_Area(simple_boundary)),
                      max(ST_NPoints(simple_boundary)) FROM geo_place"""
        )
        union, total, points = cursor.fetchone()
    assert union == pytest.approx(total, rel=1e-12)
    assert points < 30
