"""Merging contacts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from ninja import Router

from tandem.api.auth import caller
from tandem.api.schemas.contacts import ContactInput
from tandem.api.schemas.duplicates import MergeInput
from tandem.api.schemas.runs import RunOutput
from tandem.contacts.errors import FieldError, Invalid
from tandem.contacts.models import Actor
from tandem.contacts.validation import FIELDS
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.shape import run_json

router = Router(tags=["contacts"])


@router.post("/merge", response={200: RunOutput})
def merge(request: HttpRequest, payload: MergeInput) -> dict[str, Any]:
    with pointing_into_values():
        run = merge_contacts(
            owner=caller(request),
            primary=payload.primary,
            others=payload.others,
            values=given(payload.values),
            actor=Actor.API,
        )
    return run_json(run)


def given(values: ContactInput | None) -> dict[str, Any]:
    """What of the values was sent."""
    return values.model_dump(exclude_unset=True) if values is not None else {}


@contextmanager
def pointing_into_values() -> Iterator[None]:
    """An error of a contact's field is one of the body's `values`."""
    try:
        yield
    except Invalid as error:
        raise Invalid([FieldError(_pointer(each.pointer), each.detail) for each in error.errors]) from error


def _pointer(pointer: str) -> str:
    return f"/values{pointer}" if pointer.split("/")[1:2] in [[field] for field in FIELDS] else pointer
