"""The QR that sets up ODK Collect."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any


def collect_qr_text(settings: Mapping[str, Any]) -> str:
    """Its settings as JSON, compressed, in base 64 (docs.getodk.org/collect-import-export)."""
    packed = json.dumps(settings, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.b64encode(zlib.compress(packed, 9)).decode()
