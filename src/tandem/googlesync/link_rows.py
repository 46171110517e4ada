"""The links of a run's account as rows: read, written and ended, many at a time."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tandem.googlesync.models import Link
from tandem.googlesync.writer import Writer
from tandem.updating import update_each


def stored_links(link_ids: Iterable[str], writer: Writer) -> dict[str, Link]:
    """The links as they are now, by id."""
    links = Link.objects.filter(account=writer.account, id__in=list(link_ids))
    return {str(link.id): link for link in links}


def update_links(columns: Iterable[tuple[str, Mapping[str, Any]]], writer: Writer) -> None:
    """Write columns of the account's links, each by its id and with values of its own."""
    rows = {UUID(link_id): values for link_id, values in columns}
    own = Link.objects.filter(account=writer.account, id__in=list(rows)).values_list("id", flat=True) if rows else ()
    update_each(Link, ({"id": link_id, **rows[link_id]} for link_id in own))


def end_links(links: QuerySet[Link], writer: Writer) -> None:
    """The links end, and what is open of their persons with them."""
    source_ids = list(links.values_list("source_id", flat=True))
    if source_ids:
        writer.account.deferred.filter(source_id__in=source_ids).delete()
        links.delete()
