"""The engine's Provider port over Google's People API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
import structlog

from contactsync.card import Field
from contactsync.faults import SyncError
from contactsync.records import Found, Listed, Page, Person, Unreadable
from contactsync.writes import Doubtful, Draft, Missing, Outcome, Refused, Update, Written
from google_people import codec, listing, wire
from google_people.budget import GROUP_WRITE, READ, SINGLE_WRITE, Budget
from google_people.client import PATIENCE, Call, Client, Patience, TokenSource, no_guard
from google_people.codec import Codec
from google_people.errors import Mend, Rejected, Uncertain, classify_item, error_of, malformed, refusal_words
from google_people.exact import EVERYTHING, is_as_created
from google_people.kinds import Creation, Rewrite
from google_people.reading import MY_CONTACTS
from google_people.writing import MOST_IN_BATCH, lots_of, write_all

logger = structlog.get_logger(__name__)

MOST_BYTES_OF_NAMES = 7_500  # the names stand in the address, which many a server takes up to 8 KB of


class GooglePeople:
    """The persons of one connected account: implements `contactsync.ports.Provider`."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        tokens: TokenSource,
        budget: Budget,
        *,
        installation: str,
        region: str,
        guard: Callable[[], Awaitable[None]] = no_guard,
        patience: Patience = PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`base_url` is the root above `v1`; `installation` signs the markers of our creates; `region` (two
        letters) is what national numbers are read with; `guard` is awaited right before each request and
        raises `LeaseLost` when it must not be sent any more.
        """
        self._client = Client(session, base_url, tokens, budget, guard=guard, patience=patience, sleep=sleep)
        self._codec = Codec(installation, region)

    @property
    def parameters_hash(self) -> str:
        """See `Provider`."""
        return listing.PARAMETERS_HASH

    def changes(self, token: str | None) -> AsyncIterator[Page]:
        """See `Provider`."""
        return listing.pages(self._client, token)

    def decode(self, entry: Listed) -> Person:
        """See `Provider`."""
        if not isinstance(entry.payload, bytes | msgspec.Raw):
            raise TypeError("an entry is decoded by the provider that listed it")
        return self._codec.person(entry.payload)

    async def get_many(self, resource_names: Sequence[str]) -> Mapping[str, Found]:
        """See `Provider`. A name that Google leaves unanswered is an error, never 'there is none'."""
        names = list(dict.fromkeys(resource_names))
        persons: dict[str, Found] = {}
        for batch in _batches_of_names(names):
            persons |= await self._get_batch(batch)
        return persons

    async def create_many(self, drafts: Sequence[Draft]) -> Mapping[str, Outcome]:
        """See `Provider`."""
        outcomes = await write_all(self._client, lots_of(self._client, Creation(self._codec), drafts))
        unmarked = sum(isinstance(each, Written) and each.person.marker is None for each in outcomes.values())
        if unmarked:
            logger.warning("google_marker_not_kept", persons=unmarked)
        return outcomes | await self._put_into_my_contacts(outcomes)

    async def update_many(self, updates: Sequence[Update]) -> Mapping[str, Outcome]:
        """See `Provider`. Grouped by mask, because a batch has one for all."""
        by_mask: dict[frozenset[Field], list[Update]] = {}
        for update in updates:
            by_mask.setdefault(update.fields, []).append(update)
        groups = (lots_of(self._client, Rewrite(self._codec, mask), group) for mask, group in by_mask.items())
        return await write_all(self._client, [lot for group in groups for lot in group])

    async def read_as_created(self, draft: Draft, resource_name: str) -> Person | None:
        """See `Provider`."""
        query = (("personFields", EVERYTHING), ("sources", listing.SOURCE))
        call = Call("people.get", "GET", f"v1/{quote(resource_name)}", READ, query)
        try:
            payload = await self._client.send(call, bytes)
        except Rejected as rejected:
            if rejected.failure.mend is Mend.RELINK:
                return None
            raise error_of(rejected.failure) from rejected
        try:
            is_exact = is_as_created(msgspec.json.decode(payload, type=dict[str, Any]), self._codec.create_body(draft))
            return self._codec.person(payload) if is_exact else None
        except ValueError:
            return None

    async def delete_one(self, person: Person) -> Outcome:
        """See `Provider`."""
        call = Call(
            "people.deleteContact", "DELETE", f"v1/{person.resource_name}:deleteContact", SINGLE_WRITE, is_write=True
        )
        try:
            await self._client.send(call, bytes)
        except Rejected as rejected:
            if rejected.failure.mend is Mend.RELINK:
                return Missing()
            if rejected.failure.mend is Mend.CORRECT:
                return Refused(refusal_words(rejected.failure))
            raise error_of(rejected.failure) from rejected
        except Uncertain:
            return Doubtful()
        return Written(person)

    async def _get_batch(self, names: Sequence[str]) -> dict[str, Found]:
        query = (*(("resourceNames", name) for name in names), *listing.READ_BACK)
        call = Call("people.getBatchGet", "GET", "v1/people:batchGet", READ, query)
        try:
            answer = await self._client.send(call, wire.decode_batch_get)
        except Rejected as rejected:
            raise error_of(rejected.failure) from rejected
        responses = {response.requested_resource_name: response for response in answer.responses}
        if not responses.keys() >= set(names):
            raise malformed("Google left contacts that were asked for by name without an answer.")
        return {name: await self._person(responses[name]) for name in names}

    async def _person(self, response: wire.PersonResponse) -> Found:
        if response.status.code:
            failure = classify_item(response.status)
            if failure.mend is Mend.RELINK:
                return None
            if failure.mend in {Mend.WAIT, Mend.REFRESH}:  # of the account's calls, not of this person
                raise error_of(failure)
            return Unreadable(response.requested_resource_name)
        try:
            payload = await listing.whole(self._client, response.person)
            entry = codec.listed(payload)
            return None if entry is None or entry.deleted else self._codec.person(payload)
        except ValueError:
            return Unreadable(response.requested_resource_name)

    async def _put_into_my_contacts(self, outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """The outcomes of created persons that were outside 'My Contacts', where Android shows none."""
        outside = {
            contact_id: outcome.person
            for contact_id, outcome in outcomes.items()
            if isinstance(outcome, Written) and not outcome.person.in_my_contacts
        }
        if not outside:
            return {}
        not_found = await self._add_members([person.resource_name for person in outside.values()])
        return {
            contact_id: Written(replace(person, in_my_contacts=True))
            for contact_id, person in outside.items()
            if person.resource_name not in not_found
        }

    async def _add_members(self, names: Sequence[str]) -> set[str]:
        """Add persons to 'My Contacts'; answers which could not be. Nothing is raised: they exist anyway."""
        body = msgspec.json.encode({"resourceNamesToAdd": names})
        path = f"v1/{MY_CONTACTS}/members:modify"
        call = Call("contactGroups.members.modify", "POST", path, GROUP_WRITE, (), body, is_write=True)
        try:
            answer = await self._client.send(call, wire.decode_modify_members)
        except (Rejected, Uncertain, SyncError) as error:
            logger.warning("google_membership_not_added", persons=len(names), error=type(error).__name__)
            return set(names)
        return set(answer.not_found_resource_names)


def _batches_of_names(names: Sequence[str]) -> Iterator[Sequence[str]]:
    batch: list[str] = []
    size = 0
    for name in names:
        length = len("&resourceNames=") + len(quote(name))
        if batch and (len(batch) == MOST_IN_BATCH or size + length > MOST_BYTES_OF_NAMES):
            yield batch
            batch, size = [], 0
        batch.append(name)
        size += length
    if batch:
        yield batch
