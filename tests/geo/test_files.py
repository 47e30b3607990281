"""Files that a page hands over."""

from __future__ import annotations

import pytest

from geo.files import file_response


def test_a_file_is_saved_under_its_name_as_what_its_ending_says():
    response = file_response("a,b", "densidad.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="densidad.csv"'
    assert file_response(b"", "lunes.gpx")["Content-Type"] == "application/gpx+xml"


def test_a_paper_is_looked_at_first():
    response = file_response(b"%PDF", "acuse.pdf", inline=True)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="acuse.pdf"'


def test_a_kind_of_file_that_nobody_named_is_a_slip():
    with pytest.raises(KeyError):
        file_response(b"", "datos.exe")
