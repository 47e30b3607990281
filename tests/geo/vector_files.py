"""Small vector files of every format, written by GDAL itself from GeoJSON."""

from __future__ import annotations

import json
from ctypes import POINTER, byref, c_char_p, c_int, c_void_p
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import DataSource
from django.contrib.gis.gdal.libgdal import lgdal

from tests.geo.shapes import lonlat

lgdal.GDALVectorTranslateOptionsNew.argtypes = [POINTER(c_char_p), c_void_p]
lgdal.GDALVectorTranslateOptionsNew.restype = c_void_p
lgdal.GDALVectorTranslate.argtypes = [c_char_p, c_void_p, c_int, POINTER(c_void_p), c_void_p, POINTER(c_int)]
lgdal.GDALVectorTranslate.restype = c_void_p
lgdal.GDALClose.argtypes = [c_void_p]


def square(west: float, south: float, side: float = 400) -> dict[str, Any]:
    """A square polygon, its corner in metres from the territory's corner."""
    east, north = west + side, south + side
    ring = [lonlat(*corner) for corner in ((west, south), (east, south), (east, north), (west, north))]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def colonias(*names: str) -> list[dict[str, Any]]:
    """Squares side by side, coded 001, 002, …"""
    return [
        feature(square(500 * index, 0), clave=f"{index + 1:03}", nombre=name)
        for index, name in enumerate(names)
    ]


def write_geojson(path: Path, features: list[dict[str, Any]], **members: Any) -> Path:
    collection = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return path


def translate(source: Path, target: Path, *options: str) -> Path:
    """What ``ogr2ogr OPTIONS target source`` does."""
    opened = DataSource(source)
    words = [option.encode() for option in options]
    arguments = (c_char_p * (len(words) + 1))(*words, None)
    parsed = lgdal.GDALVectorTranslateOptionsNew(arguments, None)
    failed = c_int()
    inputs = (c_void_p * 1)(opened.ptr)
    written = lgdal.GDALVectorTranslate(bytes(target), None, 1, inputs, parsed, byref(failed))
    assert written, f"GDAL did not write {target}"
    lgdal.GDALClose(written)
    return target


def write_shapefile(folder: Path, features: list[dict[str, Any]], *options: str) -> Path:
    """``folder/capa.shp`` with its parts."""
    folder.mkdir(exist_ok=True)
    source = write_geojson(folder.parent / f"{folder.name}-source.geojson", features)
    return translate(source, folder / "capa.shp", "-f", "ESRI Shapefile", *options)
