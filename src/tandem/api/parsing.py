"""How bodies are read: what no database stores becomes U+FFFD at this border."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from contactsync.normalize import clean


class CleanParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return _cleaned(json.loads(request.body or b"{}"))

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        given: dict[str, Any] = _cleaned(super().parse_querydict(data, list_fields, request))
        return given


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case list():
            return [_cleaned(each) for each in value]
        case dict():
            return {clean(key): _cleaned(each) for key, each in value.items()}
        case _:
            return value
