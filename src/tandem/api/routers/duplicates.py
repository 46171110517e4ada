"""Possible duplicates, and a person's decision on them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from tandem.api.auth import caller
from tandem.api.paging import PageQuery, page_of
from tandem.api.routers.merging import given, pointing_into_values
from tandem.api.schemas.duplicates import DecisionInput, DuplicateOutput, DuplicatePage
from tandem.contacts.errors import NotFound
from tandem.contacts.models import Actor
from tandem.contacts.shape import contact_json
from tandem.googlesync.deciding import decide_different, decide_same, duplicates_of
from tandem.googlesync.models import PossibleDuplicate, Run
from tandem.googlesync.reading import google_states
from tandem.users.models import User

router = Router(tags=["duplicates"])


@router.get("", response={200: DuplicatePage})
def list_duplicates(request: HttpRequest, query: Query[PageQuery]) -> dict[str, Any]:
    user = caller(request)
    page = page_of(duplicates_of(user).order_by(), query, ["-id"])
    return {"items": _json(user, page.rows), "next_cursor": page.next_cursor}


@router.post("/{uuid:pair_id}", response={200: DuplicateOutput})
def decide(request: HttpRequest, pair_id: UUID, payload: DecisionInput) -> dict[str, Any]:
    user = caller(request)
    pair = duplicates_of(user).filter(id=pair_id).first()
    if pair is None:
        raise NotFound
    run: Run | None = None
    if payload.decision == "different":
        decide_different(user=user, pair=pair)
    else:
        with pointing_into_values():
            run = decide_same(
                user=user, pair=pair, primary=payload.primary, values=given(payload.values), actor=Actor.API
            )
    decided = PossibleDuplicate.objects.select_related("first", "second").get(id=pair.id)
    return _json(user, [decided])[0] | {"run": run.id if run else None}


def _json(user: User, pairs: list[PossibleDuplicate]) -> list[dict[str, Any]]:
    contacts = {each.id: each for pair in pairs for each in (pair.first, pair.second)}
    states = google_states(user, list(contacts))
    shown = {each.id: contact_json(each) | {"google": states.get(each.id, [])} for each in contacts.values()}
    return [
        {
            "id": pair.id,
            "first": shown[pair.first_id],
            "second": shown[pair.second_id],
            "evidence": pair.evidence,
            "decision": pair.decision or None,
            "run": None,
            "at": pair.found_at,
        }
        for pair in pairs
    ]
