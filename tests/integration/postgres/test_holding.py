"""Who needs the server holds it; the last one to leave stops it."""

from pathlib import Path

import psycopg

from tandem.postgres import EmbeddedPostgres
from tests.integration.postgres.processes import (
    HOLD,
    HOLD_WITH_CHILD,
    first_line,
    kill,
    running,
    wait_until,
)


def test_command_that_runs_alone_makes_starts_and_stops_the_server(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    with server.hold() as hold:
        assert hold.address.answers()
    assert not hold.address.answers()


def test_command_that_leaves_stops_nothing_under_others(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold() as serve, psycopg.connect(serve.address.url) as session:
        with running(HOLD, folder) as command:
            assert first_line(command) == serve.address.url
        assert command.returncode == 0
        assert session.execute("SELECT 1").fetchone() == (1,)
    assert not serve.address.answers()


def test_last_one_out_stops_the_server_also_if_it_did_not_start_it(server: EmbeddedPostgres, folder: Path) -> None:
    with running(HOLD, folder) as command:
        first_line(command)
        with server.hold() as first:
            address = first.address
        assert address.answers()
    assert not address.answers()


def test_processes_that_race_for_an_empty_folder_share_one_server(folder: Path) -> None:
    with running(HOLD, folder) as one, running(HOLD, folder) as other:
        assert first_line(one) == first_line(other)
    assert (one.returncode, other.returncode) == (0, 0)


def test_server_of_a_killed_holder_serves_the_next_and_stops_with_it(server: EmbeddedPostgres, folder: Path) -> None:
    with running(HOLD, folder) as holder:
        first_line(holder)
        kill(holder.pid)
    address = server.ensure_running()
    assert server.stop_if_unused()
    assert not address.answers()


def test_child_holds_on_when_its_parent_is_killed(server: EmbeddedPostgres, folder: Path) -> None:
    with running(HOLD_WITH_CHILD, folder) as parent:
        child = int(first_line(parent))
        kill(parent.pid)
    with server.hold() as command:
        address = command.address
    assert address.answers()
    kill(child)
    wait_until(server.stop_if_unused)
    assert not address.answers()


def test_data_outlives_stop_and_start(server: EmbeddedPostgres) -> None:
    with server.hold() as hold, psycopg.connect(hold.address.url) as session:
        session.execute("CREATE TABLE kept AS SELECT 'Zoë' AS name")
    with server.hold() as hold, psycopg.connect(hold.address.url) as session:
        assert session.execute("SELECT name FROM kept").fetchone() == ("Zoë",)
