"""A town, and a file of another system's petitions."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.factories import CategoryFactory, DepartmentFactory, MunicipalityFactory, PlaceFactory
from tests.field.import_petitions.files import HEADER


@pytest.fixture(autouse=True)
def town():
    MunicipalityFactory()
    place = PlaceFactory(column=0, code="C0", name="Centro")
    works = DepartmentFactory(code="obras", name="Obras")
    category = CategoryFactory(code="bache", name="Bache", department=works)
    general = CategoryFactory(code="general", name="Otra petición", department=works)
    return SimpleNamespace(place=place, works=works, category=category, general=general)


@pytest.fixture
def table(tmp_path):
    """Writes a CSV and gives its path."""

    def write(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "historico.csv"
        path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
        return path

    return write
