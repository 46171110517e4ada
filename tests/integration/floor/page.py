"""A page as a user finds their way on it: what can be clicked, by the words on it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_CLICKABLE = frozenset({"a", "button", "summary"})
_VOID = frozenset({"input", "img", "br", "hr", "meta", "link"})


@dataclass(slots=True)
class Element:
    """One element in the order of the page; `inside` are the tags around it, outermost first."""

    tag: str
    attributes: dict[str, str]
    inside: tuple[str, ...]
    words: str = ""


@dataclass
class Page(HTMLParser):
    """The elements of a document."""

    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside = tuple(element.tag for element in self._open)
        element = Element(tag, {name: value or "" for name, value in attrs}, inside)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words = " ".join(f"{element.words} {data}".split())

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element.attributes.get(name) == value for name, value in attributes.items())
        ]

    def clickable(self, words: str) -> Element:
        """The one link, button or menu with exactly these words."""
        (found,) = [one for one in self.elements if one.tag in _CLICKABLE and one.words == words]
        return found

    @property
    def words(self) -> str:
        return self.elements[0].words


def page_of(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    return page
