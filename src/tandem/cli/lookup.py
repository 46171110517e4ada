"""Things as commands name them: users by e-mail address, accounts by id or address, contacts by id."""

from collections.abc import Sequence
from uuid import UUID

from tandem.cli.faults import CommandFailed, ExitCode
from tandem.contacts.models import Contact
from tandem.googlesync.models import Account, AccountState
from tandem.users.models import User


def connected_accounts() -> list[Account]:
    """All accounts of the installation that are connected, of every user."""
    return list(
        Account.objects.exclude(state=AccountState.DISCONNECTED).select_related("user").order_by("connected_at")
    )


def account_named(name: str) -> Account:
    """The connected account with this id or e-mail address. Raises `CommandFailed`."""
    wanted = name.strip().lower()
    found = [one for one in connected_accounts() if wanted in {str(one.id), one.email.lower()}]
    if not found:
        raise CommandFailed(f"There is no connected account {name}: 'tandem account list' shows them.")
    if len(found) > 1:
        raise CommandFailed(f"Several users are connected as {name}: name the account's id.", ExitCode.WRONG_USE)
    return found[0]


def user_named_or_only(email: str | None) -> User:
    """The user with this address, or the only one there is. Raises `CommandFailed`."""
    users = User.objects.all() if email is None else User.objects.filter(email__iexact=email.strip())
    found = list(users[:2])
    if not found:
        raise CommandFailed(f"There is no user{f' {email}' if email else ' yet'}: 'tandem user create' makes one.")
    if len(found) > 1:
        raise CommandFailed("There are several users: name one with --user EMAIL.", ExitCode.WRONG_USE)
    return found[0]


def owner_of(contact_ids: Sequence[UUID]) -> User:
    """Whose contacts these are. Raises `CommandFailed` for an unknown one, and for those of several owners."""
    owners = dict(Contact.objects.filter(id__in=contact_ids).values_list("id", "owner_id"))
    unknown = [str(contact_id) for contact_id in contact_ids if contact_id not in owners]
    if unknown:
        raise CommandFailed(f"There is no contact {unknown[0]}.")
    if len(set(owners.values())) > 1:
        raise CommandFailed("These contacts belong to several users: push each user's on their own.")
    return User.objects.get(id=next(iter(owners.values())))
