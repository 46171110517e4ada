"""Tombstones: contacts that were deleted here and whose persons live on in Google."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from tandem.api.auth import caller
from tandem.api.paging import PageQuery, page_of
from tandem.api.schemas.runs import RunOutput
from tandem.googlesync import links
from tandem.googlesync.models import Link, Trigger
from tandem.googlesync.reading import tombstones_of_user
from tandem.googlesync.shape import run_json

router = Router(tags=["tombstones"])


class TombstoneOutput(Schema):
    """`contact` is null once it was purged; `display_name` is empty then, too."""

    id: UUID
    account: UUID
    contact: UUID | None
    resource_name: str
    display_name: str
    since: datetime | None


class TombstonePage(Schema):
    items: list[TombstoneOutput]
    next_cursor: str | None


@router.get("", response={200: TombstonePage})
def list_tombstones(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    page = page_of(tombstones_of_user(caller(request)), query, ["id"])
    return {"items": [_json(link) for link in page.rows], "next_cursor": page.next_cursor}


@router.post("/{uuid:link_id}/bring-back", response={202: RunOutput})
def bring_back(request: HttpRequest, link_id: UUID) -> Status[dict[str, Any]]:
    run = links.bring_back(user=caller(request), link_ids=[link_id], trigger=Trigger.API)
    return Status(HTTPStatus.ACCEPTED, run_json(run))


def _json(link: Link) -> dict[str, Any]:
    return {
        "id": link.id,
        "account": link.account_id,
        "contact": link.contact_id,
        "resource_name": link.resource_name,
        "display_name": link.display_name,
        "since": link.contact.trashed_at if link.contact else None,
    }
