"""One account's contact groups: the system's, which never change, and the user's labels."""

from collections.abc import Iterator

from google_sandbox.records import GroupVersion

MY_CONTACTS = "contactGroups/myContacts"
STARRED = "contactGroups/starred"
SYSTEM_GROUPS = {
    "contactGroups/myContacts": "My Contacts",
    "contactGroups/starred": "Starred",
    "contactGroups/friends": "Friends",
    "contactGroups/family": "Family",
    "contactGroups/coworkers": "Coworkers",
    "contactGroups/chatBuddies": "Chat contacts",
    "contactGroups/all": "All Contacts",
    "contactGroups/blocked": "Blocked",
}
"""Resource name to the localized name."""
DEPRECATED_GROUPS = frozenset(SYSTEM_GROUPS) - {MY_CONTACTS, STARRED}


class Labels:
    """The user's labels of one account, with a log of their versions."""

    def __init__(self) -> None:
        self._log: list[GroupVersion] = []
        self._latest: dict[str, GroupVersion] = {}

    def apply(self, version: GroupVersion) -> None:
        self._log.append(version)
        self._latest[version.resource_name] = version

    @property
    def sequence(self) -> int:
        return len(self._log)

    @property
    def newest_at(self) -> int:
        return self._log[-1].at if self._log else 0

    def find(self, resource_name: str) -> GroupVersion | None:
        """The label, None when it is unknown or deleted."""
        version = self._latest.get(resource_name)
        return None if version is None or version.deleted else version

    def known(self, resource_name: str) -> bool:
        """Whether a person can be in it: a system group or a label that exists."""
        return resource_name in SYSTEM_GROUPS or self.find(resource_name) is not None

    def named(self, name: str, *, ignore_case: bool) -> GroupVersion | None:
        wanted = name.casefold() if ignore_case else name
        for version in self.current():
            if (version.name.casefold() if ignore_case else version.name) == wanted:
                return version
        return None

    def current(self) -> list[GroupVersion]:
        return [version for version in self._latest.values() if not version.deleted]

    def changes(self, after: int) -> Iterator[GroupVersion]:
        """Labels changed since the sequence `after`, deleted ones included, each once."""
        for version in self._log[after:]:
            if self._latest[version.resource_name] is version:
                yield version
