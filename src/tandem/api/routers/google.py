"""Google accounts: list, read, settings, runs, disconnect."""

from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from tandem.api.auth import caller
from tandem.api.paging import PageQuery, page_of
from tandem.api.schemas.google import AccountOutput, AccountPage, AccountPatch, RunRequest
from tandem.api.schemas.runs import RunOutput
from tandem.contacts.errors import NotFound
from tandem.googlesync.connection import disconnect
from tandem.googlesync.models import Account, Trigger
from tandem.googlesync.reading import accounts_of
from tandem.googlesync.services import change_settings, request_plan, request_sync
from tandem.googlesync.shape import account_json, run_json
from tandem.users.models import User

router = Router(tags=["google"])


@router.get("", response={200: AccountPage})
def list_accounts(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    page = page_of(accounts_of(caller(request)).order_by(), query, ["id"])
    return {"items": [account_json(account) for account in page.rows], "next_cursor": page.next_cursor}


@router.get("/{uuid:account_id}", response={200: AccountOutput})
def read_account(request: HttpRequest, account_id: UUID) -> dict[str, Any]:
    return account_json(_account(caller(request), account_id))


@router.patch("/{uuid:account_id}", response={200: AccountOutput})
def change_account(request: HttpRequest, account_id: UUID, payload: AccountPatch) -> dict[str, Any]:
    account = _account(caller(request), account_id)
    changes = payload.model_dump(exclude_unset=True)
    brake = changes.pop("brake", None) or {}
    changes |= {f"brake_{name}": value for name, value in brake.items()}
    change_settings(account=account, changes=changes)
    return account_json(_account(caller(request), account_id))


@router.delete("/{uuid:account_id}", response={204: None})
def disconnect_account(
    request: HttpRequest, account_id: UUID, imported: Literal["keep", "trash"] = "keep"
) -> Status[None]:
    disconnect(_account(caller(request), account_id), imported=imported)
    return Status(HTTPStatus.NO_CONTENT, None)


@router.post("/{uuid:account_id}/runs", response={202: RunOutput})
def begin_run(request: HttpRequest, account_id: UUID, payload: RunRequest) -> Status[dict[str, Any]]:
    account = _account(caller(request), account_id)
    request_run = request_sync if payload.kind == "sync" else request_plan
    return Status(HTTPStatus.ACCEPTED, run_json(request_run(account=account, trigger=Trigger.API)))


def _account(user: User, account_id: UUID) -> Account:
    account = accounts_of(user).filter(id=account_id).first()
    if account is None:
        raise NotFound
    return account
