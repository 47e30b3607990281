"""Tells by its exit code whether the program answers that it is well: ``healthy.py HOST PORT``."""

import http.client
import sys

host, port = sys.argv[1], int(sys.argv[2])
if host in ("0.0.0.0", "::"):  # noqa: S104
    host = "localhost"
connection = http.client.HTTPConnection(host, port, timeout=5)
try:
    connection.request("GET", "/healthz")
    sys.exit(connection.getresponse().status != 200)
except OSError:
    sys.exit(1)
