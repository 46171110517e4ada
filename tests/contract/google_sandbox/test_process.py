"""The sandbox as a process of its own, and what survives kill -9."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from google_sandbox.server import SandboxServer
from tests.contract.google_sandbox.harness import CONTACTS, Browser, Google, request


@contextmanager
def process(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "google_sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        try:
            yield running, line.removeprefix("Sandbox Google at ").strip()
        finally:
            running.kill()


def test_it_says_where_it_listens_and_stops_on_sigterm() -> None:
    with process("--contacts", "3") as (running, url):
        state = json.loads(request(url, "GET", "/control/state").raw)
        assert state["account"]["contacts"] == 3
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=10) == 0


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        command = [sys.executable, "-m", "google_sandbox", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f":{port} (Address already in use): choose another with --port" in done.stderr


def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    options = ("--data", str(tmp_path / "sandbox.jsonl"), "--contacts", "2")
    body = json.dumps({"persons": [{"names": [{"givenName": "Ada"}]}]}).encode()
    with process(*options) as (running, url):
        assert request(url, "POST", "/control/load", body).status == 200
        running.kill()
        assert running.wait(timeout=10) == -signal.SIGKILL
    with process(*options) as (_, url):
        people = json.loads(request(url, "GET", "/control/state").raw)["persons"]
    assert len(people) == 3
    assert people[-1]["names"][0]["givenName"] == "Ada"


def test_tokens_and_versions_survive_a_line_that_was_cut_off(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.jsonl"
    with SandboxServer(data=data, contacts=5) as sandbox:
        browser = Browser(sandbox)
        tokens = browser.sign_in()
        google = Google(sandbox, tokens["access_token"])
        _, token = google.full()
        ada = google.create("Ada")
        copied = tmp_path / "as-killed.jsonl"
        copied.write_bytes(data.read_bytes() + b'[{"type":"pers')
    with SandboxServer(data=copied, contacts=5) as again:
        google = Google(again, tokens["access_token"])
        [changed] = google.changes(token)[0]
        assert changed["etag"] == google.get(ada["resourceName"], "names,metadata")["etag"]
        assert Browser(again).refresh(tokens["refresh_token"]).status == 200
        bob = google.create("Bob")
    with SandboxServer(data=copied) as third:
        assert Google(third, tokens["access_token"]).get(bob["resourceName"])["names"][0]["givenName"] == "Bob"


def test_the_same_seed_makes_the_same_people() -> None:
    with SandboxServer(contacts=30, seed=7) as first, SandboxServer(contacts=30, seed=7) as second:
        scope = {"scope": CONTACTS}
        fields = "names,emailAddresses,phoneNumbers,addresses,birthdays"
        one, two = [
            Google(sandbox, Browser(sandbox).sign_in(**scope)["access_token"]).page(fields).json["connections"]
            for sandbox in (first, second)
        ]
        assert [person["resourceName"] for person in one] == [person["resourceName"] for person in two]
        assert [person.get("names") for person in one] == [person.get("names") for person in two]


def test_people_can_be_loaded_from_a_file(tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"names": [{"givenName": "Ada"}]}]), "utf-8")
    with process("--people", str(people)) as (_, url):
        state = json.loads(request(url, "GET", "/control/state").raw)
        assert state["persons"][0]["names"][0]["givenName"] == "Ada"


def test_faults_of_the_command_line_are_queued() -> None:
    with process("--faults", "oauth.discovery=503*2,people.get=slow:1") as (_, url):
        assert request(url, "GET", "/.well-known/openid-configuration").status == 503
        rows = json.loads(request(url, "GET", "/control/faults").raw)["faults"]
        assert [row["fired"] for row in rows] == [True, False, False]
