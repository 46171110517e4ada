"""HTML from Python, escaped by construction: text is escaped, only `Markup` made here is not."""

from collections.abc import Iterable, Mapping
from html import escape

from msgspec import Struct


class Markup(Struct, frozen=True):
    """HTML that is safe to send. Only this module and the style sheet's author make it from text."""

    text: str


type Child = Markup | str | int | Iterable["Child"] | None
_VOID = frozenset({"input", "br", "meta", "link", "hr"})


def tag(name: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """An element. A trailing underscore in an attribute's name is dropped (`class_`), others become hyphens."""
    shown = "".join(_attribute(key, value) for key, value in attributes.items())
    opening = f"<{name}{shown}>"
    return Markup(opening if name in _VOID else f"{opening}{joined(children)}</{name}>")


def joined(children: Iterable[Child]) -> str:
    return "".join(_text(child) for child in children)


def _text(child: Child) -> str:
    match child:
        case None:
            return ""
        case Markup():
            return child.text
        case str() | int():
            return escape(str(child))
        case _:
            return joined(child)


def _attribute(name: str, value: str | bool | None) -> str:  # noqa: FBT001 - HTML's own flags
    shown = name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {shown}" if value is True else f' {shown}="{escape(value)}"'


def hidden(fields: Mapping[str, str]) -> list[Markup]:
    return [tag("input", type="hidden", name=name, value=value) for name, value in fields.items()]


def page(title: str, *body: Child, class_: str = "") -> str:
    """A whole document."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · Sandbox Google"),
        tag("link", rel="stylesheet", href="/style.css"),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", *body, class_=class_ or None), lang="en").text
