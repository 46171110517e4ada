"""What the header of every page shows."""

from typing import Any

from django.http import HttpRequest


def header(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the context processors' signature
    return {}
