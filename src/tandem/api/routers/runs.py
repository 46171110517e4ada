"""Runs and their operations."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from tandem.api.auth import caller
from tandem.api.paging import PageQuery, page_of
from tandem.api.schemas.operations import OperationPage, RunPage
from tandem.api.schemas.runs import RunOutput
from tandem.contacts.errors import NotFound
from tandem.googlesync.models import Run
from tandem.googlesync.reading import runs_of
from tandem.googlesync.shape import operation_json, run_json
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
    return {"items": [operation_json(operation) for operation in page.rows], "next_cursor": page.next_cursor}


def _run(user: User, run_id: UUID) -> Run:
    run = runs_of(user).filter(id=run_id).first()
    if run is None:
        raise NotFound
    return run
