"""The least that the same work can cost: bare requests, decoded into types, and COPY of the same rows.

The tools are those of the stack: aiohttp and msgspec for Google, COPY for PostgreSQL. A floor merges, matches and
journals nothing; its tables have all indexes and checks, and no foreign keys.
"""

import asyncio
from collections.abc import Sequence

import aiohttp
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from benchmarks.meters import seconds_of
from benchmarks.office import Office
from contactsync.writes import Draft
from google_people import wire
from google_people.client import Call
from google_people.codec import Codec
from google_people.kinds import Creation
from google_people.listing import PARAMETERS, READ_BACK, Query

#: The tables that an import writes, and which of their rows are an account's.
_OWN_ROWS = {
    "contacts_contact": "owner_id = %(owner)s",
    "contacts_change": "contact_id IN (SELECT id FROM contacts_contact WHERE owner_id = %(owner)s)",
    "contacts_term": "owner_id = %(owner)s",
    "googlesync_link": "account_id = %(account)s",
    "googlesync_operation": "account_id = %(account)s",
}
type Rows = dict[str, bytes]


def download_seconds(office: Office, token: str | None = None) -> float:
    """Listing all persons of the account, or those changed since `token`, and decoding them into types."""
    headers = office.authorization
    return seconds_of(lambda: asyncio.run(_download(f"{office.sandbox.url}/v1/people/me/connections", headers, token)))


async def _download(url: str, headers: dict[str, str], token: str | None) -> None:
    since: Query = (("syncToken", token),) if token else ()
    after: Query = ()
    async with aiohttp.ClientSession(headers=headers) as session:
        while True:
            async with session.get(url, params=(*PARAMETERS, *since, *after)) as response:
                page = wire.decode_page(await response.read())
            for payload in page.connections:
                wire.decode_person(payload)
            if not page.next_page_token:
                return
            after = (("pageToken", page.next_page_token),)


def get_seconds(office: Office, resource_names: Sequence[str]) -> float:
    """Reading these persons anew, and decoding them into types."""
    query = (*(("resourceNames", name) for name in resource_names), *READ_BACK)
    headers = office.authorization
    return seconds_of(lambda: asyncio.run(_get(f"{office.sandbox.url}/v1/people:batchGet", headers, query)))


async def _get(url: str, headers: dict[str, str], query: Query) -> None:
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url, params=query) as response:
        for found in wire.decode_batch_get(await response.read()).responses:
            wire.decode_person(found.person)


def create_seconds(office: Office, batches: Sequence[Sequence[Draft]]) -> float:
    """Creating persons, a batch after the other, and decoding the answers into types."""
    creation = Creation(Codec("floor", office.account.region))
    calls = [creation.batch(drafts) for drafts in batches]
    headers = {**office.authorization, "Content-Type": "application/json"}
    return seconds_of(lambda: asyncio.run(_create(office.sandbox.url, headers, calls)))


async def _create(url: str, headers: dict[str, str], calls: Sequence[Call]) -> None:
    async with aiohttp.ClientSession(headers=headers) as session:
        for call in calls:
            async with session.post(f"{url}/{call.path}", data=call.body) as response:
                answer = wire.decode_batch_create(await response.read())
            for created in answer.created_people:
                wire.decode_person(created.person)


def copy_seconds(office: Office) -> float:
    """COPY of the account's rows, as they stand, in one durable transaction."""
    with connection.cursor() as cursor:
        rows = {table: _rows_of(cursor, table, office) for table in _OWN_ROWS}
        for table in rows:
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        try:
            return seconds_of(lambda: _copy(cursor, rows))
        finally:
            for table in rows:
                cursor.execute(f"DROP TABLE floor_{table}")


def _rows_of(cursor: CursorWrapper, table: str, office: Office) -> bytes:
    wanted = {"owner": office.user.pk, "account": office.account.id}
    with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {_OWN_ROWS[table]}) TO STDOUT", wanted) as copy:
        return b"".join(map(bytes, copy))


@transaction.atomic
def _copy(cursor: CursorWrapper, rows: Rows) -> None:
    for table, text in rows.items():
        with cursor.copy(f"COPY floor_{table} FROM STDIN") as copy:
            copy.write(text)
