"""Runs and their operations."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Query, Router, Status

from tandem.api.auth import caller
from tandem.api.paging import PageQuery, page_of
from tandem.api.schemas.operations import ApprovalInput, OperationPage, RunPage, UndoInput
from tandem.api.schemas.runs import RunOutput
from tandem.contacts.errors import NotFound
from tandem.googlesync.approvals import approve, reject
from tandem.googlesync.models import Run, Trigger
from tandem.googlesync.reading import runs_of
from tandem.googlesync.shape import operations_json, run_json
from tandem.googlesync.undo import undo
from tandem.users.models import User

router = Router(tags=["runs"])


@router.get("", response={200: RunPage})
def list_runs(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    page = page_of(runs_of(caller(request)).order_by(), query, ["-id"])
    return {"items": [run_json(run) for run in page.rows], "next_cursor": page.next_cursor}


@router.get("/{uuid:run_id}", response={200: RunOutput})
def read_run(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    return run_json(_run(caller(request), run_id))


@router.get("/{uuid:run_id}/operations", response={200: OperationPage})
def list_operations(request: HttpRequest, run_id: UUID, query: Query[PageQuery]) -> dict[str, Any]:
    page = page_of(_run(caller(request), run_id).operations.all(), query, ["id"])
    return {"items": operations_json(page.rows), "next_cursor": page.next_cursor}


@router.post("/{uuid:run_id}/approve", response={202: RunOutput})
def approve_run(
    request: HttpRequest, run_id: UUID, payload: Body[ApprovalInput | None] = None
) -> Status[dict[str, Any]]:
    user = caller(request)
    chosen = payload.operations if payload is not None else None
    run = approve(user=user, run=_run(user, run_id), operations=chosen, trigger=Trigger.API)
    return Status(HTTPStatus.ACCEPTED, run_json(run))


@router.post("/{uuid:run_id}/reject", response={200: RunOutput})
def reject_run(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    user = caller(request)
    return run_json(reject(user=user, run=_run(user, run_id)))


@router.post("/{uuid:run_id}/undo", response={202: RunOutput})
def undo_run(request: HttpRequest, run_id: UUID, payload: Body[UndoInput | None] = None) -> Status[dict[str, Any]]:
    user = caller(request)
    part = payload or UndoInput()
    run = undo(
        user=user, run=_run(user, run_id), contact_id=part.contact, field_name=part.field or "", trigger=Trigger.API
    )
    return Status(HTTPStatus.ACCEPTED, run_json(run))


def _run(user: User, run_id: UUID) -> Run:
    run = runs_of(user).filter(id=run_id).first()
    if run is None:
        raise NotFound
    return run
