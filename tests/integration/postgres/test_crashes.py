"""What a crash leaves behind hinders no start."""

import os
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tandem.postgres import EmbeddedPostgres, PostgresFailed
from tests.integration.postgres.processes import kill, wait_until


def _pid_file(folder: Path) -> Path:
    return folder / "postgres" / "data" / "postmaster.pid"


def _server_pid(folder: Path) -> int:
    return int(_pid_file(folder).read_text().splitlines()[0])


def test_killed_server_is_started_again_with_what_was_committed(server: EmbeddedPostgres, folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=True)
    with server.hold() as hold:
        with psycopg.connect(hold.address.url) as session:
            session.execute("CREATE TABLE kept AS SELECT generate_series(1, 100000) AS number")
        kill(_server_pid(folder))
        with psycopg.connect(server.ensure_running().url) as session:
            assert session.execute("SELECT count(*) FROM kept").fetchone() == (100000,)


def test_server_killed_in_the_middle_of_a_query_is_started_again(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold() as hold, closing(psycopg.connect(hold.address.url)) as session:
        session.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 8000000)")
        kill(_server_pid(folder))
        assert server.ensure_running().answers()


@pytest.mark.parametrize("stopped_with", [signal.SIGKILL, signal.SIGQUIT])
def test_pid_file_that_names_a_stranger_is_removed(
    server: EmbeddedPostgres, folder: Path, stopped_with: signal.Signals
) -> None:
    address = server.ensure_running()
    file = _pid_file(folder)
    left_behind = file.read_text().splitlines()[1:]
    os.kill(_server_pid(folder), stopped_with)
    wait_until(lambda: not address.answers())
    with subprocess.Popen(["sleep", "60"]) as stranger:
        for stale in (file, Path(f"{address.socket}.lock")):
            stale.write_text("\n".join([str(stranger.pid), *left_behind, ""]))
        assert server.ensure_running().answers()
        assert stranger.poll() is None
        stranger.terminate()


def test_server_that_is_still_starting_is_waited_for(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold() as hold:
        pid = _server_pid(folder)
        os.kill(pid, signal.SIGSTOP)
        try:
            with subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {pid}"]):
                began_at = time.monotonic()
                assert server.ensure_running() == hold.address
                assert time.monotonic() - began_at > 0.5
        finally:
            os.kill(pid, signal.SIGCONT)
        assert _server_pid(folder) == pid


def test_socket_that_was_swept_away_brings_a_restart(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold() as hold:
        pid = _server_pid(folder)
        hold.address.socket.unlink()
        assert server.ensure_running().answers()
        assert _server_pid(folder) != pid


def test_half_made_cluster_is_made_anew(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    unfinished = folder / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with server.hold() as hold:
        assert hold.address.answers()
    assert not unfinished.exists()


def test_failed_start_tells_the_reason_and_the_log(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold():
        pass
    settings = folder / "postgres" / "data" / "postgresql.conf"
    settings.write_text(settings.read_text() + "max_connections = lots\n")
    with pytest.raises(PostgresFailed, match=r"did not start: .*\(its log: .*/postgres/log/.*\.log\)\.$"):
        server.ensure_running()
