"""Contacts: list, read, write, trash, history, push."""

from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal, assert_never
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Status

from tandem.api.auth import caller
from tandem.api.paging import PageQuery, page_of
from tandem.api.preconditions import IfMatch, expected_revision
from tandem.api.schemas.contacts import (
    ContactInput,
    ContactOutput,
    ContactPage,
    ContactQuery,
    GoogleInput,
    HistoryPage,
    PushInput,
    RestoreInput,
)
from tandem.api.schemas.runs import RunOutput
from tandem.contacts import services
from tandem.contacts.errors import FieldError, Invalid, NotFound
from tandem.contacts.history import history_of, reason_of
from tandem.contacts.models import Actor, Change, Contact
from tandem.contacts.querysets import contacts_of, found_by, in_trash, in_use, with_hashtag
from tandem.contacts.shape import contact_json
from tandem.googlesync import links
from tandem.googlesync.erasing import request_erasure
from tandem.googlesync.models import Trigger
from tandem.googlesync.reading import google_states
from tandem.googlesync.services import request_push
from tandem.googlesync.shape import run_json
from tandem.users.models import User

router = Router(tags=["contacts"])


@router.get("", response={200: ContactPage})
def list_contacts(request: HttpRequest, query: Query[ContactQuery]) -> dict[str, Any]:
    user = caller(request)
    order = ["updated_at", "id"] if query.updated_since else ["id"]
    page = page_of(_chosen(user, query), query, order)
    return {"items": _contacts_json(user, page.rows), "next_cursor": page.next_cursor}


def _chosen(user: User, query: ContactQuery) -> QuerySet[Contact]:
    contacts = in_trash(user.pk) if query.trashed else in_use(user.pk)
    if query.status is not None:
        contacts = contacts.filter(status=query.status)
    if query.updated_since is not None:
        contacts = contacts.filter(updated_at__gte=_utc(query.updated_since))
    if query.hashtag:
        contacts = with_hashtag(contacts, user.pk, query.hashtag)
    return found_by(contacts, user.pk, query.q)


def _utc(moment: datetime) -> datetime:
    """The moment in UTC; PostgreSQL takes no offset as large as Python does."""
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise Invalid([FieldError("/updated_since", "Give a moment of the years 1 to 9999.")]) from error


@router.post("", response={201: ContactOutput})
def create_contact(
    request: HttpRequest,
    response: HttpResponse,
    payload: ContactInput,
    duplicate: Literal["allow", "refuse"] = "refuse",
) -> Status[dict[str, Any]]:
    user = caller(request)
    contact = services.create_contact(
        owner_id=user.pk,
        values=payload.model_dump(exclude_unset=True),
        actor=Actor.API,
        duplicate_allowed=duplicate == "allow",
    )
    response["Location"] = f"{request.path}/{contact.id}"
    return Status(HTTPStatus.CREATED, _answer(response, user, contact))


@router.post("/sync", response={202: RunOutput})
def sync_contacts(request: HttpRequest, payload: PushInput) -> Status[dict[str, Any]]:
    user = caller(request)
    chosen = set(payload.ids)
    if not chosen:
        raise Invalid([FieldError("/ids", "Name at least one contact.")])
    if in_use(user.pk).filter(id__in=chosen).count() != len(chosen):
        raise NotFound
    run = request_push(user=user, contact_ids=sorted(chosen), anyway=payload.anyway, trigger=Trigger.API)
    return Status(HTTPStatus.ACCEPTED, run_json(run))


@router.get("/{uuid:contact_id}", response={200: ContactOutput})
def read_contact(request: HttpRequest, response: HttpResponse, contact_id: UUID) -> dict[str, Any]:
    user = caller(request)
    return _answer(response, user, _contact(user, contact_id))


@router.patch("/{uuid:contact_id}", response={200: ContactOutput})
def change_contact(
    request: HttpRequest,
    response: HttpResponse,
    contact_id: UUID,
    payload: ContactInput,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    user = caller(request)
    contact = services.change_contact(
        owner_id=user.pk,
        contact_id=contact_id,
        patch=payload.model_dump(exclude_unset=True),
        expected_revision=expected_revision(if_match, _contact(user, contact_id).revision),
        actor=Actor.API,
    )
    return _answer(response, user, contact)


@router.delete("/{uuid:contact_id}", response={204: None})
def delete_contact(request: HttpRequest, contact_id: UUID, if_match: IfMatch = None) -> Status[None]:
    user = caller(request)
    contact = _contact(user, contact_id)
    services.trash_contacts(
        owner_id=user.pk,
        contact_ids=[contact_id],
        expected_revision=expected_revision(if_match, contact.revision),
        actor=Actor.API,
    )
    return Status(HTTPStatus.NO_CONTENT, None)


@router.post("/{uuid:contact_id}/restore", response={200: ContactOutput, 202: RunOutput})
def restore_contact(
    request: HttpRequest,
    response: HttpResponse,
    contact_id: UUID,
    payload: Body[RestoreInput] = RestoreInput(),  # noqa: B008 - immutable, and how ninja states a default
) -> Status[dict[str, Any]]:
    user = caller(request)
    _contact(user, contact_id)
    if payload.google == "put_back":
        run = links.put_back(user=user, contact_id=contact_id, trigger=Trigger.API)
        return Status(HTTPStatus.ACCEPTED, run_json(run))
    services.restore_contacts(owner_id=user.pk, contact_ids=[contact_id], actor=Actor.API)
    return Status(HTTPStatus.OK, _answer(response, user, _contact(user, contact_id)))


@router.post("/{uuid:contact_id}/google", response={200: ContactOutput, 202: RunOutput})
def change_link(
    request: HttpRequest, response: HttpResponse, contact_id: UUID, payload: GoogleInput
) -> Status[dict[str, Any]]:
    """Pause or unlink the contact; resume it, link it again, or erase it here and in Google, which are runs."""
    user = caller(request)
    match payload.action:
        case "pause":
            links.pause(user=user, contact_id=contact_id, actor=Actor.API)
        case "unlink":
            links.unlink(user=user, contact_id=contact_id, actor=Actor.API)
        case "resume":
            run = links.resume(user=user, contact_id=contact_id, trigger=Trigger.API)
            return Status(HTTPStatus.ACCEPTED, run_json(run))
        case "link_again":
            run = links.link_again(user=user, contact_id=contact_id, trigger=Trigger.API)
            return Status(HTTPStatus.ACCEPTED, run_json(run))
        case "erase_both":
            run = request_erasure(user=user, contact_id=contact_id, trigger=Trigger.API)
            return Status(HTTPStatus.ACCEPTED, run_json(run))
        case _:
            assert_never(payload.action)
    return Status(HTTPStatus.OK, _answer(response, user, _contact(user, contact_id)))


@router.get("/{uuid:contact_id}/history", response={200: HistoryPage})
def read_history(request: HttpRequest, contact_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    _contact(caller(request), contact_id)
    page = page_of(history_of(contact_id), query, ["-id"])
    return {"items": [_change_json(change) for change in page.rows], "next_cursor": page.next_cursor}


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "event": change.event,
        "field": change.field,
        "old": change.before,
        "new": change.after,
        "by": change.by,
        "side": "google" if change.by == Actor.SYNC else "tandem",
        "run": change.cause,
        "reason": reason_of(change),
        "at": change.at,
    }


def _contact(user: User, contact_id: UUID) -> Contact:
    contact = contacts_of(user.pk).filter(id=contact_id).first()
    if contact is None:
        raise NotFound
    return contact


def _answer(response: HttpResponse, user: User, contact: Contact) -> dict[str, Any]:
    response["ETag"] = f'"{contact.revision}"'
    return _contacts_json(user, [contact])[0]


def _contacts_json(user: User, contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    contacts = list(contacts)
    states = google_states(user, [contact.id for contact in contacts])
    return [{**contact_json(each), "google": states.get(each.id, [])} for each in contacts]
