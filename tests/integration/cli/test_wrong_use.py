"""What is typed or set wrongly is answered in one line that names the mend, and loses nothing."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tandem.identifiers import new_id
from tests.integration.googlesync.world import World
from tests.integration.processes import tandem

DATABASE = "TANDEM_DATABASE_URL"


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line that a refused command says."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("sync",), "--all"),
        (("export", "contacts.txt"), "--format"),
        (("user", "create", "new@office.example"), "--password-stdin"),
    ],
)
def test_wrong_use_ends_with_two(world: World, words: tuple[str, ...], mend: str) -> None:
    assert mend in one_line(tandem(*words), 2)


@pytest.mark.parametrize("words", [("sink",), ("push", "no-id")])
def test_what_the_command_line_cannot_read_ends_with_two(world: World, words: tuple[str, ...]) -> None:
    done = tandem(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("sync", "nobody@gmail.example"), "tandem account list"),
        (("account", "disconnect", "nobody@gmail.example"), "tandem account list"),
        (("push", str(new_id())), "There is no contact"),
        (("user", "token", "nobody@office.example"), "tandem user create"),
        (("export", "/no/such/folder/all.json"), "There is no folder"),
    ],
)
def test_what_does_not_exist_ends_with_one(world: World, words: tuple[str, ...], mend: str) -> None:
    assert mend in one_line(tandem(*words), 1)


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("mysql://localhost/tandem", "postgresql://"),
        ("postgresql://tandem:hidden-word@127.0.0.1:1/tandem", DATABASE),
    ],
)
def test_wrong_database_url_names_the_setting_and_no_password(world: World, url: str, mend: str) -> None:
    line = one_line(tandem("account", "list", **{DATABASE: url}), 1)
    assert mend in line
    assert "hidden-word" not in line


def test_wrong_database_password_names_the_setting(world: World) -> None:
    url = os.environ[DATABASE]
    user, _, rest = url.partition("://")[2].partition("@")
    wrong = f"postgresql://{user.partition(':')[0]}:hidden-word@{rest}"
    line = one_line(tandem("account", "list", **{DATABASE: wrong}), 1)
    assert DATABASE in line
    assert "hidden-word" not in line


@pytest.mark.parametrize("name", ["TANDEM_SECRET_KEY", "TANDEM_TOKEN_KEYS"])
def test_external_database_without_a_key_says_how_to_make_one(world: World, name: str) -> None:
    line = one_line(tandem("account", "list", without=(name,)), 1)
    assert name in line
    assert "token_urlsafe" in line


@pytest.mark.parametrize("name", ["TANDEM_SYNC_INTERVAL", "TANDEM_DB_THREADS"])
def test_setting_that_is_no_number_is_named(world: World, name: str) -> None:
    assert name in one_line(tandem("account", "list", **{name: "often"}), 1)


@pytest.mark.parametrize("folder", ["{}/file/data", "/proc/nope", "{}/" + "long" * 100])
def test_data_folder_that_cannot_be_made_is_named_with_its_setting(world: World, tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    named = folder.format(tmp_path)
    line = one_line(tandem("account", "list", without=(DATABASE,), TANDEM_DATA_DIR=named), 1)
    assert "TANDEM_DATA_DIR" in line
    assert named.removesuffix("/data") in line


@pytest.mark.parametrize("option", ["--port", "--sandbox-port"])
def test_port_in_use_is_told_with_the_option_that_the_demo_has(option: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        line = one_line(tandem("demo", "--once", f"{option}={holder.getsockname()[1]}"), 1)
    assert line.endswith(f"choose another with {option}.")


def test_option_of_the_sandbox_that_cannot_be_read_is_told_in_one_line() -> None:
    line = one_line(tandem("sandbox", "--contacts", "abc"), 2)
    assert "--contacts" in line
    assert "abc" in line


def test_refused_export_leaves_no_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    one_line(tandem("export", str(file), "--user", "nobody@office.example"), 1)
    assert list(tmp_path.iterdir()) == []
