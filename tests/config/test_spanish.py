"""Django's own words in Mexican Spanish, where its catalogue is mended."""

from datetime import UTC, datetime, timedelta

from django.utils.timesince import timesince


def test_a_space_follows_the_comma_of_a_stretch_of_time():
    now = datetime(2026, 11, 30, 18, tzinfo=UTC)
    said = timesince(now - timedelta(days=3, hours=13), now)
    assert said.replace("\xa0", " ") == "3 días, 13 horas"
