"""Where the server lives, and what is said where it can't."""

import importlib.util
import os
import stat
from pathlib import Path

import psycopg
import pytest

from tandem.postgres import EmbeddedPostgres, NoEmbeddedPostgres, PostgresFailed, data_folder, programs
from tandem.postgres.account import Account


@pytest.mark.parametrize("name", ["n" * 120, "of Zoë, Ana's"])
def test_path_that_no_socket_can_have_gets_a_private_short_one(folder: Path, name: str) -> None:
    server = EmbeddedPostgres(folder / name, durable=False)
    with server.hold() as hold, psycopg.connect(hold.address.url):
        short = Path(hold.address.host)
        assert not short.is_relative_to(folder)
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
    with server.hold() as again:
        assert again.address.host == hold.address.host
    short.rmdir()
    with server.hold() as anew:
        assert anew.address.answers()
    Path(anew.address.host).rmdir()


def test_short_folder_that_a_stranger_made_is_not_used(folder: Path) -> None:
    server = EmbeddedPostgres(folder / ("n" * 120), durable=False)
    with server.hold() as hold:
        short = Path(hold.address.host)
    short.chmod(0o777)
    with server.hold() as anew:
        assert Path(anew.address.host) != short
    short.rmdir()
    Path(anew.address.host).rmdir()


def test_path_that_the_shell_would_read_is_refused(folder: Path) -> None:
    with (
        pytest.raises(PostgresFailed, match="path without quotes"),
        EmbeddedPostgres(folder / "$HOME").hold(),
    ):
        pass


def test_missing_programs_name_the_way_out(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NoEmbeddedPostgres, match="set TANDEM_DATABASE_URL"):
        server.ensure_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the programs as another user")
def test_programs_in_a_closed_folder_are_copied_to_where_they_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.chmod(0o711)
    monkeypatch.setattr(programs, "SYSTEM_FOLDER", folder)
    monkeypatch.setattr(Account, "may_enter", lambda account, path: False)
    stranger = Account(64001, 64001)
    for _ in range(2):
        ran = programs.find_programs(stranger).run("initdb", "--version")
        assert ran.stdout.startswith("initdb (PostgreSQL) 18")
    assert [copy.parent.name for copy in folder.glob("programs/*")] == ["programs"]


def test_data_folder_is_the_one_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TANDEM_DATA_DIR", str(tmp_path))
    assert data_folder() == tmp_path


def test_data_folder_by_default_is_the_users_or_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TANDEM_DATA_DIR", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert data_folder() == Path("/var/lib/tandem")
    monkeypatch.setattr(os, "geteuid", lambda: 64001)
    assert data_folder().name == "tandem"
    assert data_folder() != Path("/var/lib/tandem")


def test_url_and_django_name_the_same_server(server: EmbeddedPostgres) -> None:
    with server.hold() as hold:
        database = hold.address.django()
        with psycopg.connect(hold.address.url) as session:
            assert session.info.dbname == database["NAME"]
            assert session.info.host == database["HOST"]
            assert session.info.user == database["USER"]
