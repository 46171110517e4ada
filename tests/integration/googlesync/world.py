"""Alice, her CRM and her address book at the sandbox Google: whole runs over real HTTP and PostgreSQL."""

import asyncio
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import aiohttp
from django.test import Client

from google_sandbox.server import SandboxServer
from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import connection, services
from tandem.googlesync.models import Account, AccountState, Link, Operation, Run, Trigger
from tandem.googlesync.reading import google_states
from tandem.googlesync.runner import execute
from tandem.identifiers import new_id
from tandem.users.models import User

CONTACTS_SCOPE = "https://www.googleapis.com/auth/contacts"


class _Redirect(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class World:
    """One user and one Google account, both new; every step goes the way that a user's does."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        name = new_id().hex
        self.user = User.objects.create_user(f"alice-{name}@office.example", None)
        self.email = f"alice-{name}@sandbox.example"
        server.control("POST", "accounts", {"email": self.email})

    # -- Google's side

    def google(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.server.control(method, path, {"account": self.email, **(body or {})})

    def load(self, *persons: dict[str, Any]) -> list[str]:
        """Persons in Google's address book; their resource names."""
        names: list[str] = self.google("POST", "load", {"persons": list(persons)})["names"]
        return names

    def persons(self) -> dict[str, dict[str, Any]]:
        """The address book in full, by resource name."""
        state = self.server.control("GET", f"state?account={self.email}")
        return {person["resourceName"]: person for person in state["persons"]}

    # -- the connection

    def connect(self, granted: str = CONTACTS_SCOPE) -> Account:
        url, attempt = connection.begin(self.user)
        query = consent(url, account=self.email, granted=granted)
        return connection.finish(self.user, query, attempt)

    @property
    def account(self) -> Account:
        return self.user.google_accounts.exclude(state=AccountState.DISCONNECTED).get()

    def move_to_another_account(self) -> None:
        """Disconnect, make another Google account, which is empty, and connect that."""
        connection.disconnect(self.account)
        self.email = f"alice-{new_id().hex}@sandbox.example"
        self.server.control("POST", "accounts", {"email": self.email})
        self.connect()

    def switch_on(self, status: str = "sphere") -> Run:
        run = services.change_settings(
            account=self.account,
            changes={"contact_sync": True, "import_status": status},
        )
        assert run is not None
        return self.run(run)

    # -- runs

    def run(self, run: Run) -> Run:
        asyncio.run(_execute(run))
        run.refresh_from_db()
        return run

    def sync(self) -> Run:
        run = services.request_sync(account=self.account, trigger=Trigger.PERSON, is_queued=False)
        return self.run(run)

    def push(self, *pushed: Contact, anyway: bool = False) -> dict[str, Operation]:
        """The receipts of a push, by contact id."""
        run = services.request_push(
            user=self.user,
            contact_ids=[contact.id for contact in pushed],
            trigger=Trigger.PERSON,
            anyway=anyway,
            is_queued=False,
        )
        self.run(run)
        return {str(operation.contact_id): operation for operation in run.operations.order_by("id")}

    # -- Tandem's side

    def create(self, **values: Any) -> Contact:
        return contacts.create_contact(owner_id=self.user.pk, values=values, actor=Actor.PERSON, duplicate_allowed=True)

    def edit(self, contact: Contact, **patch: Any) -> Contact:
        return contacts.change_contact(owner_id=self.user.pk, contact_id=contact.id, patch=patch, actor=Actor.PERSON)

    def delete(self, contact: Contact) -> None:
        contacts.trash_contacts(owner_id=self.user.pk, contact_ids=[contact.id], actor=Actor.PERSON)

    def contacts(self) -> list[Contact]:
        return list(Contact.objects.filter(owner=self.user, trashed_at=None).order_by("id"))

    def contact(self, given: str) -> Contact:
        return Contact.objects.get(owner=self.user, given=given)

    def link(self, contact: Contact) -> Link:
        return Link.objects.get(contact=contact)

    def state(self, contact: Contact) -> str:
        return google_states(self.user, [contact.id])[contact.id][0].state

    def browser(self) -> Client:
        client = Client()
        client.force_login(self.user)
        return client


async def _execute(run: Run) -> None:
    async with aiohttp.ClientSession() as session:
        await execute(run.id, session)


def consent(url: str, **choice: str) -> dict[str, str]:
    """Play the user on Google's page; the parameters of the redirect back."""
    parts = urlsplit(url)
    form = {**dict(parse_qsl(parts.query)), "decision": "allow", **choice}
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    request = Request(address, data=urlencode(form).encode(), method="POST")
    try:
        build_opener(_Redirect).open(request).close()
    except HTTPError as redirect:
        with redirect:
            return dict(parse_qsl(urlsplit(redirect.headers["Location"]).query))
    raise AssertionError("the consent page did not send the browser back")


def person(given: str, family: str = "", **fields: Any) -> dict[str, Any]:
    """A person in Google's JSON; `emails` and `phones` are plain values."""
    body: dict[str, Any] = {"names": [{"givenName": given, "familyName": family}]}
    if emails := fields.pop("emails", None):
        body["emailAddresses"] = [{"value": value, "type": "home"} for value in emails]
    if phones := fields.pop("phones", None):
        body["phoneNumbers"] = [{"value": value, "type": "mobile"} for value in phones]
    return {**body, **fields}


def people(count: int) -> list[dict[str, object]]:
    """So many, each with an e-mail of its own."""
    return [person(f"Given{number}", "Family", emails=[f"{number}@example.org"]) for number in range(count)]
