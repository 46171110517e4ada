"""What no fault may touch, and what no message may say."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from tandem.googlesync.models import Account, AccountState, Link
from tandem.googlesync.vault import decrypt
from tests.integration.floor.world import World

PERSONAL = ("ada@example.org", "grace@example.org", "Lovelace", "Hopper", "555 2671", "4155552671")


def account_of(world: World) -> Account:
    return Account.objects.exclude(state=AccountState.DISCONNECTED).get(user__email=world.address)


@dataclass
class Evidence:
    """A user's contacts, links, sync token and secrets as they were before the fault."""

    world: World
    before: tuple[Any, ...] = field(init=False)
    secrets: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        account = account_of(self.world)
        tokens = (decrypt(account.refresh_token), decrypt(account.access_token), account.sync_token)
        self.secrets = (*tokens, settings.GOOGLE_CLIENT_SECRET, self.world.token)
        assert all(self.secrets)
        self.before = self._now()

    def nothing_is_lost(self) -> None:
        """Contacts, links and sync token are as before, and nothing has moved in Google."""
        assert self._now() == self.before

    def no_secret_in(self, text: str) -> None:
        """Neither a secret nor a contact's data is in what was said or logged."""
        assert [word for word in (*self.secrets, *PERSONAL) if word in text] == []

    def after_the_mend_all_is_caught_up(self) -> None:
        """The next run succeeds and brings what the fault kept back."""
        self.world.sync()
        assert sorted(contact["name"]["given"] for contact in self.world.contacts()) == ["Ada", "Grace"]
        assert self.world.account["last_error"] is None
        assert (self.world.account["state"], self.world.account["counts"]["linked"]) == ("connected", 2)

    def _now(self) -> tuple[Any, ...]:
        account = account_of(self.world)
        links = Link.objects.filter(account=account).order_by("id").values()
        return self.world.contacts(), list(links), account.sync_token, account.contact_sync, self.world.persons()
