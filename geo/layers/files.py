"""From the path that somebody typed to one real file that GDAL may open.

GDAL takes more than paths (``/vsicurl/…``, connection strings, VRT files that name other files), so it is
handed nothing but the absolute path of an ordinary file on this machine. Archives are unpacked here, within
limits, rather than by GDAL's own virtual file systems.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from geo.layers.problems import UnreadableLayer

#: What GDAL is asked to open, by suffix; the other parts of a Shapefile lie beside it.
MAP_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".kml")
_PART_SUFFIXES = (*MAP_SUFFIXES, ".shx", ".dbf", ".prj", ".cpg")
_ARCHIVE_SUFFIXES = (".zip", ".kmz")
#: A state's whole cartography is some hundreds of megabytes; an archive past this is a bomb or a mistake.
MAX_UNPACKED_BYTES = 2 * 2**30


@contextmanager
def map_files(path: str | Path) -> Iterator[list[Path]]:
    """The map files at a path: one, or those inside an archive, unpacked for as long as this is open.

    Raises ``UnreadableLayer`` when there is nothing there that could be a map.
    """
    try:
        file = Path(path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise UnreadableLayer("missing_file", _("No existe el archivo %s.") % path) from error
    if file.is_dir():
        inside = sorted(each.name for each in file.iterdir() if each.suffix.lower() in MAP_SUFFIXES)
        hint = _(" Adentro están: %s.") % ", ".join(inside[:20]) if inside else ""
        raise UnreadableLayer(
            "directory", _("%s es una carpeta. Indique el archivo que contiene.") % path + hint
        )
    if not file.is_file():
        raise UnreadableLayer("missing_file", _("%s no es un archivo.") % path)
    if file.suffix.lower() in (".dbf", ".shx", ".prj", ".cpg"):
        raise UnreadableLayer(
            "part_of_shapefile",
            _("%s es una parte de un Shapefile. Indique el archivo .shp que está a su lado.") % path,
        )
    if file.suffix.lower() not in _ARCHIVE_SUFFIXES:
        yield _whole([file])
        return
    with tempfile.TemporaryDirectory(prefix="aldaba-capa-") as folder:
        yield _whole(_unpack(file, Path(folder)))


def _whole(files: list[Path]) -> list[Path]:
    """The same files, once each Shapefile among them has the parts without which it says nothing."""
    for file in files:
        if file.suffix.lower() == ".shp":
            beside = {each.suffix.lower() for each in file.parent.iterdir() if each.stem == file.stem}
            if missing := [part for part in (".shx", ".dbf") if part not in beside]:
                raise UnreadableLayer(
                    "missing_part",
                    _("A %(file)s le falta su archivo %(parts)s: un Shapefile se copia con todas sus partes.")
                    % {"file": file.name, "parts": _(" y ").join(missing)},
                )
    return files


def _unpack(archive: Path, folder: Path) -> list[Path]:
    try:
        with zipfile.ZipFile(archive) as bundle:
            members = [each for each in bundle.infolist() if _is_part(each)]
            if sum(each.file_size for each in members) > MAX_UNPACKED_BYTES:
                raise UnreadableLayer("too_large", _("%s ocupa demasiado al abrirse.") % archive.name)
            for number, member in enumerate(members):
                _extract(bundle, member, folder, number)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # RuntimeError is what zipfile says of a password.
        raise UnreadableLayer(
            "bad_archive", _("%s no se puede abrir: está dañado, incompleto o con contraseña.") % archive.name
        ) from error
    maps = sorted(each for each in folder.rglob("*") if each.suffix.lower() in MAP_SUFFIXES)
    if not maps:
        raise UnreadableLayer(
            "no_map", _("%s no contiene ningún mapa (.shp, .gpkg, .geojson o .kml).") % archive.name
        )
    return maps


def _is_part(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    # macOS adds a shadow of each file to the archives that it makes.
    shadow = "__MACOSX" in path.parts or path.name.startswith("._")
    return not member.is_dir() and not shadow and path.suffix.lower() in _PART_SUFFIXES


def _extract(bundle: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, number: int) -> None:
    """Write one member under its bare name; parts of one Shapefile share a folder in the archive."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    parts = [part for part in path.parent.parts if part not in ("/", "..", ".")]
    target = folder.joinpath(*parts)
    target.mkdir(parents=True, exist_ok=True)
    destination = target / f"{path.stem}{path.suffix.lower()}"
    if destination.exists():
        destination = target / f"{path.stem}-{number}{path.suffix.lower()}"
    with bundle.open(member) as source, destination.open("wb") as sink:
        shutil.copyfileobj(source, sink)  # zipfile itself stops at the size that the member claims
