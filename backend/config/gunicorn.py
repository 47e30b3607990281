"""How gunicorn serves the program: a process for each core, many threads in each.

A thread is held while a request is read, so there are many more threads than cores: tablets on a
slow network must not keep the others waiting. One that falls silent is dropped. In production nginx
reads the requests first (``deploy/nginx.conf``). The access log leaves out query strings, and the
secret in ODK's addresses.
"""

from __future__ import annotations

import gc
import os
import re
import socket
import struct
from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger

_cores = len(os.sched_getaffinity(0))

worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", str(max(2, _cores))))
# Read once and shared by the processes: a quicker start in less memory.
preload_app = True
threads = int(os.environ.get("WEB_THREADS", "24"))
worker_connections = 1000
backlog = 2048
timeout = 120
graceful_timeout = 15
keepalive = 20
# Memory that creeps cannot creep for ever.
max_requests = 50_000
max_requests_jitter = 5_000
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# The proxy's word on the caller's address and scheme; BEHIND_TLS decides whether the program trusts it.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

accesslog = "-"
errorlog = "-"
loglevel = "info"
access_log_format = '%(h)s "%(m)s %(path)s" %(s)s %(B)s %(M)sms'

#: How long a caller may send or take nothing, in seconds, before its thread serves others.
SILENCE_S = 20


def pre_fork(server: Any, worker: Any) -> None:
    """Reads the pages' modules too, and tells Python that what is read by now is never garbage.

    To look through all of it for some costs one request in some thirty 50 ms, and each process a copy.
    """
    from django.urls import get_resolver

    assert get_resolver().url_patterns  # noqa: S101 (reading them is what is wanted)
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Sets the limit on the listening sockets, from which the kernel hands it to each connection."""
    limit = struct.pack("ll", SILENCE_S, 0)
    for listener in worker.sockets:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


_SECRET_SEGMENT = re.compile(r"(/odk/key/)[^/]+")


def redacted(path: str) -> str:
    """The path, as WSGI gives it, on one line and without what would let a reader act as the caller."""
    return _SECRET_SEGMENT.sub(r"\1…", quote(path.encode("latin-1", "replace"), safe="/:@+,;=~"))


class logger_class(Logger):  # type: ignore[misc]  # noqa: N801 -- gunicorn reads this name
    """Gunicorn's own log, with ``path``: the address without query string or secrets."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn does; its error log, which quotes addresses, leaves the secrets out too."""
        # Found only once gunicorn knows the program's folder.
        from backend.config.logs import QuietFormatter

        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(QuietFormatter(self.error_fmt, self.datefmt))

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Everything a format may name; what could carry a secret is taken out."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        path = redacted(str(environ.get("PATH_INFO", "-")))
        for name in ("r", "q", "f", "U", "{raw_uri}e"):
            found[name] = path if name == "U" else "-"
        return found | {"path": path}
