"""Reads what came in from outside piece by piece, and collects what is wrong with it by JSON pointer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from contactsync.normalize import clean
from tandem.contacts.errors import FieldError

MOST_CHARACTERS = 1024  # of a value: Google's limit


@dataclass(slots=True)
class Reader:
    """Each method returns something usable even where it notes an error, so that all errors come out."""

    errors: list[FieldError] = field(default_factory=list)

    def refuse(self, pointer: str, detail: str) -> None:
        """Note an error; `detail` says what would be right and repeats no personal data."""
        self.errors.append(FieldError(pointer, detail))

    def text(self, value: object, pointer: str, most: int = MOST_CHARACTERS) -> str:
        """A text, null being the empty one. NUL and lone surrogates become U+FFFD."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(pointer, "Give a text.")
            return ""
        if len(value) > most:
            self.refuse(pointer, f"Use at most {most:,} characters; this has {len(value):,}.")
        return clean(value)

    def mapping(self, value: object, pointer: str, allowed: Collection[str]) -> Mapping[str, object]:
        """An object without other keys than the allowed ones."""
        if not isinstance(value, Mapping):
            self.refuse(pointer, "Give an object.")
            return {}
        for key in value:
            if key not in allowed:
                detail = f"There is no such field here; known are {', '.join(allowed)}."
                self.refuse(f"{pointer}/{escape(clean(str(key)))}", detail)
        return {key: value[key] for key in allowed if key in value}

    def items(self, value: object, pointer: str) -> list[object]:
        """A list, null being the empty one."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.refuse(pointer, "Give a list.")
            return []
        return list(value)

    def number(self, value: object, pointer: str, least: int, most: int) -> int | None:
        """A whole number within bounds, or null."""
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(pointer, f"Give a whole number from {least} to {most}, or null.")
            return None
        return value


def escape(key: str) -> str:
    """A key as a segment of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
