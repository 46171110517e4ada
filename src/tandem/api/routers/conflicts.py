"""Conflicts: what the two sides do not agree on, and a person's answer."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from tandem.api.auth import caller
from tandem.api.paging import PageQuery, page_of
from tandem.api.schemas.conflicts import Answer, ConflictOutput, ConflictPage
from tandem.contacts.errors import FieldError, Invalid, NotFound
from tandem.contacts.models import Actor
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.googlesync.shape import conflict_json

router = Router(tags=["conflicts"])


class ConflictQuery(PageQuery):
    """Without `kind`: of every kind."""

    kind: Literal["open", "settled", "difference", "deleted"] | None = None


@router.get("", response={200: ConflictPage})
def list_conflicts(request: HttpRequest, query: Query[ConflictQuery]) -> dict[str, Any]:
    found = conflicts_of(caller(request)).order_by()
    page = page_of(found.filter(kind=query.kind) if query.kind else found, query, ["-id"])
    return {"items": [conflict_json(each) for each in page.rows], "next_cursor": page.next_cursor}


@router.post("/{uuid:conflict_id}", response={200: ConflictOutput})
def answer_conflict(request: HttpRequest, conflict_id: UUID, payload: Answer) -> dict[str, Any]:
    user = caller(request)
    conflict = conflicts_of(user).filter(id=conflict_id).first()
    if conflict is None:
        raise NotFound
    try:
        answered = answer(user=user, conflict=conflict, choice=payload.choose, actor=Actor.API)
    except AnswerRefused as refused:
        raise Invalid([FieldError("/choose", refused.detail)]) from refused
    return conflict_json(answered)
