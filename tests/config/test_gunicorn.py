"""The access log serves the operator and no thief."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from gunicorn.config import Config

from backend.config import gunicorn


def _line(path: str, query: str = "") -> str:
    log = gunicorn.logger_class(Config())
    environ = {
        "REQUEST_METHOD": "GET", "RAW_URI": f"{path}?{query}", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_REFERER": "http://h/?q=secreto",
    }  # fmt: skip
    answer = SimpleNamespace(status="200 OK", sent=5, headers=[])
    request = SimpleNamespace(headers=[])
    atoms = log.atoms(answer, request, environ, timedelta(milliseconds=12))
    return gunicorn.access_log_format % log.atoms_wrapper_class(atoms)


def test_a_line_tells_who_asked_for_what_and_how_long_it_took() -> None:
    assert _line("/boletas/") == '127.0.0.1 "GET /boletas/" 200 5 12ms'


def test_query_strings_stay_out() -> None:
    assert "Juana" not in _line("/boletas/", "q=Juana+Perez")
    assert "secreto" not in _line("/boletas/")


def test_the_key_in_odk_addresses_stays_out() -> None:
    line = _line("/odk/key/d3v1c3-t0k3n/formList")
    assert "t0k3n" not in line
    assert "/odk/key/…/formList" in line


def test_the_error_log_leaves_the_key_out(tmp_path) -> None:
    config = Config()
    config.set("errorlog", str(tmp_path / "errors"))
    log = gunicorn.logger_class(config)
    log.error("Error handling request %s", "/odk/key/d3v1c3-t0k3n/submission")
    written = (tmp_path / "errors").read_text()
    assert "/odk/key/…/submission" in written
    assert "t0k3n" not in written


def test_a_path_cannot_write_a_line_of_its_own() -> None:
    assert "\n" not in _line('/x\n127.0.0.1 "GET /forged')
