"""Reads a listing whole, as received: equal persons are neither decoded nor looked up."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import batched

from contactsync.faults import TokenExpired
from contactsync.ports import Provider, Repository
from contactsync.records import Found, Listed, Page, Person

#: Google's limit for a batch get.
MOST_IN_A_GET = 200


@dataclass(slots=True)
class Listing:
    """What a listing holds: entries that differ from their links by source id, and what it reports deleted."""

    is_complete: bool
    token: str = ""
    fresh: dict[str, Listed] = field(default_factory=dict)
    deleted: list[Listed] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def shows_renamed(self, source_id: str, resource_name: str) -> bool:
        """Whether the person is listed under another name than this."""
        entry = self.fresh.get(source_id)
        return entry is not None and entry.resource_name != resource_name


async def read_listing(provider: Provider, repository: Repository, token: str | None) -> Listing:
    """The changes since `token`; a full listing where there is none, or where Google no longer takes it."""
    try:
        return await _read(provider, repository, token)
    except TokenExpired:
        return await _read(provider, repository, None)


async def _read(provider: Provider, repository: Repository, token: str | None) -> Listing:
    listing = Listing(is_complete=token is None)
    async with aclosing(one_ahead(provider.changes(token))) as pages:
        async for page in pages:
            await _take(page, listing, repository)
    return listing


async def _take(page: Page, listing: Listing, repository: Repository) -> None:
    unchanged = await repository.unchanged(page.entries) if page.entries else frozenset()
    for entry in page.entries:
        if entry.deleted or entry.source_id is None:
            listing.deleted.append(entry)
            continue
        listing.seen.add(entry.source_id)
        listing.fresh.pop(entry.source_id, None)
        if entry.source_id not in unchanged:
            listing.fresh[entry.source_id] = entry
    if page.next_token is not None:
        listing.token = page.next_token
    if page.total:
        await repository.progress(len(listing.seen), page.total)


def decoded(provider: Provider, entries: Iterable[Listed]) -> tuple[list[Person], list[Listed]]:
    """The entries as persons, and those that can't be read, which hinder nobody else."""
    persons: list[Person] = []
    unreadable: list[Listed] = []
    for entry in entries:
        try:
            persons.append(provider.decode(entry))
        except ValueError:
            unreadable.append(entry)
    return persons, unreadable


async def get_persons(provider: Provider, resource_names: Iterable[str]) -> dict[str, Found]:
    """The persons as they are now, by the name asked for; None where there is none."""
    found: dict[str, Found] = {}
    for chunk in batched(dict.fromkeys(resource_names), MOST_IN_A_GET, strict=False):
        found.update(await provider.get_many(chunk))
    return found


def readable(found: Iterable[Found]) -> list[Person]:
    """Those that are there and can be read."""
    return [person for person in found if isinstance(person, Person)]


async def one_ahead(pages: AsyncIterator[Page]) -> AsyncGenerator[Page]:
    """The same pages, the next one already under way while one is being worked on."""
    coming = asyncio.ensure_future(anext(pages, None))
    try:
        while (page := await coming) is not None:
            coming = asyncio.ensure_future(anext(pages, None))
            yield page
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
