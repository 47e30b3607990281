"""What a file of petitions holds, and what an import of it does."""

from __future__ import annotations

import zoneinfo
from pathlib import Path

from field.services.history.load import Options, import_history
from tests.factories import SIDE, SOUTH, WEST

LON, LAT = WEST + SIDE / 2, SOUTH + SIDE / 2
HEADER = "Folio,Fecha,Categoría,Descripción,Longitud,Latitud"
ROW = f"R-1,15/03/2024 10:30,Bache,Un bache,{LON},{LAT}"
MAZATLAN = zoneinfo.ZoneInfo("America/Mazatlan")


def take(path: Path, **options):
    return import_history(path=path, options=Options(**options))
