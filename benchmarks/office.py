"""A user with a CRM and a Google account, who connects and syncs the way that users do, but for the queue."""

import asyncio
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import UUID

import aiohttp

from benchmarks.sandbox import SandboxProcess
from tandem.contacts.models import Contact
from tandem.googlesync import connection, services
from tandem.googlesync.models import Account, Run, RunState, Trigger
from tandem.googlesync.runner import execute
from tandem.googlesync.vault import decrypt
from tandem.identifiers import new_id
from tandem.users.models import User

CONTACTS_SCOPE = "https://www.googleapis.com/auth/contacts"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class Office:
    """A new user, connected to a new Google account with `persons` people."""

    def __init__(self, sandbox: SandboxProcess, persons: int) -> None:
        name = new_id().hex
        self.sandbox = sandbox
        self.email = f"{name}@sandbox.example"
        self.user = User.objects.create_user(f"{name}@office.example", "a long password")
        sandbox.control("POST", "accounts", {"email": self.email})
        if persons:
            sandbox.control("POST", "seed", {"account": self.email, "count": persons})
        url, attempt = connection.begin(self.user)
        connection.finish(self.user, _consent(url, self.email), attempt)

    @property
    def account(self) -> Account:
        """The account's row as it is now."""
        return self.user.google_accounts.get()

    @property
    def authorization(self) -> dict[str, str]:
        """The header for bare requests to the same account."""
        return {"Authorization": f"Bearer {decrypt(self.account.access_token)}"}

    def first_run(self) -> Run:
        """Switch the sync on; the run that this begins, not executed yet."""
        run = services.change_settings(account=self.account, changes={"contact_sync": True})
        assert run is not None
        return run

    def next_run(self) -> Run:
        """An hourly run, not executed yet."""
        return services.request_sync(account=self.account, trigger=Trigger.SCHEDULE, is_queued=False)

    def push_run(self, contact_ids: list[UUID]) -> Run:
        """A push of these contacts, not executed yet."""
        return services.request_push(user=self.user, contact_ids=contact_ids, trigger=Trigger.PERSON, is_queued=False)

    def contact_ids(self, limit: int) -> list[UUID]:
        """The oldest contacts of the CRM."""
        ids = Contact.objects.filter(owner=self.user, trashed_at=None).order_by("id").values_list("id", flat=True)
        return list(ids[:limit])

    def resource_names(self, limit: int) -> list[str]:
        """Persons in step with a contact, by the names that Google knows them by."""
        return list(self.account.links.order_by("id").values_list("resource_name", flat=True)[:limit])


def perform(run: Run) -> Run:
    """Execute a run to its good end."""
    asyncio.run(_execute(run))
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise RuntimeError(f"the run ended as {run.state}: {run.error_detail}")
    return run


async def _execute(run: Run) -> None:
    async with aiohttp.ClientSession() as session:
        await execute(run.id, session)


def _consent(url: str, account: str) -> dict[str, str]:
    """Play the user on Google's page; the parameters of the redirect back."""
    parts = urlsplit(url)
    choice = {"decision": "allow", "account": account, "granted": CONTACTS_SCOPE}
    form = urlencode({**dict(parse_qsl(parts.query)), **choice}).encode()
    request = Request(f"{parts.scheme}://{parts.netloc}{parts.path}", data=form, method="POST")
    try:
        build_opener(_NoRedirect).open(request).close()
    except HTTPError as redirect:
        with redirect:
            return dict(parse_qsl(urlsplit(redirect.headers["Location"]).query))
    raise RuntimeError("the consent page did not send the browser back")
