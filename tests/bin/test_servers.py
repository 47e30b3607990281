"""The private PostgreSQL and Redis come up whatever an earlier run left behind, and never as root."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.bin.conftest import Checkout

PLACES = """
account=$(choose_account)
data=$(make_data_dir "$account" embedded)
sockets=$(make_socket_dir "$account" "$data")
make_cluster "$account" "$data" --no-sync
printf '%s\\n' "$account" "$data" "$sockets"
"""


def _prepare(checkout: Checkout) -> list[str]:
    answer = checkout.bash(PLACES)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split("\n")[:3]


def _start(checkout: Checkout, places: list[str]) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
    postgres = checkout.step("postgres", *places, "on")
    redis = checkout.step("redis", *places, "on")
    waited = checkout.bash(f'await_servers "{places[2]}" {postgres.pid} 120')
    assert waited.returncode == 0, waited.stderr
    return postgres, redis


def _ask(checkout: Checkout, sockets: str, sql: str) -> str:
    answer = checkout.bash(f'superuser_sql "{sockets}" postgres <<<"{sql}"')
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def _tell_redis(sockets: str, *words: str) -> str:
    command = ["redis-cli", "-s", f"{sockets}/redis.sock", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_data_and_queue_survive_a_kill_and_a_pid_that_is_someone_elses_now(checkout: Checkout) -> None:
    places = _prepare(checkout)
    data, sockets = Path(places[1]), places[2]
    postgres, redis = _start(checkout, places)
    _ask(checkout, sockets, "CREATE TABLE kept AS SELECT 7 AS n")
    _tell_redis(sockets, "rpush", "queue", "task")
    postgres.kill()
    redis.kill()
    postgres.wait()
    redis.wait()
    pid_file = data / "postgres/postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(postgres.pid), str(os.getpid()), 1))

    _start(checkout, places)

    assert _ask(checkout, sockets, "SELECT n FROM kept") == "7"
    assert _tell_redis(sockets, "llen", "queue") == "1"


def test_nothing_runs_as_root_or_listens_on_a_port(checkout: Checkout) -> None:
    for process in _start(checkout, _prepare(checkout)):
        running = psutil.Process(process.pid)
        assert 0 not in running.uids()
        assert [c for c in running.net_connections("inet") if c.status == "LISTEN"] == []


def test_an_unfinished_cluster_is_made_anew(checkout: Checkout) -> None:
    places = _prepare(checkout)
    cluster = Path(places[1]) / "postgres"
    cluster.rename(cluster.with_name("postgres.new"))
    (cluster.with_name("postgres.new") / "PG_VERSION").unlink()
    _prepare(checkout)
    assert (cluster / "PG_VERSION").read_text().strip() == "15"
    assert not cluster.with_name("postgres.new").exists()


def test_a_long_path_gets_a_short_folder_for_its_sockets(checkout: Checkout) -> None:
    deep = checkout.root.parent / ("largo-" * 20) / "aldaba con espacios"
    deep.parent.mkdir()
    deep.parent.chmod(0o755)
    checkout.root.rename(deep)
    places = _prepare(Checkout(deep))
    assert len(f"{places[2]}/.s.PGSQL.5432") <= 107
    assert Path(places[2]).stat().st_mode & 0o077 == 0
    Path(places[2]).rmdir()


def test_a_short_folder_that_is_someone_elses_is_refused(checkout: Checkout) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can make a folder of someone else's")
    asked = """
    data=/nonexistent/$$$(printf 'x%.0s' {1..100})
    squatted=/tmp/aldaba-$(id -u "$(choose_account)")-$(digest <<<"$data")
    mkdir "$squatted" && chown nobody "$squatted"
    trap 'rmdir "$squatted"' EXIT
    make_socket_dir "$(choose_account)" "$data"
    """
    answer = checkout.bash(asked)
    assert answer.returncode == 1
    assert "es de otra cuenta" in answer.stderr


def test_a_checkout_that_only_root_may_enter_keeps_its_data_outside(checkout: Checkout) -> None:
    if os.getuid() != 0:
        pytest.skip("only root has such a folder")
    checkout.root.chmod(0o700)
    places = _prepare(checkout)
    assert places[1].startswith("/var/lib/aldaba/")
    assert (checkout.root / "var/embedded").resolve() == Path(places[1])
    _start(checkout, places)
    assert _prepare(checkout) == places
