"""Where ``/api/v1/petitions/`` is."""

from __future__ import annotations

URL = "/api/v1/petitions/"
