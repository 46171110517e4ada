"""Our side: the CRM, over its REST API."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tandem.cli.demo.google import digits
from tandem.cli.demo.http import Api, Refused

type Contact = dict[str, Any]
type Run = dict[str, Any]

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 600
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Crm:
    """What a program with the user's token can do."""

    api: Api

    def contacts(self, **query: object) -> dict[str, Contact]:
        """All of them by id, page by page."""
        return {contact["id"]: contact for contact in self._all("/contacts", **query)}

    def operations(self, run_id: str) -> list[dict[str, Any]]:
        return self._all(f"/runs/{run_id}/operations")

    def create(self, contact: Contact) -> str:
        return str(self.api.call("POST", "/contacts", contact)["id"])

    def change(self, contact_id: str, changes: Contact) -> None:
        self.api.call("PATCH", f"/contacts/{contact_id}", changes)

    def delete(self, contact_id: str) -> None:
        self.api.call("DELETE", f"/contacts/{contact_id}")

    def accounts(self) -> list[dict[str, Any]]:
        return self._all("/google/accounts")

    def switch_on(self, account_id: str, status: str) -> None:
        self.api.call("PATCH", f"/google/accounts/{account_id}", {"contact_sync": True, "import_status": status})

    def disconnect(self, account_id: str) -> None:
        self.api.call("DELETE", f"/google/accounts/{account_id}")

    def latest_run(self) -> Run:
        found: Run = self.api.call("GET", "/runs", limit=1)["items"][0]
        return found

    def sync(self, account_id: str) -> Run:
        """A whole run now, as the hour would bring it; after the one that is under way."""
        while True:
            try:
                run = self.api.call("POST", f"/google/accounts/{account_id}/runs", {"kind": "sync"})
            except Refused as refused:
                if refused.answer.status != CONFLICT:
                    raise
                time.sleep(LOOK_SECONDS)
            else:
                return self.finished(run)

    def push(self, contact_ids: Sequence[str]) -> Run:
        return self.finished(self.api.call("POST", "/contacts/sync", {"ids": list(contact_ids)}))

    def finished(self, run: Run, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> Run:
        """The run as it ended. TimeoutError after ten minutes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while run["state"] in {"queued", "running"}:
            if time.monotonic() > deadline:
                raise TimeoutError(f"The run is {run['state']} after {PATIENCE_SECONDS} seconds.")
            time.sleep(LOOK_SECONDS)
            run = self.api.call("GET", f"/runs/{run['id']}")
            on_progress(run["progress"]["done"], run["progress"]["total"])
        return run

    def _all(self, path: str, **query: object) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        while True:
            page = self.api.call("GET", path, **query, limit=1000)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            query["cursor"] = page["next_cursor"]


def resource_name(contact: Contact) -> str:
    """The person that the contact is linked with; '' without one."""
    names = [link["resource_name"] for link in contact["google"] if link["state"] in {"linked", "waiting"}]
    return names[0] if names else ""


def emails_of(contact: Contact) -> set[str]:
    return {item["value"].casefold() for item in contact["emails"]}


def phones_of(contact: Contact) -> set[str]:
    """As digits."""
    return {digits(item["value"]) for item in contact["phones"]}


def birthday_of(contact: Contact) -> tuple[int, int] | None:
    """Month and day."""
    birthday = contact["birthday"]
    return (birthday["month"], birthday["day"]) if birthday else None


def total(run: Run, side: str, action: str) -> int:
    """How often a run did this."""
    return int(run["counts"][side][action])


def did_nothing(run: Run) -> bool:
    return run["state"] == "done" and not any(
        number for side in ("tandem", "google") for number in run["counts"][side].values()
    )


def plain(run: Run) -> str:
    """Its counts or its error, for a check that did not hold."""
    return json.dumps(run["error"] or run["counts"])
