"""What Google, the grant or the set-up refuses: one line with its mend, nothing lost, and the next run catches up."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tandem.googlesync.models import Account
from tests.integration.cli.test_wrong_use import one_line
from tests.integration.googlesync.world import World, person
from tests.integration.processes import tandem

LIST = "people.connections.list"


@dataclass(frozen=True)
class Case:
    """A fault: how it comes about, the error's code and a piece of its mend, and how the command ends."""

    breaks: Callable[[World], None]
    code: str
    mend: str
    exit_code: int = 1
    variables: tuple[tuple[str, str], ...] = ()


def meets(fault: str) -> Callable[[World], None]:
    """The next listing meets this fault."""
    return lambda world: world.server.control("POST", "faults", {"method": LIST, "fault": fault})


def revoke(world: World) -> None:
    world.google("POST", "revoke")
    expire(world)


def expire(world: World) -> None:
    """The access token that we hold is no good any more."""
    world.google("POST", "expire-tokens")
    Account.objects.filter(user=world.user).update(access_token=b"", access_token_expires_at=None)


def garble(world: World) -> None:
    """The stored tokens are nothing that we encrypted."""
    Account.objects.filter(user=world.user).update(
        access_token=b"garbage", refresh_token=b"garbage", access_token_expires_at=None
    )


CASES = {
    "Google is unreachable": Case(
        expire, "unreachable", "try again", variables=(("TANDEM_GOOGLE_DISCOVERY_URL", "http://127.0.0.1:1"),)
    ),
    "the client secret is wrong": Case(
        expire, "invalid_client", "TANDEM_GOOGLE_CLIENT_SECRET", variables=(("TANDEM_GOOGLE_CLIENT_SECRET", "wrong"),)
    ),
    "the client is missing": Case(
        expire, "client_missing", "TANDEM_GOOGLE_CLIENT_ID", variables=(("TANDEM_GOOGLE_CLIENT_ID", ""),)
    ),
    "the People API is not enabled": Case(meets("service-disabled"), "people_api_disabled", "enables"),
    "the grant was revoked": Case(revoke, "grant_revoked", "Connect Google again", 4),
    "the contacts box was unticked": Case(meets("403-scope"), "scope_missing", "Connect Google again", 4),
    "the stored token is garbage": Case(garble, "token_unreadable", "connect Google again"),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def what_is_there(world: World) -> object:
    """Contacts, links and the sync token: what no fault may touch."""
    account = Account.objects.get(user=world.user)
    contacts = [(contact.given, contact.card_revision, contact.trashed_at) for contact in world.contacts()]
    links = list(account.links.order_by("id").values_list("state", "etag", "local_base", "remote_base"))
    return contacts, links, account.sync_token


def test_fault_is_one_line_with_its_mend_and_loses_nothing(ada: World, case: Case) -> None:
    ada.load(person("Bob", "Noyce", emails=["bob@example.org"]))
    before = what_is_there(ada)
    case.breaks(ada)
    line = one_line(tandem("sync", ada.email, **dict(case.variables)), case.exit_code)
    assert case.mend in line
    assert not any(secret in line for secret in ("ada@example.org", "Noyce", "sandbox-secret"))
    assert what_is_there(ada) == before
    run = ada.user.runs.latest("id")
    assert (run.state, run.error_code) == ("failed", case.code)

    ada.server.control("DELETE", "faults")
    if "onnect Google again" in case.mend:
        ada.connect()
    assert ada.sync().state == "done"
    assert sorted(contact.given for contact in ada.contacts()) == ["Ada", "Bob"]
