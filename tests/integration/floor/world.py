"""Alice, her Tandem and her Google account: every step is an HTTP request, as a user or a program makes it."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from django.db import connection
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from google_sandbox.server import SandboxServer
from tandem.identifiers import new_id
from tandem.users.services import create_user, issue_token
from tests.integration.floor.browser import Answer, Browser, call

PASSWORD = "twelve drummers drumming"
CONTACTS_SCOPE = "https://www.googleapis.com/auth/contacts"


class World:
    """One user and one Google account, both new."""

    def __init__(self, site: str, sandbox: SandboxServer, name: str = "alice") -> None:
        unique = f"{name}-{new_id().hex}"
        self.site = site
        self.sandbox = sandbox
        self.address = f"{unique}@office.example"
        self.email = f"{unique}@sandbox.example"
        create_user(email=self.address, password=PASSWORD)
        self.token = issue_token(email=self.address)
        self.browser = Browser(site)
        sandbox.control("POST", "accounts", {"email": self.email})

    # -- Google's side

    def google(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.sandbox.control(method, path, {"account": self.email, **(body or {})})

    def load(self, *persons: dict[str, Any]) -> list[str]:
        """Persons in Google's address book; their resource names."""
        names: list[str] = self.google("POST", "load", {"persons": list(persons)})["names"]
        return names

    def edit_in_google(self, name: str, **fields: Any) -> None:
        self.google("POST", "edit", {"persons": {name: fields}})

    def persons(self) -> dict[str, dict[str, Any]]:
        """The address book in full, by resource name."""
        state = self.sandbox.control("GET", f"state?account={self.email}")
        return {person["resourceName"]: person for person in state["persons"]}

    def the_person(self) -> dict[str, Any]:
        (person,) = self.persons().values()
        return person

    def calls(self) -> list[str]:
        """The methods that Google was asked for in this account's name since the journal was emptied."""
        entries = self.sandbox.control("GET", "requests")["requests"]
        return [entry["method"] for entry in entries if entry["account"] == self.email]

    def forget_calls(self) -> None:
        self.sandbox.control("DELETE", "requests")

    # -- the connection, as a browser makes it

    def sign_in(self) -> Answer:
        return self.browser.post("/accounts/login/", login=self.address, password=PASSWORD)

    def connect(self, *, granted: str = CONTACTS_SCOPE, decision: str = "allow") -> str:
        """From Google's consent page back to Tandem; the account's id, or '' when none is connected."""
        self.sign_in()
        asked = self.browser.get("/google/connect").location
        google = Browser(asked)
        google.get(asked)
        query = dict(parse_qsl(urlsplit(asked).query))
        form = {**query, "account": self.email, "granted": granted, "decision": decision}
        back = google.post("/o/oauth2/v2/auth", on=asked, **form).location
        self.browser.get(back)
        accounts = self.items("google/accounts")
        return str(accounts[0]["id"]) if accounts else ""

    @property
    def account(self) -> dict[str, Any]:
        (account,) = self.items("google/accounts")
        return dict(account)

    def switch_on(self, status: str = "sphere") -> dict[str, Any]:
        """Switch the sync on and let the worker do what follows; the first run."""
        self.ok("PATCH", f"google/accounts/{self.account['id']}", {"contact_sync": True, "import_status": status})
        work()
        return self.newest_run()

    def connect_and_import(self, status: str = "sphere") -> dict[str, Any]:
        self.connect()
        run = self.switch_on(status)
        assert run["state"] == "done", run["error"]
        return run

    # -- the REST API

    def api(self, method: str, path: str, body: object = None) -> Answer:
        return call(self.site, method, path, self.token, body)

    def ok(self, method: str, path: str, body: object = None) -> Any:
        """The body of an answer that must not be a problem; None where there is none."""
        answer = self.api(method, path, body)
        assert answer.status < 300, answer.text
        return answer.json if answer.text else None

    def items(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.ok("GET", path)["items"]
        return items

    def contacts(self) -> list[dict[str, Any]]:
        return self.items("contacts?limit=1000")

    def contact(self, given: str) -> dict[str, Any]:
        (found,) = [contact for contact in self.contacts() if contact["name"]["given"] == given]
        return found

    def trash(self) -> list[dict[str, Any]]:
        return self.items("contacts?trashed=true")

    def create(self, **values: Any) -> dict[str, Any]:
        created: dict[str, Any] = self.ok("POST", "contacts", values)
        return created

    def edit(self, contact: dict[str, Any], **patch: Any) -> dict[str, Any]:
        changed: dict[str, Any] = self.ok("PATCH", f"contacts/{contact['id']}", patch)
        return changed

    def delete(self, contact: dict[str, Any]) -> None:
        self.ok("DELETE", f"contacts/{contact['id']}")

    def read(self, contact: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("GET", f"contacts/{contact['id']}")
        return found

    # -- runs, executed by the queue's own worker

    def sync(self) -> dict[str, Any]:
        """A run of the account, done; the run as the API shows it then."""
        run = self.finished(self.ok("POST", f"google/accounts/{self.account['id']}/runs", {"kind": "sync"}))
        assert run["state"] == "done", run["error"]
        return run

    def finished(self, run: dict[str, Any]) -> dict[str, Any]:
        """The run after the worker has had it, however it ended."""
        work()
        ended: dict[str, Any] = self.ok("GET", f"runs/{run['id']}")
        return ended

    def push(self, *pushed: dict[str, Any], **options: bool) -> list[dict[str, Any]]:
        """The receipts of an on-demand push."""
        begun = self.ok("POST", "contacts/sync", {"ids": [contact["id"] for contact in pushed], **options})
        work()
        return self.receipts(begun["id"])

    def receipts(self, run_id: str) -> list[dict[str, Any]]:
        return self.items(f"runs/{run_id}/operations?limit=1000")

    def newest_run(self) -> dict[str, Any]:
        return self.items("runs?limit=1")[0]


def google_state(contact: dict[str, Any]) -> str:
    """Where a contact stands with its user's one account."""
    (state,) = contact["google"]
    return str(state["state"])


def work(*queues: str) -> None:
    """Let a worker do what is queued (by default: runs), until nothing is left."""
    asyncio.run(_work(queues or ("sync",)))


async def _work(queues: tuple[str, ...]) -> None:
    working = app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2))
    async with working.open_async(), aiohttp.ClientSession() as session:
        await working.run_worker_async(
            queues=list(queues),
            wait=False,
            listen_notify=False,
            install_signal_handlers=False,
            additional_context={"session": session},
        )


def empty_the_queue() -> None:
    """Drop what other tests left for a worker that they never had."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
