"""One layer of a vector file, feature by feature: values as text, geometry flat, straight and in 4326."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_void_p
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.contrib.gis.gdal import (
    AxisOrder,
    CoordTransform,
    DataSource,
    GDALException,
    OGRGeometry,
    SpatialReference,
)
from django.contrib.gis.gdal.driver import Driver
from django.contrib.gis.gdal.error import SRSException
from django.contrib.gis.gdal.feature import Feature
from django.contrib.gis.gdal.layer import Layer
from django.contrib.gis.gdal.prototypes import ds as capi
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.layers import offline, text
from geo.layers.files import map_files
from geo.layers.problems import UnreadableLayer

#: The formats that are read, and no other: several of GDAL's open further files or addresses by themselves.
DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON", "LIBKML", "KML")
_LINES = ("LineString", "MultiLineString", "CompoundCurve", "CircularString", "MultiCurve")


@dataclass(frozen=True, slots=True)
class Record:
    """A feature as the file has it: ``number`` counts from 1; ``shape`` is None when it has none."""

    number: int
    values: dict[str, str]
    shape: BaseGeometry | None
    error: str = ""
    had_curves: bool = False


@dataclass
class VectorLayer:
    """A layer ready to be read. ``notes`` tell what was assumed about it as a whole."""

    name: str
    driver: str
    fields: list[str]
    notes: list[tuple[str, str]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def read_layer(
    path: str | Path, *, layer: str | None = None, encoding: str | None = None, srs: str | None = None
) -> VectorLayer:
    """Read one layer whole.

    ``layer`` is needed when the file has several; ``srs`` ("EPSG:6372") overrides what the file says and is
    needed when it says nothing. Raises ``UnreadableLayer``.
    """
    forced = text.known_encoding(encoding) if encoding else None
    reference = _reference(srs) if srs else None
    with map_files(path) as files, _opened(files, layer) as (file, source, ogr):
        try:
            return _read(file, source, ogr, forced, reference)
        except GDALException as error:
            raise UnreadableLayer(
                "damaged", _("El archivo %s está dañado o incompleto.") % file.name
            ) from error


@contextmanager
def _opened(files: list[Path], wanted: str | None) -> Iterator[tuple[Path, DataSource, Layer]]:
    """The layer asked for among those of all files, or the only one."""
    sources = [(file, _open(file)) for file in files]
    found = [(file, source, source[index]) for file, source in sources for index in range(len(source))]
    names = ", ".join(sorted(layer.name for *_ignored, layer in found))
    if wanted is not None:
        found = [each for each in found if each[2].name == wanted]
        if not found:
            raise UnreadableLayer("unknown_layer", _("No hay una capa «%s». Hay: %s.") % (wanted, names))
    else:
        found = [each for each in found if each[2].geom_type.name != "None"] or found
    if not found:
        raise UnreadableLayer("empty", _("El archivo no tiene ninguna capa."))
    if len(found) > 1:
        raise UnreadableLayer("many_layers", _("Hay varias capas: %s. Elija una con --layer.") % names)
    yield found[0]


def _open(file: Path) -> DataSource:
    Driver.ensure_registered()
    offline.refuse_fetches()
    names = (c_char_p * (len(DRIVERS) + 1))(*(name.encode() for name in DRIVERS), None)
    # Without recoding: which encoding it is, is decided by looking at the bytes.
    options = (c_char_p * 2)(b"ENCODING=", None) if file.suffix.lower() == ".shp" else None
    try:
        pointer = capi.open_ds(bytes(file), capi.GDAL_OF_READONLY | capi.GDAL_OF_VECTOR, names, options, None)
    except GDALException as error:
        raise UnreadableLayer(
            "not_a_map",
            _("%s no es un mapa que se pueda leer. Se aceptan Shapefile, GeoPackage, GeoJSON y KML.")
            % file.name,
        ) from error
    # Latin-1 hands every byte through unchanged, to be decoded here.
    # (Any second pointer says that the first is one; DataSource then asks for the driver itself.)
    return DataSource(pointer, c_void_p(1), encoding="latin-1")  # type: ignore[arg-type]


def _reference(srs: str) -> SpatialReference:
    # Only a plain EPSG number: GDAL would take file names and addresses here.
    matched = re.fullmatch(r"(?:EPSG:)?(\d{4,6})", srs.strip(), re.IGNORECASE)
    try:
        if matched:
            return SpatialReference(int(matched[1]))
    except (GDALException, SRSException):
        pass
    raise UnreadableLayer(
        "unknown_srs",
        _("No se conoce el sistema de referencia «%s». Escríbalo como EPSG:6372, por ejemplo.") % srs,
    )


def _read(
    file: Path, source: DataSource, ogr: Layer, forced: str | None, reference: SpatialReference | None
) -> VectorLayer:
    driver = str(source.driver)
    features = list(ogr)
    if not features:
        raise UnreadableLayer("empty", _("La capa %s no tiene ningún elemento.") % _plain(ogr.name))
    if re.sub(r"(25D|ZM|Z|M)$", "", ogr.geom_type.name) in _LINES:
        raise UnreadableLayer(
            "lines",
            _("La capa %s es de líneas. Hacen falta polígonos o, para comunidades, puntos.")
            % _plain(ogr.name),
        )
    layer = VectorLayer(_plain(ogr.name), driver, [_plain(name) for name in ogr.fields])
    transform = _transform(file, ogr, reference)
    rows = [_bytes_of(feature) for feature in features]
    encoding = forced or _encoding(file, driver, rows, layer)
    flattened = False
    for number, (feature, row) in enumerate(zip(features, rows, strict=True), start=1):
        values = {
            name: text.mended(value.decode(encoding, "replace")).replace("\x00", "").strip()
            for name, value in zip(layer.fields, row, strict=True)
        }
        shape, error, curved, raised = _shape(feature, transform)
        flattened |= raised
        layer.records.append(Record(number, values, shape, error, curved))
    if flattened:
        layer.notes.append(("flattened", _("Las alturas o medidas (Z, M) de la capa se quitaron.")))
    return layer


def _plain(raw: str) -> str:
    """A name that came as bytes in Latin-1's clothes."""
    content = raw.encode("latin-1")
    return content.decode(text.choose([content], None)[0], "replace")


def _transform(file: Path, ogr: Layer, reference: SpatialReference | None) -> CoordTransform:
    found = reference or ogr.srs
    if found is None or (found.local and not found.projected and not found.geographic):
        raise UnreadableLayer(
            "missing_srs",
            _(
                "%s no dice en qué sistema de referencia está (le falta el archivo .prj). "
                "Indíquelo con --srs, por ejemplo --srs EPSG:6372."
            )
            % file.name,
        )
    target = SpatialReference(4326, axis_order=AxisOrder.TRADITIONAL)
    try:
        return CoordTransform(found, target)
    except GDALException as error:
        raise UnreadableLayer(
            "unknown_srs",
            _("El sistema de referencia de %s no se puede convertir. Indique otro con --srs.") % file.name,
        ) from error


def _bytes_of(feature: Feature) -> list[bytes]:
    """Every attribute as the file's own bytes; what is not set is empty."""
    return [
        (feature[index].as_string() or "").encode("latin-1") if feature[index].is_set else b""
        for index in range(feature.num_fields)
    ]


def _encoding(file: Path, driver: str, rows: list[list[bytes]], layer: VectorLayer) -> str:
    # GeoPackage, GeoJSON and KML are UTF-8 by their standards; GDAL already recodes a KML that is not.
    declared = text.declared_by_shapefile(file) if driver == "ESRI Shapefile" else "utf-8"
    encoding, differs = text.choose((value for row in rows for value in row), declared)
    if differs:
        layer.notes.append(
            (
                "encoding",
                _("El archivo dice que su texto está en %(declared)s, pero está en %(found)s: se leyó así.")
                % {"declared": declared, "found": encoding},
            )
        )
    return encoding


def _shape(feature: Feature, transform: CoordTransform) -> tuple[BaseGeometry | None, str, bool, bool]:
    """The shape in 4326, why it could not be read, whether it had curves and whether it had Z or M."""
    try:
        geometry: OGRGeometry = feature.geom
    except GDALException:
        return None, "", False, False
    try:
        curved, raised = geometry.has_curve, geometry.is_3d or geometry.is_measured
        if curved:
            geometry = geometry.get_linear_geometry()
        geometry.set_3d(False)
        geometry.set_measured(False)
        geometry.transform(transform)
        shape = shapely.from_wkb(bytes(geometry.wkb))
    except (GDALException, shapely.errors.GEOSException) as error:
        return None, str(error), False, False
    return (None if shape.is_empty else shape), "", curved, raised
