"""What is done to several contacts at once, in a form that a run can keep until a worker takes it up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, assert_never
from uuid import UUID

from tandem.contacts import services as contacts
from tandem.contacts.models import Actor, Status


class Verb(Protocol):
    """A verb of `contacts.services` for several contacts; returns those that it changed."""

    def __call__(
        self, *, owner_id: int, contact_ids: Collection[UUID], actor: Actor, cause: UUID | None
    ) -> set[UUID]: ...


class DeedName(StrEnum):
    STATUS = "status"
    ADD_HASHTAGS = "add_hashtags"
    REMOVE_HASHTAGS = "remove_hashtags"
    TRASH = "trash"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to each contact; `words` are the status, or the hashtags."""

    name: DeedName
    words: tuple[str, ...] = ()

    @property
    def verb(self) -> Verb:
        match self.name:
            case DeedName.STATUS:
                return partial(contacts.set_status, status=Status(self.words[0]))
            case DeedName.ADD_HASHTAGS:
                return partial(contacts.add_hashtags, hashtags=self.words)
            case DeedName.REMOVE_HASHTAGS:
                return partial(contacts.remove_hashtags, hashtags=self.words)
            case DeedName.TRASH:
                return contacts.trash_contacts
            case DeedName.RESTORE:
                return contacts.restore_contacts
            case _:
                assert_never(self.name)

    @property
    def action(self) -> str:
        """Its word in the receipts."""
        return {DeedName.TRASH: "delete", DeedName.RESTORE: "restore"}.get(self.name, "update")

    @property
    def reason(self) -> str:
        """What a receipt says of it."""
        match self.name:
            case DeedName.STATUS:
                return f"status: {Status(self.words[0]).label}"
            case DeedName.ADD_HASHTAGS:
                return f"added {_signed(self.words)}"
            case DeedName.REMOVE_HASHTAGS:
                return f"removed {_signed(self.words)}"
            case DeedName.TRASH:
                return contacts.DELETED_HERE
            case DeedName.RESTORE:
                return "Restored here"
            case _:
                assert_never(self.name)


def deed_to_json(deed: Deed) -> dict[str, Any]:
    return {"name": deed.name.value, "words": list(deed.words)}


def deed_from_json(stored: Mapping[str, Any]) -> Deed:
    return Deed(DeedName(stored["name"]), tuple(stored["words"]))


def _signed(hashtags: Collection[str]) -> str:
    return " ".join(f"#{hashtag}" for hashtag in hashtags)
