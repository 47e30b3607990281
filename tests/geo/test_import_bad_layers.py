"""Every bad layer that a municipality may hand in gets a plain answer, and harms nothing."""

from __future__ import annotations

import http.server
import json
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.gdal import OGRGeometry

from geo.models import Place
from tests.geo.shapes import lonlat
from tests.geo.test_import_territory import figures, problems
from tests.geo.vector_files import colonias, feature, square, translate, write_geojson, write_shapefile

pytestmark = pytest.mark.django_db


def polygon(*corners: tuple[float, float]) -> dict[str, Any]:
    ring = [lonlat(*corner) for corner in corners]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_an_invalid_ring_is_mended_and_its_change_told(tmp_path: Path, bring) -> None:
    bowtie = polygon((0, 0), (400, 400), (400, 0), (0, 400))
    answer = bring(write_geojson(tmp_path / "c.geojson", [feature(bowtie, clave="1")]))
    assert problems(answer) == [("repaired", "invalid_ring", 1)]
    assert "cambió 79,9" in answer["problems"][0]["detail"]  # a bow tie's two halves had cancelled out
    assert figures(answer) == {"read": 1, "created": 1, "repaired": 1}
    assert Place.objects.get().boundary.valid


@pytest.mark.parametrize(
    ("geometry", "problem"),
    [
        (None, "empty_geometry"),
        ({"type": "Polygon", "coordinates": []}, "empty_geometry"),
        (polygon((0, 0), (100, 100), (200, 200)), "no_area"),
        (polygon((0, 0), (0, 0), (0, 0)), "no_area"),
        ({"type": "LineString", "coordinates": [lonlat(0, 0), lonlat(9, 9)]}, "not_a_polygon"),
    ],
)
def test_a_feature_without_a_surface_is_refused_and_the_rest_comes_in(
    tmp_path: Path, bring, geometry: dict[str, Any] | None, problem: str
) -> None:
    layer = write_geojson(tmp_path / "c.geojson", [feature(geometry, clave="0"), *colonias("Centro")])
    answer = bring(layer)
    assert problems(answer) == [("refused", problem, 1)]
    assert figures(answer) == {"read": 2, "created": 1, "refused": 1}


def test_a_repeated_code_is_refused_naming_the_one_that_has_it(tmp_path: Path, bring) -> None:
    layer = write_geojson(tmp_path / "c.geojson", [*colonias("Centro"), feature(square(900, 0), clave="001")])
    answer = bring(layer)
    assert problems(answer) == [("refused", "duplicate_code", 2)]
    assert "elemento 1" in answer["problems"][0]["detail"]


def test_missing_codes_are_refused_and_missing_names_replaced(tmp_path: Path, bring) -> None:
    rows = [
        feature(square(0, 0), clave=None, nombre="Sin clave"),
        feature(square(500, 0), clave="2", nombre="  "),
    ]
    rows += [feature(square(1000, 0), clave="3" * 41, nombre="Larga")]
    answer = bring(write_geojson(tmp_path / "c.geojson", rows))
    assert problems(answer) == [
        ("refused", "missing_code", 1),
        ("repaired", "unnamed", 2),
        ("refused", "long_code", 3),
    ]
    assert Place.objects.get().name == "Colonia 2"


def test_a_numeric_code_is_written_as_a_number_is_read(tmp_path: Path, bring) -> None:
    rows = [feature(square(0, 0), d_codigo=28320), feature(square(500, 0), d_codigo=28321.0)]
    layer = write_geojson(tmp_path / "c.geojson", rows)
    bring(translate(layer, tmp_path / "c.gpkg", "-f", "GPKG"))
    assert sorted(Place.objects.values_list("code", flat=True)) == ["28320", "28321"]


def test_a_huge_name_is_cut(tmp_path: Path, bring) -> None:
    answer = bring(write_geojson(tmp_path / "c.geojson", colonias("Ñ" * 1_000_000)))
    assert problems(answer) == [("repaired", "long_name", 1)]
    assert len(Place.objects.get().name) == 160


def test_nested_colonias_are_fine_and_overlapping_ones_are_told(tmp_path: Path, bring) -> None:
    rows = [feature(square(0, 0, 1000), clave="BIG"), feature(square(100, 100, 200), clave="NESTED")]
    rows += [feature(square(900, 0, 500), clave="OVER"), feature(square(3000, 0), clave="T1")]
    rows += [feature(square(3000, 0), clave="T2"), feature(square(1400, 0), clave="BESIDE")]
    answer = bring(write_geojson(tmp_path / "c.geojson", rows))
    assert figures(answer) == {"read": 6, "created": 6}
    assert {(problem, code) for _s, problem, code in problems(answer)} == {
        ("same_boundary", 4),
        ("overlap", 1),
    }


def test_an_overlap_with_a_place_already_there_is_told(tmp_path: Path, bring) -> None:
    bring(write_geojson(tmp_path / "a.geojson", colonias("Centro")))
    answer = bring(write_geojson(tmp_path / "b.geojson", [feature(square(200, 0), clave="9")]))
    assert problems(answer) == [("warning", "overlap", 1)]
    assert "001" in answer["problems"][0]["detail"]


@pytest.mark.parametrize("known", [True, False])
def test_latitude_before_longitude_is_refused_with_that_hint(tmp_path: Path, bring, known: bool) -> None:
    if known:
        limit = write_geojson(tmp_path / "m.geojson", [feature(square(-100, -100, 5000))])
        bring(write_geojson(tmp_path / "a.geojson", colonias("Centro")), "--within", str(limit))
    straight = square(1000, 1000)
    swapped = {"type": "Polygon", "coordinates": [[(y, x) for x, y in straight["coordinates"][0]]]}
    answer = bring(write_geojson(tmp_path / "c.geojson", [feature(swapped, clave="7")]))
    assert problems(answer) == [("refused", "swapped_coordinates", 1)]
    assert "latitud" in answer["problems"][0]["detail"]
    assert not Place.objects.filter(code="7").exists()


def test_coordinates_beyond_the_earth_are_refused(tmp_path: Path, bring) -> None:
    far = {"type": "Polygon", "coordinates": [[(500, 800), (501, 800), (501, 801), (500, 800)]]}
    answer = bring(write_geojson(tmp_path / "c.geojson", [feature(far, clave="1"), *colonias("Centro")]))
    assert problems(answer) == [("refused", "bad_coordinates", 1)]


def test_heights_and_measures_are_dropped(tmp_path: Path, bring) -> None:
    layer = write_geojson(tmp_path / "s.geojson", colonias("Centro"))
    for dimension in ("XYZ", "XYM", "XYZM"):
        raised = translate(layer, tmp_path / f"{dimension}.gpkg", "-dim", dimension)
        answer = bring(raised)
        assert answer["created"] + answer["unchanged"] == 1
        assert "flattened" in {note["note"] for note in answer["notes"]}
    assert not Place.objects.get().boundary.hasz


def test_curves_become_straight_stretches(tmp_path: Path, bring) -> None:
    (west, south), (east, north) = lonlat(0, 0), lonlat(400, 400)
    circle = OGRGeometry(f"CURVEPOLYGON(CIRCULARSTRING({west} {south},{east} {north},{west} {south}))")
    stroked = feature(json.loads(circle.get_linear_geometry().json), clave="1")
    layer = write_geojson(tmp_path / "s.geojson", [stroked])
    options = ("-nlt", "CONVERT_TO_CURVE", "-lco", "GEOMETRY_NAME=geom")
    answer = bring(translate(layer, tmp_path / "c.gpkg", *options))
    assert problems(answer) == [("repaired", "curves", 1)]
    assert Place.objects.get().area_m2 == pytest.approx(251_000, rel=0.01)


def test_a_collection_keeps_its_polygons(tmp_path: Path, bring) -> None:
    mixed = {
        "type": "GeometryCollection",
        "geometries": [square(0, 0), {"type": "Point", "coordinates": lonlat(0, 0)}, square(500, 0)],
    }
    answer = bring(write_geojson(tmp_path / "c.geojson", [feature(mixed, clave="1")]))
    assert problems(answer) == [("repaired", "collection", 1)]
    assert Place.objects.get().boundary.num_geom == 2


def test_a_layer_of_lines_is_refused_whole(tmp_path: Path, bring) -> None:
    street = {"type": "LineString", "coordinates": [lonlat(0, 0), lonlat(9, 9)]}
    layer = write_shapefile(tmp_path / "shp", [feature(street, clave="1")])
    assert "es de líneas" in bring(layer)["failed"]


def test_several_layers_ask_which_and_an_unknown_one_lists_them(tmp_path: Path, bring) -> None:
    one = write_geojson(tmp_path / "a.geojson", colonias("Centro"))
    layers = translate(one, tmp_path / "l.gpkg", "-nln", "colonias")
    write_geojson(tmp_path / "b.geojson", [feature(square(0, 0), clave="5")])
    translate(tmp_path / "b.geojson", tmp_path / "extra.gpkg", "-nln", "manzanas")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as bundle:
        bundle.write(layers, "l.gpkg")
        bundle.write(tmp_path / "extra.gpkg", "extra.gpkg")
    assert "colonias, manzanas. Elija una con --layer" in bring(tmp_path / "two.zip")["failed"]
    assert "Hay: colonias, manzanas" in bring(tmp_path / "two.zip", "--layer", "calles")["failed"]
    assert bring(tmp_path / "two.zip", "--layer", "manzanas")["created"] == 1


def test_an_unknown_field_lists_those_there_are(tmp_path: Path, bring) -> None:
    layer = write_geojson(tmp_path / "c.geojson", colonias("Centro"))
    assert "Tiene: clave, nombre." in bring(layer, "--code", "CVE")["failed"]
    anonymous = write_geojson(tmp_path / "d.geojson", [feature(square(0, 0), fid_1=3, area=2)])
    assert "--code" in bring(anonymous)["failed"]
    assert "fid_1, area" in bring(anonymous)["failed"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.gpkg", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("letter.geojson", "Estimado director: le envío el mapa.".encode()),
        ("list.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Fea'),
        ("plain.json", b'{"colonias": 12}'),
        ("empty.gpkg", b""),
        ("page.kml", b"<html><body>404</body></html>"),
        ("noise.zip", b"PK\x03\x04" + bytes(100)),
        ("table.csv", b"clave,lon,lat\n1,-106,23\n"),
    ],
)
def test_what_is_no_map_is_called_so(tmp_path: Path, bring, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    answer = bring(tmp_path / name)
    assert name in answer["failed"] or "capa" in answer["failed"]
    assert figures(answer) == {}


def test_a_layer_without_features_is_called_empty(tmp_path: Path, bring) -> None:
    assert "ningún elemento" in bring(write_geojson(tmp_path / "c.geojson", []))["failed"]


def test_a_folder_a_part_and_a_missing_file_are_told_apart(tmp_path: Path, bring) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Centro"))
    assert "es una carpeta" in bring(layer.parent)["failed"]
    assert "capa.shp" in bring(layer.parent)["failed"]
    assert "una parte de un Shapefile" in bring(layer.with_suffix(".dbf"))["failed"]
    assert "No existe" in bring(tmp_path / "otra.shp")["failed"]


def test_a_shapefile_copied_without_its_parts_says_which(tmp_path: Path, bring) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Centro"))
    with zipfile.ZipFile(tmp_path / "capa.zip", "w") as bundle:
        bundle.write(layer, "capa.shp")
    assert "le falta su archivo .shx y .dbf" in bring(tmp_path / "capa.zip")["failed"]
    layer.with_suffix(".dbf").unlink()
    assert "le falta su archivo .dbf" in bring(layer)["failed"]


def test_a_shapefile_cut_short_is_damaged(tmp_path: Path, bring) -> None:
    layer = write_shapefile(tmp_path / "shp", colonias("Centro", "Playa", "Norte"))
    layer.write_bytes(layer.read_bytes()[:200])
    answer = bring(layer)
    assert answer.get("failed") or answer["refused"]
    assert Place.objects.count() == answer.get("created", 0)


def test_a_map_that_names_other_files_is_not_opened(tmp_path: Path, bring) -> None:
    source = write_geojson(tmp_path / "c.geojson", colonias("Centro"))
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="c"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
    (tmp_path / "c.vrt").write_text(vrt + "</OGRVRTDataSource>")
    assert "no es un mapa" in bring(tmp_path / "c.vrt")["failed"]
    for path in (
        f"/vsizip/{tmp_path}/c.zip",
        "/vsicurl/http://127.0.0.1/c.geojson",
        vrt,
        f"GeoJSON:{source}",
    ):
        assert "No existe" in bring(path)["failed"]


def test_a_reference_system_by_address_is_never_fetched(tmp_path: Path, bring) -> None:
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/srs.prj"
    for kind, properties in (
        ("link", {"href": address}),
        ("name", {"name": address}),
        ("url", {"url": address}),
    ):
        crs = {"type": kind, "properties": properties}
        bring(write_geojson(tmp_path / f"{kind}.geojson", colonias("Centro"), crs=crs))
    server.shutdown()
    server.server_close()
    assert asked == []


def test_a_trial_with_a_file_that_is_no_map_is_still_told_as_a_trial(tmp_path: Path, bring) -> None:
    layer = tmp_path / "notas.geojson"
    layer.write_text("no soy un mapa", encoding="utf-8")
    trial, real = bring(layer, "--dry-run"), bring(layer)
    assert trial["error"]["type"] == real["error"]["type"]
    assert (trial["dry_run"], real["dry_run"]) == (True, False)
