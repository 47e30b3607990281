"""Where a tablet enrols."""

from __future__ import annotations

ENROL = "/api/v1/devices/enrol"
