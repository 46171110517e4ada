"""What a verb of `contacts.services` can come to besides success. Each says what the caller can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


class ContactError(Exception):
    """An expected failure; nothing was written."""


class NotFound(ContactError):
    """The owner has no such contact."""


class InTrash(ContactError):
    """The contact is in the trash: restore it first."""


class RevisionConflict(ContactError):
    """Somebody wrote the contact meanwhile: read it again. `current` is its revision now."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the contact has revision {current}")
        self.current = current


class DuplicateEmail(ContactError):
    """The owner has a contact with one of these e-mail addresses: ask 'create anyway?'."""

    def __init__(self, contact_id: UUID) -> None:
        super().__init__(f"contact {contact_id} has this e-mail address")
        self.contact_id = contact_id


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value, and what would be right. `pointer` is a JSON pointer."""

    pointer: str
    detail: str


class Invalid(ContactError):
    """What came in breaks a rule; every error names its field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{error.pointer}: {error.detail}" for error in errors))
        self.errors = tuple(errors)
