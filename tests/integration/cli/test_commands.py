"""Each command as an operator types it: what it prints, what it does, how it ends."""

import json
from pathlib import Path

from tandem.googlesync.models import AccountState
from tests.integration.googlesync.world import World, person
from tests.integration.processes import tandem

PASSWORD = "a long enough phrase"


def test_user_is_made_gets_another_password_and_a_token(world: World) -> None:
    email = f"new-{world.user.email}"
    assert tandem("user", "create", email, "--password-stdin", typed=f"{PASSWORD}\n").returncode == 0
    assert tandem("user", "password", email, "--password-stdin", typed=f"{PASSWORD} 2\n").returncode == 0
    printed = tandem("user", "token", email)
    assert printed.returncode == 0
    assert len(printed.stdout.split()) == 1
    again = tandem("user", "create", email, "--password-stdin", typed=f"{PASSWORD}\n")
    assert (again.returncode, again.stdout) == (1, "")
    assert len(again.stderr.splitlines()) == 1


def test_accounts_are_listed_with_their_health(ada: World) -> None:
    rows = json.loads(tandem("account", "list", "--json").stdout)
    (row,) = [row for row in rows if row["user"] == ada.user.email]
    assert (row["email"], row["state"], row["contact_sync"]) == (ada.email, "connected", True)


def test_plan_shows_and_sync_does_what_is_due(ada: World) -> None:
    ada.load(person("Bob", "Noyce"))
    planned = json.loads(tandem("plan", ada.email, "--json").stdout)
    assert [(row["side"], row["action"], row["state"]) for row in planned] == [("tandem", "create", "planned")]
    assert len(ada.contacts()) == 1
    done = tandem("sync", ada.email)
    assert (done.returncode, done.stderr) == (0, "")
    assert {contact.given for contact in ada.contacts()} == {"Ada", "Bob"}
    assert json.loads(tandem("plan", ada.email, "--json").stdout) == []


def test_push_prints_a_receipt_for_each_contact(ada: World) -> None:
    grace = ada.create(name={"given": "Grace", "family": "Hopper"})
    printed = tandem("push", str(grace.id), str(ada.contact("Ada").id), "--json")
    assert printed.returncode == 0
    receipts = {row["contact"]: row["outcome"] for row in json.loads(printed.stdout)}
    assert receipts == {str(grace.id): "created", str(ada.contact("Ada").id): "unchanged"}
    assert len(ada.persons()) == 2


def test_runs_are_listed_newest_first(ada: World) -> None:
    ada.sync()
    rows = json.loads(tandem("runs", "--limit", "2", "--json").stdout)
    assert [(row["kind"], row["state"]) for row in rows] == [("sync", "done"), ("sync", "done")]
    assert rows[0]["id"] > rows[1]["id"]


def test_contacts_are_exported(ada: World, tmp_path: Path) -> None:
    for name in ("all.json", "all.vcf"):
        done = tandem("export", str(tmp_path / name), "--user", ada.user.email)
        assert (done.returncode, done.stderr) == (0, "")
        assert "ada@example.org" in (tmp_path / name).read_text()
    assert json.loads((tmp_path / "all.json").read_text())[0]["name"]["family"] == "Lovelace"


def test_account_is_disconnected_and_the_contacts_stay(ada: World) -> None:
    done = tandem("account", "disconnect", ada.email)
    assert (done.returncode, done.stderr) == (0, "")
    assert ada.user.google_accounts.get().state == AccountState.DISCONNECTED
    assert [contact.given for contact in ada.contacts()] == ["Ada"]
