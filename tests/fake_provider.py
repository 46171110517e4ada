"""Google in memory: source etags, listings that lag, sync tokens that die, and faults that are asked for."""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from contactsync.card import Card
from contactsync.faults import TokenExpired, Unavailable
from contactsync.normalize import same_card
from contactsync.records import Found, Listed, Page, Person, Unreadable
from contactsync.writes import Doubtful, Draft, Missing, Outcome, Refused, Stale, Unsent, Update, Written
from tests.fake_world import Clock, Fuse


class Fault(Enum):
    """What happens to the next write: each is used once."""

    UNSENT = auto()
    LOST_BEFORE = auto()  #: no answer, and nothing was written
    LOST_AFTER = auto()  #: no answer, and all was written
    STALE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Version:
    """A person at one time; no card once deleted. A listing shows it from `visible_at` on."""

    at: datetime
    visible_at: datetime
    person: Person
    deleted: bool = False
    hidden: bool = False
    old_name: str | None = None


@dataclass(slots=True)
class Calls:
    """What was asked of Google, for tests that count."""

    listings: list[str | None] = field(default_factory=list)
    gets: list[tuple[str, ...]] = field(default_factory=list)
    creates: list[Draft] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)


class FakeProvider:
    """The Provider port; `faults` meet writes, the three switches the next read of their kind."""

    parameters_hash = "parameters-1"

    def __init__(self, clock: Clock, fuse: Fuse | None = None, *, page_size: int = 100) -> None:
        self.clock = clock
        self.fuse = fuse or Fuse()
        self.page_size = page_size
        self.lag = timedelta(0)
        self.faults: deque[Fault] = deque()
        self.next_listing_fails = False
        self.next_token_is_dead = False
        self.next_get_is_stale = False
        self.unreadable: set[str] = set()
        self.refused_names: set[str] = set()  #: of whom a get shows nothing, be they there or not
        self.holds_more: set[str] = set()
        self.answers_old_names = True
        self.before_write: Callable[[], None] | None = None
        self.before_get: Callable[[], None] | None = None
        self.calls = Calls()
        self.history: dict[str, list[Version]] = {}
        self.made_by_us: dict[str, list[str]] = {}
        self.faults_met: list[Fault] = []
        self._oldest_token = clock.now

    # What the port offers.

    async def changes(self, token: str | None) -> AsyncGenerator[Page]:
        self.fuse.burn()
        self.calls.listings.append(token)
        self._fail_listing(token)
        now = self.clock.tick()
        since = datetime.fromisoformat(token) if token is not None else None
        entries = [entry for source_id in self.history for entry in self._entries(source_id, since, now)]
        pages = [tuple(entries[at : at + self.page_size]) for at in range(0, len(entries), self.page_size)] or [()]
        for number, page in enumerate(pages, start=1):
            is_last = number == len(pages)
            yield Page(page, now.isoformat() if is_last else None, len(entries))
            self.fuse.burn()

    def decode(self, entry: Listed) -> Person:
        if not isinstance(entry.payload, Person) or entry.source_id in self.unreadable:
            raise ValueError("an entry that can't be read")
        return entry.payload

    async def get_many(self, resource_names: Sequence[str]) -> Mapping[str, Found]:
        self.fuse.burn()
        self.calls.gets.append(tuple(resource_names))
        if self.before_get is not None:
            self.before_get()
        is_stale, self.next_get_is_stale = self.next_get_is_stale, False
        return {name: self._found(name, is_stale=is_stale) for name in resource_names}

    async def create_many(self, drafts: Sequence[Draft]) -> Mapping[str, Outcome]:
        self._write_begins()
        self.calls.creates.extend(drafts)
        outcomes = {draft.contact_id: self._meet_fault(lambda draft=draft: self._create(draft)) for draft in drafts}
        self.fuse.burn()
        return outcomes

    async def update_many(self, updates: Sequence[Update]) -> Mapping[str, Outcome]:
        self._write_begins()
        self.calls.updates.extend(updates)
        outcomes = {
            update.newest.resource_name: self._meet_fault(lambda update=update: self._update(update))
            for update in updates
        }
        self.fuse.burn()
        return outcomes

    async def read_as_created(self, draft: Draft, resource_name: str) -> Person | None:
        self.fuse.burn()
        person = self._get(resource_name, is_stale=False)
        is_exact = person is not None and same_card(person.card, draft.card) and person.marker == draft.contact_id
        return person if is_exact and person.source_id not in self.holds_more else None

    async def delete_one(self, person: Person) -> Outcome:
        self._write_begins()

        def delete() -> Outcome:
            self.user_deletes(person.source_id)
            return Written(person)

        outcome = self._meet_fault(delete) if self._get(person.resource_name, is_stale=False) else Missing()
        self.fuse.burn()
        return outcome

    # What a person does in Google.

    def user_creates(self, card: Card, *, marker: str | None = None) -> str:
        return self._store_new(card, marker).source_id

    def user_edits(self, source_id: str, card: Card) -> None:
        self._store(replace(self.person(source_id), card=card))

    def user_deletes(self, source_id: str) -> None:
        self._store(self._last(source_id).person, deleted=True)

    def user_merges(self, source_id: str, *, into: str) -> None:
        """The survivor takes the other's marker, behind its own; what else it takes is the test's matter."""
        survivor, other = self.person(into), self.person(source_id)
        markers = tuple(filter(None, (other.marker, *other.other_markers)))
        self._store(replace(survivor, other_markers=(*survivor.other_markers, *markers)))
        self.user_deletes(source_id)

    def user_hides(self, source_id: str) -> None:
        """Moved to 'Other contacts': no listing has it any more, a get still finds it."""
        self._store(self.person(source_id), hidden=True)

    def user_brings_back(self, source_id: str) -> None:
        """Out of Google's trash, or out of 'Other contacts'."""
        self._store(self.person(source_id))

    def google_renames(self, source_id: str) -> None:
        """The address changes: listed under the new name, reported deleted under the old one."""
        person = self.person(source_id)
        moved = replace(
            person,
            resource_name=f"{person.resource_name}r",
            previous_resource_names=(*person.previous_resource_names, person.resource_name),
        )
        self._store(moved, old_name=person.resource_name)

    def google_touches(self, source_id: str) -> None:
        """A new etag without any visible change."""
        self._store(self.person(source_id))

    def expire_tokens(self) -> None:
        self._oldest_token = self.clock.tick()

    # What a test looks at.

    def person(self, source_id: str) -> Person:
        return self._last(source_id).person

    def card(self, source_id: str) -> Card:
        return self.person(source_id).card

    def living(self) -> dict[str, Person]:
        """Whoever is there, hidden ones too."""
        last = {source_id: versions[-1] for source_id, versions in self.history.items()}
        return {source_id: version.person for source_id, version in last.items() if not version.deleted}

    # How it is done.

    def _write_begins(self) -> None:
        self.fuse.burn()
        if self.before_write is not None:
            happens, self.before_write = self.before_write, None
            happens()

    def _fail_listing(self, token: str | None) -> None:
        if self.next_listing_fails:
            self.next_listing_fails = False
            raise Unavailable("unavailable", "Google does not answer.", "The next run tries again.")
        if token is None:
            return
        if self.next_token_is_dead or datetime.fromisoformat(token) < self._oldest_token:
            self.next_token_is_dead = False
            raise TokenExpired

    def _entries(self, source_id: str, since: datetime | None, now: datetime) -> list[Listed]:
        visible = [version for version in self.history[source_id] if version.visible_at <= now]
        if not visible:
            return []
        last = visible[-1]
        if since is None:
            return [] if last.deleted or last.hidden else [_listed(last.person)]
        fresh = [version for version in visible if version.visible_at > since]
        renamed = [Listed(version.old_name, None, "", deleted=True) for version in fresh if version.old_name]
        if not fresh:
            return renamed
        if last.deleted or last.hidden:
            return [*renamed, Listed(last.person.resource_name, source_id, last.person.etag, deleted=True)]
        return [*renamed, _listed(last.person)]

    def _found(self, name: str, *, is_stale: bool) -> Found:
        person = self._get(name, is_stale=is_stale)
        is_unreadable = person is not None and person.source_id in self.unreadable
        return Unreadable(name) if is_unreadable or name in self.refused_names else person

    def _get(self, name: str, *, is_stale: bool) -> Person | None:
        for versions in self.history.values():
            person = versions[-1].person
            old_names = person.previous_resource_names if self.answers_old_names else ()
            if name in {person.resource_name, *old_names}:
                shown = [v for v in versions if not is_stale or v.visible_at <= self.clock.now]
                return shown[-1].person if shown and not shown[-1].deleted else None
        return None

    def _meet_fault(self, write: Callable[[], Outcome]) -> Outcome:
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            self.faults_met.append(fault)
        match fault:
            case None:
                return write()
            case Fault.UNSENT:
                return Unsent(Unavailable("unavailable", "Google is busy.", "The next run tries again."))
            case Fault.LOST_BEFORE:
                return Doubtful()
            case Fault.LOST_AFTER:
                write()
                return Doubtful()
            case Fault.STALE:
                return Stale()
            case Fault.REFUSED:
                return Refused("Google does not take this value.")

    def _create(self, draft: Draft) -> Outcome:
        person = self._store_new(draft.card, draft.contact_id)
        self.made_by_us.setdefault(draft.contact_id, []).append(person.source_id)
        return Written(person)

    def _update(self, update: Update) -> Outcome:
        now = self._get(update.newest.resource_name, is_stale=False)
        if now is None:
            return Missing()
        if now.etag != update.newest.etag:
            return Stale()
        fields = {name.value: getattr(update.desired, name.value) for name in update.fields}
        return Written(self._store(replace(now, card=replace(now.card, **fields))))

    def _store_new(self, card: Card, marker: str | None) -> Person:
        number = len(self.history) + 1
        source_id = f"s{number:03}"
        return self._store(Person(source_id, f"people/c{number}", "", self.clock.now, card, marker))

    def _store(
        self, person: Person, *, deleted: bool = False, hidden: bool = False, old_name: str | None = None
    ) -> Person:
        at = self.clock.tick()
        versions = self.history.setdefault(person.source_id, [])
        visible_at = max([at + self.lag, *(version.visible_at for version in versions)])
        stored = replace(person, etag=f"e{len(versions) + 1}", updated_at=at)
        versions.append(Version(at, visible_at, stored, deleted, hidden, old_name))
        return stored

    def _last(self, source_id: str) -> Version:
        return self.history[source_id][-1]


def _listed(person: Person) -> Listed:
    return Listed(person.resource_name, person.source_id, person.etag, deleted=False, payload=person)
