"""The forms of a page, as a browser reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode


@dataclass(slots=True)
class Form:
    """A form with what it would send untouched: hidden fields, ticked boxes, chosen buttons."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The body to send, with these values instead of its own."""
        kept = [(name, value) for name, value in self.values if name not in values]
        return urlencode([*kept, *values.items()]).encode()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag == "input" and self._open is not None and _is_sent(given):
            untouched = "on" if given.get("type") == "checkbox" else ""
            self._open.values.append((given["name"], given.get("value", untouched)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def _is_sent(given: Mapping[str, str]) -> bool:
    kind = given.get("type", "text")
    return bool(given.get("name")) and kind != "submit" and (kind not in {"checkbox", "radio"} or "checked" in given)


def form_with(page: str, name: str) -> Form:
    """The first form of the page that sends `name`. LookupError when there is none."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        if any(field == name for field, _ in form.values):
            return form
    raise LookupError(f"The page has no form with '{name}'.")
