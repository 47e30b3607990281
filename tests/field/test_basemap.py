"""The street map that tablets hold: what is told of it, its bytes by range, and files that are none."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest
from pmtiles.reader import MemorySource, Reader

from field.checks import tablets_map
from field.services.basemap import PART_BYTES, current_basemap
from field.services.pack import build_pack
from tests.streets import make_streets

pytestmark = pytest.mark.django_db


@pytest.fixture
def streets(tmp_path, settings) -> Path:
    settings.CAMPO_BASEMAP = str(make_streets(tmp_path / "calles.pmtiles", ballast=3 * PART_BYTES))
    return Path(settings.CAMPO_BASEMAP)


@pytest.fixture
def version(streets) -> str:
    basemap = current_basemap()
    assert basemap
    return basemap.version


def _bytes(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_pack_tells_of_the_map_and_of_none(streets, version, settings, tablet):
    told = build_pack(device=tablet[0])["basemap"]
    assert told == {
        "version": version,
        "bytes": streets.stat().st_size,
        "attribution": "© OpenStreetMap",
    }
    settings.CAMPO_BASEMAP = ""
    assert build_pack(device=tablet[0])["basemap"] is None


def test_a_map_that_went_away_costs_the_pack_nothing(streets, tablet, caplog):
    streets.unlink()
    assert build_pack(device=tablet[0])["basemap"] is None
    assert "CAMPO_BASEMAP" in caplog.text


def test_every_part_is_what_its_hash_says(streets, version, client):
    about = client.get(f"/campo/mapa/{version}.json").json()
    assert about["bytes"] == streets.stat().st_size
    assert len(about["parts"]) == -(-about["bytes"] // about["part_bytes"])
    joined = b""
    for place, name in enumerate(about["parts"]):
        start = place * about["part_bytes"]
        end = min(start + about["part_bytes"], about["bytes"]) - 1
        answer = client.get(f"/campo/mapa/{version}.pmtiles", headers={"range": f"bytes={start}-{end}"})
        part = _bytes(answer)
        assert answer.status_code == 206
        assert answer["Content-Range"] == f"bytes {start}-{end}/{about['bytes']}"
        assert answer["Content-Length"] == str(len(part))
        assert hashlib.sha256(part).hexdigest() == name
        joined += part
    assert joined == streets.read_bytes()
    assert Reader(MemorySource(joined)).header()["max_zoom"] == 15


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-0", 206, (0, 1)),
        ("bytes=100-", 206, (100, None)),
        ("bytes=-50", 206, (-50, None)),
        ("bytes=0-999999999999", 206, (0, None)),
        ("bytes=9-3", 200, (0, None)),
        ("bytes=-", 200, (0, None)),
        ("bytes=0-1,5-6", 200, (0, None)),
        ("items=0-1", 200, (0, None)),
        ("bytes=999999999999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_ranges_are_answered_as_http_says(streets, version, client, asked, status, span):
    answer = client.get(f"/campo/mapa/{version}.pmtiles", headers={"range": asked})
    assert answer.status_code == status
    if span is None:
        assert answer["Content-Range"] == f"bytes */{streets.stat().st_size}"
    else:
        assert _bytes(answer) == streets.read_bytes()[span[0] : span[1]]


def test_a_version_is_kept_for_ever_and_another_is_not_found(streets, version, client):
    address = f"/campo/mapa/{version}.pmtiles"
    whole = client.get(address)
    assert "immutable" in whole["Cache-Control"]
    assert _bytes(whole) == streets.read_bytes()
    assert client.get(address, headers={"if-none-match": whole["ETag"]}).status_code == 304
    stale = client.get(address, headers={"range": "bytes=0-9", "if-range": '"otra"'})
    assert (stale.status_code, len(_bytes(stale))) == (200, streets.stat().st_size)
    make_streets(streets, ballast=PART_BYTES, seed=2)
    assert client.get(address).status_code == 404
    assert client.get(f"/campo/mapa/{version}.json").status_code == 404
    renewed = current_basemap()
    assert renewed
    assert renewed.version != version


def test_touching_the_file_makes_no_new_version(streets, version):
    os.utime(streets, (1, 1))
    basemap = current_basemap()
    assert basemap
    assert basemap.version == version


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def _header_byte(place: int, value: int):
    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[place] = value
        path.write_bytes(content)

    return change


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (Path.unlink, "No se puede leer"),
        (lambda path: path.write_bytes(b""), "No es un archivo PMTiles"),
        (lambda path: path.write_bytes(b"PK" * 400), "No es un archivo PMTiles"),
        (_header_byte(7, 2), "versión 2"),
        (_header_byte(99, 2), "vectoriales"),
        (_header_byte(98, 3), "gzip"),
        (_header_byte(24 + 5, 9), "incompleto"),
        (_cut, "incompleto"),
    ],
)
def test_whoever_runs_it_is_told_what_is_wrong_with_the_file(streets, spoil, said):
    spoil(streets)
    [found] = tablets_map()
    assert found.id == "field.E001"
    assert said in found.msg
    assert current_basemap() is None


def test_whoever_runs_it_is_told_of_a_map_without_streets_or_owner(streets, settings):
    assert tablets_map() == []
    make_streets(streets, attribution="", vector_layers=[{"id": "agua"}])
    assert [found.id for found in tablets_map()] == ["field.W001", "field.W002"]
    settings.CAMPO_BASEMAP = ""
    assert tablets_map() == []


def test_the_attribution_is_told_without_markup(streets, tablet):
    make_streets(
        streets, attribution='<a href="https://x.example">&copy; OpenStreetMap</a><script>1</script>'
    )
    told = build_pack(device=tablet[0])["basemap"]["attribution"]
    assert told.startswith("© OpenStreetMap")
    assert not re.search("[<>]", told)
