"""What an office may set, and the limits of what it is handed."""

from __future__ import annotations

import re
from pathlib import Path

from backend.config.settings.environment import VAR_DIR, env

# --- territory (geo) -------------------------------------------------------------------------
#: How far from a comunidad a point outside every boundary still counts as its own, in metres.
LOCATE_NEAREST_M = env.float("LOCATE_NEAREST_M", default=2000)
# GDAL before 3.9 cannot itself be kept from fetching what a spatial reference names; geo.layers.reader does:
# an allow-list of formats, plain files only, EPSG numbers only, and no HTTP.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
#: The tiles under the office's maps, and whom they are owed to; empty: our own outlines.
BASEMAP_URL = env.str("BASEMAP_URL", default="")
BASEMAP_ATTRIBUTION = env.str("BASEMAP_ATTRIBUTION", default="")
#: ``https://{s}.tiles.example/{z}/…`` is fetched from ``https://*.tiles.example``.
BASEMAP_SOURCES = re.findall(r"^https?://[^/]+", BASEMAP_URL.replace("{s}", "*"))

# --- limits of what is handed in (field) -----------------------------------------------------
SYNC_MAX_RECORDS = 200
SYNC_MAX_BYTES = 16 * 2**20
ATTACHMENT_MAX_BYTES = 80 * 2**20
#: Width times height: what a worker may have to decode at once (4 bytes each).
ATTACHMENT_MAX_PIXELS = 72_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
# 200 referral rules of eight fields each, the most that an office may have, and what else the form says.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500
#: What ODK Collect may send at once (the proxy lets 84 MB through), and how much of it the form may be.
ODK_MAX_BYTES = 83 * 2**20
ODK_XML_MAX_BYTES = 2**20
#: For how many days what a revoked tablet still submits through ODK Collect is kept for a person.
ODK_GRACE_DAYS = env.int("ODK_GRACE_DAYS", default=30)
#: How long a tablet's one-time code may wait to be used.
ENROLMENT_HOURS = 48
#: How many days ahead a tablet carries its visits.
PACK_DAYS = env.int("PACK_DAYS", default=14)
# Open petitions of one category this many metres apart may be about the same thing.
ECHO_RADIUS_M = env.int("ECHO_RADIUS_M", default=60)
#: The PMTiles file with the municipality's streets that tablets may hold, and whom it is owed to.
CAMPO_BASEMAP = env.str("CAMPO_BASEMAP", default="")
CAMPO_BASEMAP_ATTRIBUTION = env.str("CAMPO_BASEMAP_ATTRIBUTION", default="")

#: What citizens call to ask for a folio, to dispute or to say that a date has passed; empty: nothing is said.
OFFICE_PHONE = env.str("OFFICE_PHONE", default="")

# --- messages to citizens (backend.notifications) -----------------------------------------------
#: ``smtp+tls://usuario:clave@correo.municipio.gob.mx:587``; empty: messages go to a file.
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
#: Seconds for each answer of the mail server, and four times that after a message: it looks through it first.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Atención Ciudadana <no-responder@localhost>")
_FILE_PORT = "backend.notifications.ports.file.FilePort"
NOTIFICATION_PORTS = {
    "email": "backend.notifications.ports.smtp.SmtpPort" if EMAIL_URL else _FILE_PORT,
    "sms": env.str("SMS_PORT", default=_FILE_PORT),
    "whatsapp": env.str("WHATSAPP_PORT", default=_FILE_PORT),
}
#: How people who left a telephone and no e-mail are told: ``sms``, ``whatsapp``, or empty: not at all.
NOTIFY_PHONES_BY = env.str("NOTIFY_PHONES_BY", default="sms")
#: Where the messages that go to a file are written.
NOTIFICATION_FOLDER = Path(env.str("NOTIFICATION_FOLDER", default=str(VAR_DIR / "messages")))
