"""Commands that are refused: their exit codes, their one line, and that nothing is called or lost."""

from pathlib import Path

from tandem.googlesync.models import Account
from tandem.googlesync.services import change_settings
from tandem.googlesync.vault import decrypt
from tests.integration.cli.test_wrong_use import one_line
from tests.integration.googlesync.world import World, person
from tests.integration.processes import tandem


def secrets_of(world: World) -> list[str]:
    account = Account.objects.get(user=world.user)
    return [decrypt(account.refresh_token), decrypt(account.access_token), account.sync_token, "sandbox-secret"]


def calls(world: World) -> list[str]:
    """What Google was asked in this account's name since the journal was emptied."""
    entries = world.server.control("GET", "requests")["requests"]
    return [entry["method"] for entry in entries if entry["account"] == world.email]


def test_revoked_grant_ends_sync_plan_and_push_with_four_until_connected_again(ada: World) -> None:
    secrets = [*secrets_of(ada), "ada@example.org", "Lovelace"]
    contact = str(ada.contact("Ada").id)
    ada.google("POST", "revoke")
    refused = [tandem("sync", ada.email)]
    ada.server.control("DELETE", "requests")
    refused += [tandem("sync", ada.email), tandem("plan", ada.email), tandem("push", contact)]
    assert calls(ada) == []
    for done in refused:
        assert "Connect Google again" in one_line(done, 4)
        assert not any(secret in done.stdout + done.stderr for secret in secrets)

    ada.load(person("Grace", "Hopper"))
    ada.connect()
    done = tandem("sync", ada.email)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(contact.given for contact in ada.contacts()) == ["Ada", "Grace"]


def test_switched_off_account_is_neither_synced_nor_pushed_but_planned(ada: World) -> None:
    change_settings(account=ada.account, changes={"contact_sync": False})
    ada.server.control("DELETE", "requests")
    for words in (("sync", ada.email), ("push", str(ada.contact("Ada").id))):
        assert "Switch it on in the Google settings." in one_line(tandem(*words), 1)
    assert calls(ada) == []
    planned = tandem("plan", ada.email)
    assert (planned.returncode, planned.stdout.strip()) == (0, "A sync would change nothing.")


def test_other_token_keys_hinder_a_sync_until_the_old_key_is_back(ada: World) -> None:
    line = one_line(tandem("sync", ada.email, TANDEM_TOKEN_KEYS="another-key"), 1)
    assert "TANDEM_TOKEN_KEYS" in line
    assert "another-key" not in line
    assert tandem("sync", ada.email, TANDEM_TOKEN_KEYS="another-key,only-for-tests").returncode == 0


def test_account_is_disconnected_with_a_token_that_nobody_can_read(ada: World) -> None:
    done = tandem("account", "disconnect", ada.email, TANDEM_TOKEN_KEYS="another-key")
    assert done.returncode == 0
    assert "myaccount.google.com/connections" in one_line(done, 0)
    assert bytes(Account.objects.get(user=ada.user).refresh_token) == b""
    assert [contact.given for contact in ada.contacts()] == ["Ada"]


def test_file_that_cannot_be_written_is_named_and_the_old_one_stays(ada: World, tmp_path: Path) -> None:
    assert "is a folder" in one_line(tandem("export", str(tmp_path), "--format", "json"), 1)
    unwritable = one_line(tandem("export", "/proc/all.json", "--user", ada.user.email), 1)
    assert "/proc/all.json can't be written" in unwritable
    old = tmp_path / "all.json"
    old.write_text("of yesterday")
    one_line(tandem("export", str(old), "--user", "nobody@office.example"), 1)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("all.json", "of yesterday")]
