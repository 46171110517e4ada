"""Google's own description of the People API, as the official client ships it, and a check of answers against it."""

import json
from importlib.resources import files
from typing import Any

SCALARS: dict[str, type | tuple[type, ...]] = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}


def document() -> Any:
    text = files("googleapiclient.discovery_cache.documents").joinpath("people.v1.json").read_text("utf-8")
    return json.loads(text)


SCHEMAS: Any = document()["schemas"]


def misfits(value: Any, schema: Any, path: str) -> list[str]:
    """Where a value is not what the schema says, unknown keys included."""
    schema = SCHEMAS[schema["$ref"]] if "$ref" in schema else schema
    kind = schema["type"]
    if kind == "array":
        if not isinstance(value, list):
            return [f"{path}: no list"]
        return [
            slip for number, item in enumerate(value) for slip in misfits(item, schema["items"], f"{path}[{number}]")
        ]
    if kind == "object":
        return _object_misfits(value, schema, path)
    if not isinstance(value, SCALARS[kind]) or (kind == "integer" and isinstance(value, bool)):
        return [f"{path}: {value!r} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: {value!r} is not in the enum"]
    return []


def _object_misfits(value: Any, schema: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: no object"]
    slips = []
    for key, inner in value.items():
        known = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
        slips += [f"{path}.{key}: unknown"] if known is None else misfits(inner, known, f"{path}.{key}")
    return slips
