"""How persons are read: what is asked for, the pages of `connections.list`, and what must hold of them."""

import hashlib
import math
from collections.abc import AsyncIterator
from urllib.parse import quote

import msgspec

from contactsync.faults import TokenExpired
from contactsync.records import Listed, Page
from google_people import codec, wire
from google_people.budget import READ
from google_people.client import Call, Client
from google_people.codec import Payload
from google_people.errors import Mend, Rejected, error_of, malformed

PERSON_FIELDS = "names,emailAddresses,phoneNumbers,addresses,birthdays,organizations,memberships,clientData,metadata"
SOURCE = "READ_SOURCE_TYPE_CONTACT"
PAGE_SIZE = 1000
SPARE_PAGES = 10
LISTED_AT_MOST = 100  # e-mails, and phones, that a listing shows of one person
LEAST_BYTES_OF_CUT = 4_000  # a hundred of either take more

type Query = tuple[tuple[str, str], ...]

#: What every answer with a person in it is asked to hold.
READ_BACK: Query = (("personFields", PERSON_FIELDS), ("sources", SOURCE))
PARAMETERS: Query = (*READ_BACK, ("pageSize", str(PAGE_SIZE)), ("requestSyncToken", "true"))
PARAMETERS_HASH = hashlib.sha256(msgspec.json.encode(PARAMETERS)).hexdigest()[:32]


async def pages(client: Client, token: str | None) -> AsyncIterator[Page]:
    """The listing since `token`, or the whole one.

    Raises `TokenExpired`, and `Malformed` where paging does not advance or ends without the next token: what
    is not proved complete must not be taken for the truth.
    """
    page_token: str | None = None
    seen: set[str] = set()
    while True:
        answer = await _page(client, token, page_token)
        page_token = answer.next_page_token
        _check(answer, seen)
        seen.add(page_token)
        next_token = None if page_token else answer.next_sync_token
        yield Page(await _entries(client, answer), next_token, answer.total_items)
        if not page_token:
            return


async def whole(client: Client, payload: Payload) -> Payload:
    """The person with all e-mails and phones: read again, alone, where a listing may have cut them off."""
    if len(memoryview(payload)) < LEAST_BYTES_OF_CUT:
        return payload
    person = wire.decode_person(payload)
    if LISTED_AT_MOST not in (len(person.email_addresses), len(person.phone_numbers)):
        return payload
    call = Call("people.get", "GET", f"v1/{quote(person.resource_name)}", READ, READ_BACK)
    try:
        return await client.send(call, bytes)
    except Rejected as rejected:
        if rejected.failure.mend is Mend.RELINK:  # deleted since it was listed
            return payload
        raise error_of(rejected.failure) from rejected


async def _page(client: Client, token: str | None, page_token: str | None) -> wire.ConnectionsPage:
    query = PARAMETERS
    query += (("syncToken", token),) if token else ()
    query += (("pageToken", page_token),) if page_token else ()
    call = Call("people.connections.list", "GET", "v1/people/me/connections", READ, query)
    try:
        return await client.send(call, wire.decode_page)
    except Rejected as rejected:
        mend = rejected.failure.mend
        if token and mend in (Mend.FULL_LISTING, Mend.CORRECT):  # a void token is only 'an invalid argument'
            raise TokenExpired from rejected
        raise error_of(rejected.failure) from rejected


def _check(answer: wire.ConnectionsPage, seen: set[str]) -> None:
    total = answer.total_items
    most_pages = math.inf if total is None else math.ceil(total / PAGE_SIZE) + SPARE_PAGES
    if answer.next_page_token in seen or len(seen) > most_pages:
        raise malformed("Google's listing of contacts does not come to an end.")
    if not answer.next_page_token and not answer.next_sync_token:
        raise malformed("Google's listing of contacts ended without a sync token.")


async def _entries(client: Client, answer: wire.ConnectionsPage) -> tuple[Listed, ...]:
    try:
        entries = [codec.listed(await whole(client, payload)) for payload in answer.connections]
    except ValueError as error:
        raise malformed("A contact in Google's listing has no keys that can be read.") from error
    return tuple(entry for entry in entries if entry is not None)
