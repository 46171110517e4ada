"""Only who owns the data folder gets to the data."""

import os
import pwd
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from tandem.postgres import EmbeddedPostgres
from tandem.postgres.account import SYSTEM_USER, owner_of
from tandem.postgres.place import make_folder
from tests.integration.postgres.processes import said_as

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")
ALICE, CHARLIE = "daemon", "nobody"


def test_home_and_password_are_closed_to_others(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold() as hold:
        home = folder / "postgres"
        for private in (home, home / "data", home / "log", Path(hold.address.host)):
            assert stat.S_IMODE(private.stat().st_mode) == 0o700, private
        for private in (home / "password", folder / "postgres.lock", folder / "postgres.holders"):
            assert stat.S_IMODE(private.stat().st_mode) == 0o600, private
        assert stat.S_IMODE(hold.address.socket.stat().st_mode) == 0o700


def test_nobody_is_trusted_and_nothing_listens_on_a_network(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold() as hold, psycopg.connect(hold.address.url) as session:
        rules = (folder / "postgres" / "data" / "pg_hba.conf").read_text().splitlines()
        methods = {line.split()[-1] for line in rules if line and not line.startswith("#")}
        assert methods == {"scram-sha-256", "reject"}
        assert session.execute("SHOW listen_addresses").fetchone() == ("",)
        assert session.execute("SHOW password_encryption").fetchone() == ("scram-sha-256",)


def test_wrong_password_is_refused(server: EmbeddedPostgres) -> None:
    with server.hold() as hold:
        for password in ("wrong", ""):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(hold.address.url, password=password)


def test_password_shows_in_no_representation(server: EmbeddedPostgres) -> None:
    with server.hold() as hold:
        assert hold.address.password not in repr(hold)


def test_role_of_the_product_is_no_superuser_and_may_make_databases(server: EmbeddedPostgres) -> None:
    with server.hold() as hold, psycopg.connect(hold.address.url, autocommit=True) as session:
        row = session.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'tandem'").fetchone()
        assert row == (False, True)
        session.execute("CREATE DATABASE another")


@as_root
def test_root_runs_the_server_as_a_user_of_its_own(server: EmbeddedPostgres, folder: Path) -> None:
    with server.hold():
        assert owner_of(folder / "postgres" / "data" / "postmaster.pid").name == SYSTEM_USER
        assert owner_of(folder).uid == 0


@as_root
def test_closed_parent_stays_closed_and_the_server_lives_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="tandem-system-") as system_folder:
        monkeypatch.setattr("tandem.postgres.place.SYSTEM_FOLDER", Path(system_folder))
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        server = EmbeddedPostgres(closed / "data", durable=False)
        with server.hold() as first:
            assert Path(first.address.host).is_relative_to(system_folder)
        with server.hold() as second:
            assert second.address == first.address
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_folder_with_other_things_in_it_keeps_its_permissions(folder: Path) -> None:
    folder.chmod(0o700)
    (folder / "letter.txt").touch()
    make_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@as_root
def test_two_users_have_servers_of_their_own_and_no_way_into_the_other(folder: Path) -> None:
    alices, charlies = (EmbeddedPostgres(folder / user, durable=False) for user in (ALICE, CHARLIE))
    for user in (ALICE, CHARLIE):
        (folder / user).mkdir(mode=0o700)
        os.chown(folder / user, pwd.getpwnam(user).pw_uid, -1)
    assert ALICE in said_as(ALICE, alices.ensure_running)
    assert CHARLIE in said_as(CHARLIE, charlies.ensure_running)
    assert "closed to this user" in said_as(CHARLIE, alices.ensure_running)
    (folder / ALICE).chmod(0o755)
    assert f"belongs to the user '{ALICE}'" in said_as(CHARLIE, alices.ensure_running)
    assert "closed to this user" in said_as(CHARLIE, alices.stop_if_unused)
    assert said_as(ALICE, alices.stop_if_unused) == "True"
    assert charlies.stop_if_unused(), "root may act for everybody"
