"""A real object store that speaks S3: OpenStack Swift, of Debian's packages, in a folder of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

BUCKET, KEY_ID, SECRET = "fotos", "test:tester", "testing"
_HASHES = "[swift-hash]\nswift_hash_path_suffix = aldaba\nswift_hash_path_prefix = test\n"
_BACKEND = """
[DEFAULT]
devices = {folder}/devices
mount_check = false
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
log_level = ERROR
{more}
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
_PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors proxy-logging cache s3api tempauth proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{nobody}
memcache_max_connections = 1
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
"""


class Swift:
    """One account, container and object server, and the proxy that speaks S3 before them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = dict(
            zip(("proxy", "account", "container", "object", "nobody"), _free_ports(5), strict=True)
        )
        self.url = f"http://127.0.0.1:{self.ports['proxy']}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log = folder / "log"
        (folder / "devices" / "disk").mkdir(parents=True)
        os.setxattr(folder / "devices", "user.aldaba", b"1")  # as it keeps what it knows of a file
        (folder / "swift.conf").write_text(_HASHES)
        named = {"folder": folder, "user": _account()}
        for kind in ("account", "container", "object"):
            more = "servers_per_port = 0\n" if kind == "object" else ""
            text = _BACKEND.format(kind=kind, port=self.ports[kind], more=more, **named)
            (folder / f"{kind}.conf").write_text(text)
            self._make_ring(kind)
        proxy = _PROXY.format(port=self.ports["proxy"], nobody=self.ports["nobody"], **named)
        (folder / "proxy.conf").write_text(proxy)

    def start(self) -> None:
        for kind in ("account", "container", "object", "proxy"):
            with self.log.open("ab") as log:
                self.processes[kind] = subprocess.Popen(
                    [f"/usr/bin/swift-{kind}-server", str(self.folder / f"{kind}.conf"), "-v"],
                    env=_debians_python() | {"SWIFT_DIR": str(self.folder)},
                    stdout=log,
                    stderr=log,
                )
        # All four: a proxy whose stores are not up yet answers too, with 503.
        for kind in ("account", "container", "object", "proxy"):
            self._await(f"http://127.0.0.1:{self.ports[kind]}/")

    def _await(self, url: str) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(url, timeout=2)
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(60)
        self.processes.clear()

    def _make_ring(self, kind: str) -> None:
        builder = str(self.folder / f"{kind}.builder")
        device = f"r1z1-127.0.0.1:{self.ports[kind]}/disk"
        for words in (("create", "4", "1", "0"), ("add", device, "1"), ("rebalance",)):
            subprocess.run(
                ["/usr/bin/swift-ring-builder", builder, *words],
                env=_debians_python(),
                check=True,
                capture_output=True,
            )


def _account() -> str:
    return "root" if os.geteuid() == 0 else os.environ["USER"]


def _debians_python() -> dict[str, str]:
    """Swift is Debian's and runs on Debian's libraries."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
