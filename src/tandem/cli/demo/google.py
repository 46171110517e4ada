"""Google's side: the sandbox's address book, as its user sees and changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tandem.cli.demo.http import Api

type Person = dict[str, Any]

#: The fields that a contact has no place for: Tandem must never change them.
FOREIGN_FIELDS = (
    "nicknames", "organizations", "urls", "events", "relations", "userDefined", "biographies", "photos", "memberships",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Google:
    """The sandbox, over its control API."""

    url: str

    def persons(self) -> dict[str, Person]:
        """The address book by resource name."""
        return {person["resourceName"]: person for person in self._call("GET", "state")["persons"]}

    def load(self, persons: Sequence[Person]) -> list[str]:
        """New persons; their resource names."""
        names: list[str] = self._call("POST", "load", {"persons": list(persons)})["names"]
        return names

    def edit(self, name: str, fields: Person) -> None:
        self._call("POST", "edit", {"persons": {name: fields}})

    def delete(self, name: str) -> None:
        self._call("POST", "delete", {"names": [name]})

    def calls(self) -> list[dict[str, Any]]:
        """The journal of all requests since it was last emptied."""
        found: list[dict[str, Any]] = self._call("GET", "requests")["requests"]
        return found

    def forget_calls(self) -> None:
        self._call("DELETE", "requests")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        return Api(f"{self.url}/control/").call(method, path, body)


def emails_of(person: Person) -> set[str]:
    return {item["value"].casefold() for item in person.get("emailAddresses", [])}


def phones_of(person: Person) -> set[str]:
    """As digits."""
    return {digits(item["value"]) for item in person.get("phoneNumbers", [])}


def birthday_of(person: Person) -> tuple[int, int] | None:
    """Month and day."""
    for item in person.get("birthdays", []):
        if "date" in item:
            return item["date"]["month"], item["date"]["day"]
    return None


def foreign_fields_of(person: Person) -> Person:
    """What must stay as it is."""
    return {field: _bare(person[field]) for field in FOREIGN_FIELDS if field in person}


def _bare(items: Any) -> Any:
    return [{key: value for key, value in item.items() if key != "metadata"} for item in items]


def digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isdecimal())
