"""The pages of the tray and what their forms would send."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

TRAY = "/bandeja/"
LONG_AGO = "2001-01-01T00:00:00-07:00"


def page_of(row):
    return f"{TRAY}{row.pk}/"


def filled(client, row, **changes):
    """What the record's form would send, with some of it changed."""
    form = client.get(page_of(row)).context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, dt.datetime):
            value = value.strftime("%Y-%m-%dT%H:%M:%S")
        if value not in (None, False):
            sent[bound.name] = "on" if value is True else value
    return {name: value for name, value in (sent | changes).items() if value is not None}


def words(answer):
    text = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
