"""Cursor paging: a cursor says after which row to go on, so that no row is missed or seen twice meanwhile."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from ninja import Field, Schema
from pydantic import ValidationInfo, model_validator

from tandem.contacts.errors import FieldError, Invalid

DEFAULT_LIMIT = 100
MOST = 1000

Limit = Annotated[int, Field(ge=1, le=MOST)]


class PageQuery(Schema):
    """The query parameters of every list."""

    limit: Limit = DEFAULT_LIMIT
    cursor: str = ""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, values: Any, info: ValidationInfo) -> Any:
        """A parameter that is misspelt must not list everything. Raises `Invalid`."""
        request = (info.context or {}).get("request")
        unknown = sorted(set(request.GET) - set(cls.model_fields)) if request is not None else []
        if unknown:
            raise Invalid([FieldError(f"/{name}", f"Use only: {', '.join(cls.model_fields)}.") for name in unknown])
        return values


@dataclass(frozen=True, slots=True)
class Page[Row: Model]:
    """Rows of one page, and the cursor of the next, or None."""

    rows: list[Row]
    next_cursor: str | None


def page_of[Row: Model](rows: QuerySet[Row], query: PageQuery, order: Sequence[str]) -> Page[Row]:
    """The page that the query asks for. `order` names columns, unique together; a leading '-' on all: descending.

    Raises `Invalid` for a cursor that is not one of ours.
    """
    try:
        if query.cursor:
            rows = rows.filter(_after(_decoded(query.cursor, len(order)), order))
        found = list(rows.order_by(*order)[: query.limit + 1])
    except (ValidationError, ValueError) as error:  # the cursor's values are none of these columns'
        raise _bad_cursor() from error
    more = len(found) > query.limit
    page = found[: query.limit]
    return Page(page, _encoded(page[-1], order) if more else None)


def _after(values: Sequence[str], order: Sequence[str]) -> Q:
    """Rows behind the one with these values: greater in the first column that differs."""
    behind = Q()
    equal = Q()
    for column, value in zip(order, values, strict=True):
        comparison = "lt" if column.startswith("-") else "gt"
        name = column.lstrip("-")
        behind |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return behind


def _encoded(row: Model, order: Sequence[str]) -> str:
    values = [str(getattr(row, column.lstrip("-"))) for column in order]
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _decoded(cursor: str, length: int) -> list[str]:
    try:
        values: Any = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error
    if not isinstance(values, list) or len(values) != length or not all(isinstance(each, str) for each in values):
        raise _bad_cursor()
    return values


def _bad_cursor() -> Invalid:
    return Invalid([FieldError("/cursor", "Use the next_cursor of the page before, as it is.")])
