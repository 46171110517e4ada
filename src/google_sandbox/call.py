"""One call of the People API as the methods see it: who calls, with which parameters, on which store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from google_sandbox.errors import Json, bad_request, invalid_argument
from google_sandbox.masks import optional_mask, required_mask
from google_sandbox.render import CONTACT, PROFILE, SOURCES, Lens
from google_sandbox.schema import READ_PATHS
from google_sandbox.store import Account, Store

EVERYWHERE = frozenset(
    {"alt", "fields", "prettyPrint", "quotaUser", "key", "access_token", "oauth_token", "callback", "uploadType",
     "upload_protocol", "$.xgafv"}
)  # fmt: skip
"""Query parameters that every method takes."""
_ALL_SOURCES = frozenset({CONTACT, PROFILE})


@dataclass(slots=True)
class Call:
    """A call that is allowed to happen. `stale`: a fault wants reads to show what was before the last write."""

    store: Store
    account: Account
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any = None
    stale: bool = False
    notes: Json = field(default_factory=dict)
    """What the journal of requests shall know about this call: mask, sizes."""

    def values(self, name: str) -> Sequence[str]:
        return self.query.get(name, ())

    def text(self, name: str) -> str:
        return next(iter(self.values(name)), "")

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"

    def number(self, name: str) -> int:
        """An integer parameter, 0 when absent."""
        text = self.text(name)
        try:
            return int(text or 0)
        except ValueError:
            raise bad_request(name, f"Invalid value at '{name}' (TYPE_INT32), \"{text}\"") from None

    def sources(self, default: frozenset[str] = _ALL_SOURCES) -> frozenset[str]:
        return check_sources(self.values("sources"), default)

    def lens(self, name: str, page: str, *, required: bool) -> Lens:
        """The read mask in the parameter `name` with the sources. `page` is the method's reference page."""
        values = [*self.values(name), *self._legacy_mask()]
        parse = required_mask if required else optional_mask
        mask = parse(name, values, READ_PATHS, page)
        self.notes["mask"] = ",".join(sorted(mask or ()))
        return Lens(mask, self.sources())

    def _legacy_mask(self) -> list[str]:
        """Paths of the deprecated `requestMask.includeField`, which come with the prefix `person.`."""
        joined = ",".join(self.values("requestMask.includeField"))
        return [path.strip().removeprefix("person.") for path in joined.split(",") if path]

    def bound(self) -> int:
        """The newest version of a person that listings may show now."""
        if self.stale:
            return max(0, self.account.book.sequence - 1)
        return self.store.visible_bound(self.account)


def check_sources(values: Sequence[str], default: frozenset[str] = _ALL_SOURCES) -> frozenset[str]:
    for number, value in enumerate(values):
        if value not in SOURCES:
            where = f"sources[{number}]"
            kind = "type.googleapis.com/google.people.v1.ReadSourceType"
            raise bad_request(where, f"Invalid value at '{where}' ({kind}), \"{value}\"")
    return frozenset(values) or default


def page_size(call: Call, *, default: int, maximum: int) -> int:
    """The page size in effect; 0 and absent mean the default."""
    size = call.number("pageSize")
    if size < 0:
        raise invalid_argument("Page size must be non-negative.")
    if size > maximum:
        if call.store.settings.page_size_over_maximum == "refuse":
            raise invalid_argument(f"Page size must be less than or equal to {maximum}.")
        return maximum
    return size or default
