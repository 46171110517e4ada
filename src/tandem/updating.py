"""Many rows of one table written in one statement, each with values of its own."""

from collections.abc import Iterable, Mapping
from itertools import batched
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

_AT_ONCE = 1000


def update_each(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows by their `id`, each a mapping of attribute names to values; those with the same names go together.

    Whose rows they are is the caller's to see to: the ids are taken as given.
    """
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(sorted(row)), []).append(row)
    for names, group in alike.items():
        statement = _statement(model, names)
        for chunk in batched(group, _AT_ONCE, strict=False):
            with connection.cursor() as cursor:
                cursor.execute(statement, [msgspec.json.encode(chunk).decode()])


def _statement(model: type[Model], names: Iterable[str]) -> str:
    types = {field.attname: field.db_type(connection) for field in model._meta.concrete_fields}
    columns = {name: connection.ops.quote_name(name) for name in names}
    values = ", ".join(f"{column} = new.{column}" for name, column in columns.items() if name != "id")
    record = ", ".join(f"{column} {types[name]}" for name, column in columns.items())
    return (
        f"UPDATE {connection.ops.quote_name(model._meta.db_table)} AS old SET {values} "  # noqa: S608 - no values in it
        f"FROM jsonb_to_recordset(%s::jsonb) AS new({record}) WHERE old.id = new.id"
    )
